"""Picture files from people: opened with care, and read down to the ink in them.

The size of a picture is known before its pixels are, so that a small file which
would unpack to gigabytes is refused in time.  Not all files tell it: those of strangers
are read in a process of its own (`read_apart`).  What of it is a digit, `drawing.picture`
says.
"""

from __future__ import annotations

import io
import struct
import sys
from collections.abc import Callable

import numpy as np
from PIL import Image, UnidentifiedImageError

from mnist_core.drawing.picture import find_digits
from mnist_core.errors import ImageError
from mnist_core.exchange import apart

# Nothing that runs programs, as PostScript does, nor what nobody sends.  Content tells what a file is, never its name.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
MAX_BYTES = 32 * 2**20
# Most pixels that are read, of what cameras of phones take: most formats decode in full, some into several copies at
# once, and baseline JPEG at an eighth of its size.
MAX_PIXELS = 52_000_000
MAX_PIXELS_SCALED = 80_000_000
SIDE = 768  # longest side that is kept, in pixels
# What the largest picture that is read takes of its process is under half of each.
LIMITS = apart.Limits(memory_bytes=2 * 2**30, cpu_seconds=12, patience=40.0)

# The brands of files of the family that HEIC belongs to (ISO/IEC 23008-12), 8 bytes into them.
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

_HEAD = struct.Struct("<HH")  # height and width, before the pixels from the process
_TRANSPARENT = {"LA", "PA", "RGBA", "La", "RGBa"}
_DEEP = {"I", "F", "I;16", "I;16L", "I;16B", "I;16N"}
_ORIENTATION = 0x0112  # EXIF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_apart(content: bytes, *, on_wait: Callable[[], None] = lambda: None) -> np.ndarray:
    """What `read_grey` gives, worked out in a process of its own: for files of people one does not know.

    Args:
        content: as for `read_grey`.
        on_wait: see `apart.run`.

    Raises:
        ImageError: those of `read_grey`, and a file that takes too much time or memory.
    """
    _check_length(content)
    try:
        answer = apart.run("mnist_core.exchange.uploads", content, LIMITS, on_wait=on_wait)
    except apart.Refused as cause:
        raise ImageError(str(cause)) from cause
    except apart.TookTooLong as cause:
        raise ImageError(
            f"The picture takes longer than {cause.seconds:g} s to read. Save it again as a plain JPEG or PNG."
        ) from cause
    except apart.Died as cause:
        raise ImageError("The picture is damaged: reading it failed. Save it again, or choose another.") from cause
    return np.frombuffer(answer, np.uint8, offset=_HEAD.size).reshape(_HEAD.unpack_from(answer))


def _packed(grey: np.ndarray) -> bytes:
    return _HEAD.pack(*grey.shape) + grey.tobytes()


def read_picture(content: bytes) -> np.ndarray:
    """The ink in a picture file, as a canvas would have given it: of several digits, the one with the most ink.

    Args:
        content: as for `read_grey`.

    Returns:
        (H, W) uint8, 0 ground, 255 ink.

    Raises:
        ImageError: those of `read_grey`, and a picture without visible ink.
    """
    return max(find_digits(read_grey(content)).digits, key=lambda ink: int(ink.sum(dtype=np.int64)))


def read_grey(content: bytes) -> np.ndarray:
    """The picture as (H, W) uint8 lightness, upright, sides at most 768.

    What is transparent takes the shade that the rest stands out from.

    Args:
        content: a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC file, under any name, or a
            PDF; of an animation the first frame counts, of a PDF the first page.

    Raises:
        ImageError: not such a file, damaged, or too large.
    """
    _check_length(content)
    try:
        if content.startswith(b"%PDF"):
            return _first_page(content)
        with _opened(content) as image:
            _check_size(image)
            image.draft(None, (SIDE, SIDE))
            image.load()
            grey, upright = _lightness(image), _UPRIGHT.get(_orientation(image))
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as cause:
        raise ImageError(f"The picture has more than {MAX_PIXELS_SCALED:,} pixels. Make it smaller first.") from cause
    except UnidentifiedImageError as cause:
        raise ImageError(_unidentified(content)) from cause
    except ImportError as cause:
        raise ImageError(
            f"This server has no reader for such files ({cause.name}). Save it as JPEG or PNG first."
        ) from cause
    except MemoryError as cause:
        raise ImageError("The picture needs far more memory than one of its size. Save it again.") from cause
    except Exception as cause:  # Decoders raise whatever a damaged file leads them to.
        raise ImageError(f"The picture is damaged ({cause}). Save it again, or choose another.") from cause
    return grey if upright is None else np.asarray(Image.fromarray(grey).transpose(upright))


