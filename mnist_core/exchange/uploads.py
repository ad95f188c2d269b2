"""Picture files from people: opened with care, and read down to the ink in them.

The size of a picture is known before its pixels are, so that a small file which
would unpack to gigabytes is refused in time.  Not all files tell it: those of strangers
are read in a process of its own (`read_apart`).  What is ink and what is paper, `ink`
decides.
"""

from __future__ import annotations

import io
import struct
import sys
from collections.abc import Callable

import numpy as np
from PIL import Image, UnidentifiedImageError

from mnist_core.drawing.ink import find_ink
from mnist_core.errors import ImageError
from mnist_core.exchange import apart

# Nothing that runs programs, as PostScript does, nor what nobody sends.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
MAX_BYTES = 32 * 2**20
# Most pixels that are read: most formats decode in full, two of them into several copies at once,
# and baseline JPEG, as cameras write it, at an eighth of its size.
MAX_PIXELS = 24_000_000
MAX_PIXELS_COPIED = 12_000_000
MAX_PIXELS_SCALED = 80_000_000
SIDE = 768  # longest side that is kept, in pixels
# What the largest picture that is read takes of its process is under half of each.
LIMITS = apart.Limits(memory_bytes=2**30, cpu_seconds=8, patience=40.0)

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
        content: as for `read_picture`.
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
    """The ink in a picture file, as a canvas would have given it.

    Args:
        content: a PNG, JPEG, GIF, WebP, BMP, TIFF or AVIF file; of an animation the
            first frame counts.

    Returns:
        (H, W) uint8, 0 ground, 255 ink, sides at most 768; see `ink.find_ink`.

    Raises:
        ImageError: not such a file, damaged, too large, or without visible ink.
    """
    return find_ink(read_grey(content))


def read_grey(content: bytes) -> np.ndarray:
    """The picture as (H, W) uint8 lightness, upright, sides at most 768.

    What is transparent takes the shade that the rest stands out from.  Args and
    errors are those of `read_picture`.
    """
    _check_length(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
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


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if image.format in {"JPEG", "MPO"} and "progressive" not in image.info:
        limit = MAX_PIXELS_SCALED
    else:
        limit = MAX_PIXELS_COPIED if image.format in {"WEBP", "AVIF"} else MAX_PIXELS
    if width * height > limit:
        raise ImageError(
            f"The picture has {width:,} x {height:,} pixels; at most {limit:,} in all are read. Make it smaller first."
        )


def _unidentified(content: bytes) -> str:
    if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"}:
        return "HEIC photos cannot be read. Share the photo as JPEG, or take it with this page."
    return f"The file is not a picture that can be read. Choose one of {', '.join(FORMATS)}."


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