def _check_length(content: bytes) -> None:
    if not content:
        raise ImageError("The file is empty.")
    if len(content) > MAX_BYTES:
        raise ImageError(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")


def _opened(content: bytes) -> Image.Image:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF:
        import pillow_heif  # Its libraries are large: for a process of its own alone.

        pillow_heif.register_heif_opener()
        return Image.open(io.BytesIO(content), formats=["HEIF"])
    return Image.open(io.BytesIO(content), formats=FORMATS)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    baseline = image.format in {"JPEG", "MPO"} and "progressive" not in image.info
    limit = MAX_PIXELS_SCALED if baseline else MAX_PIXELS
    if width * height > limit:
        raise ImageError(
            f"The picture has {width:,} x {height:,} pixels; at most {limit:,} in all are read. Make it smaller first."
        )


def _first_page(content: bytes) -> np.ndarray:
    """(H, W) uint8, sides at most `SIDE`: the first page of a PDF, as it would be printed."""
    import pypdfium2

    with pypdfium2.PdfDocument(content) as pages:
        page = pages[0]
        drawn = page.render(scale=SIDE / max(page.get_size()), grayscale=True).to_pil().convert("L")
    drawn.thumbnail((SIDE, SIDE))
    return np.asarray(drawn)


def _unidentified(content: bytes) -> str:
    if b"<svg" in content[:1000].lower():
        return "SVG files are drawings that are not read here. Save it as PNG, or take a screenshot of it."
    return f"The file is not a picture that can be read. Choose a photo or a scan: {', '.join(FORMATS)}, HEIC or PDF."


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # A broken note about the picture is no reason to refuse it.
        return 1


def _lightness(image: Image.Image) -> np.ndarray:
    """(H, W) uint8, sides at most `SIDE`."""
    if image.mode in _DEEP:
        return _eight_bits(_reduced(image, "F"))
    if image.mode in _TRANSPARENT or "transparency" in image.info:
        return _flattened(_reduced(image, "RGBA", "RGBa").astype(np.float32))
    if image.mode == "LAB":
        return _reduced(image.getchannel(0), "L")
    return _reduced(image, "L") if image.mode in {"1", "L"} else _reduced(image, "RGB", "L")


def _reduced(image: Image.Image, *modes: str) -> np.ndarray:
    """The pixels, converted through `modes` and averaged down to `SIDE`.

    Strip by strip, so that a large picture is never held twice.
    """
    factor = -(-max(image.size) // SIDE)
    rows = 64 * factor
    strips = []
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        for mode in modes:
            strip = strip.convert(mode)
        strips.append(np.asarray(strip.reduce(factor)))
    return np.concatenate(strips)


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """Deep pixels as uint8: full scale is the brightest, unless eight bits hold it anyway."""
    values = np.nan_to_num(values, nan=0, posinf=0, neginf=0)
    brightest = values.max()
    scale = 255 / brightest if brightest > 255 or 0 < brightest <= 1 else 1
    return np.rint(np.clip(values * scale, 0, 255)).astype(np.uint8)


def _flattened(pixels: np.ndarray) -> np.ndarray:
    """(H, W) uint8: premultiplied (H, W, 4) RGBA on a ground that its ink stands out from.

    Where most is opaque the picture has paper of its own, and holes take the paper's
    shade.  Else what is opaque is the ink, and the ground is black or white, whichever
    is further from it.
    """
    light, alpha = pixels[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32), pixels[..., 3] / 255
    opaque = alpha > 0.5
    if not opaque.any():
        return np.zeros(alpha.shape, np.uint8)
    shades = light[opaque] / alpha[opaque]
    spread = np.percentile(shades, 99) - np.percentile(shades, 1)
    if opaque.mean() > 0.5 and spread > 32:
        ground = float(np.median(shades))
    else:
        ground = 255 if shades.mean() < 128 else 0
    return np.rint(np.clip(light + (1 - alpha) * ground, 0, 255)).astype(np.uint8)


if __name__ == "__main__":
    sys.exit(apart.serve(lambda content: _packed(read_grey(content))))
