"""Picture files: every kind that people have is read or refused with a reason, fast and in little memory."""

import importlib.util
import io
import struct
import time
import zlib

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photos import drawing, encoded, overlap
from PIL import Image

from mnist_core.drawing.normalise import to_mnist
from mnist_core.errors import ImageError
from mnist_core.exchange.uploads import MAX_BYTES, MAX_PIXELS, SIDE, read_grey, read_picture
from mnist_core.network.network import pretrained

DRAWN = drawing(3, size=300)
PAPER = 255 - DRAWN
EXPECTED = to_mnist(DRAWN)
KINDS = {"CMYK": "TIFF", "YCbCr": "JPEG", "F": "TIFF", "I": "TIFF"}  # PNG has none of these pixels


def same_digit(content: bytes) -> bool:
    """Whether the file's 28x28 image is that of the drawing, but for a few grey levels."""
    read = to_mnist(read_picture(content))
    return bool(overlap(read, EXPECTED) > 0.75 and pretrained("hidden").classify(read[None])[0] == 3)


def rgba(shade: int, alpha: np.ndarray) -> np.ndarray:
    return np.dstack([np.full_like(alpha, shade)] * 3 + [alpha])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("image", [PAPER, DRAWN], ids=["dark on light", "light on dark"])
def test_every_format_is_read_with_ink_of_either_kind(kind, image):
    assert same_digit(encoded(image, kind))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LA", "RGBA", "I", "F", "I;16"])
def test_every_kind_of_pixel_is_read(mode):
    if mode in {"I;16", "I"}:
        picture = Image.fromarray(PAPER.astype(np.uint16) * 257)
    elif mode == "F":
        picture = Image.fromarray(PAPER.astype(np.float32) / 255)
    else:
        picture = Image.fromarray(PAPER).convert(mode)
    assert same_digit(encoded(picture, KINDS.get(mode, "PNG")))


def test_sixteen_bits_that_hold_only_eight_are_not_blank():
    assert same_digit(encoded(Image.fromarray(PAPER.astype(np.uint16))))


@pytest.mark.parametrize("shade", [0, 255], ids=["dark ink", "white ink"])
def test_ink_on_nothing_is_ink_whatever_its_shade(shade):
    for kind in ("PNG", "WEBP", "TIFF"):
        assert same_digit(encoded(rgba(shade, DRAWN), kind))


def test_paper_with_transparent_corners_is_paper():
    picture = np.dstack([PAPER] * 3 + [np.full_like(PAPER, 255)])
    picture[:30, :30] = picture[-30:, -30:] = 0
    assert same_digit(encoded(picture))


def test_a_transparent_colour_of_a_palette_is_nothing():
    picture = Image.fromarray(PAPER).convert("P")
    assert same_digit(encoded(picture, "GIF", transparency=int(np.asarray(picture)[0, 0])))


def test_a_picture_that_is_all_transparent_is_refused():
    with pytest.raises(ImageError, match="stands out"):
        read_picture(encoded(np.zeros((50, 50, 4), np.uint8)))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_frame_counts(kind):
    frames = [Image.fromarray(255 - drawing(digit, size=300)) for digit in (3, 8, 1)]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert Image.open(io.BytesIO(content)).n_frames == 3
    assert same_digit(content)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_that_was_held_sideways_gives_an_upright_digit(orientation):
    turned = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.T,
        6: lambda a: np.rot90(a),
        7: lambda a: a[::-1, ::-1].T,
        8: lambda a: np.rot90(a, -1),
    }[orientation](PAPER)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert same_digit(encoded(np.ascontiguousarray(turned), "JPEG", exif=exif.tobytes()))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_broken_note_about_the_picture_does_no_harm():
    content = encoded(PAPER, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff broken")
    assert same_digit(content)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 4_000), (2_000, 3_000)])
def test_any_shape_is_brought_to_a_size_that_is_worked_with(shape):
    grey = read_grey(encoded(np.full(shape, 200, np.uint8)))
    assert grey.dtype == np.uint8 and grey.ndim == 2 and 0 < max(grey.shape) <= SIDE
    assert (grey == 200).all()


@pytest.mark.parametrize("width", [768, 769, 1_000, 1_537])
def test_shrinking_keeps_the_picture_whole(width):
    ramp = np.tile(np.linspace(0, 255, width).astype(np.uint8), (width // 2, 1))
    grey = read_grey(encoded(ramp))
    assert grey[0, 0] < 3 and grey[-1, -1] > 252
    assert np.all(np.diff(grey[5].astype(int)) >= 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"%PDF-1.7 not a picture", "damaged|pypdfium2"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "damaged|not a picture|pillow_heif"),
        (encoded(PAPER)[:400], "damaged"),
        (encoded(PAPER, "JPEG")[:800], "damaged"),
        (encoded(PAPER, "TIFF")[:2000], "damaged|not a picture"),
        (encoded(PAPER)[:8], "damaged|not a picture"),
    ],
    ids=["empty", "text", "pdf", "postscript", "heic", "half png", "half jpeg", "half tiff", "png signature"],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content, reason):
    with pytest.raises(ImageError, match=reason):
        read_picture(content)


def has(reader: str) -> bool:
    return importlib.util.find_spec(reader) is not None


def test_a_photo_of_a_phone_is_read_under_any_of_its_brands_or_says_what_is_missing():
    if not has("pillow_heif"):
        with pytest.raises(ImageError, match="pillow_heif"):
            read_grey(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")
        return
    import pillow_heif

    pillow_heif.register_heif_opener()
    content = encoded(Image.fromarray(PAPER).convert("RGB"), "HEIF")
    for brand in (content[8:12], b"hevc", b"heix"):
        assert same_digit(content[:8] + brand + content[12:])


def test_the_first_page_of_a_pdf_is_read_or_it_says_what_is_missing():
    pages = [Image.fromarray(255 - drawing(digit, size=300)) for digit in (3, 8)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    if has("pypdfium2"):
        assert same_digit(content)
    else:
        with pytest.raises(ImageError, match="pypdfium2"):
            read_grey(content)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "PNG"])
def test_pictures_of_a_phones_full_size_are_not_refused(kind):
    options = {"WEBP": {"method": 0}, "AVIF": {"speed": 10}, "PNG": {}}[kind]
    content = encoded(Image.fromarray(PAPER).resize((4032, 3024)), kind, **options)
    assert max(read_grey(content).shape) <= SIDE


def test_a_file_that_is_too_long_is_refused_unread():
    with pytest.raises(ImageError, match="bytes"):
        read_picture(bytes(MAX_BYTES + 1))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be of this size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: encoded(Image.new("1", (20_000, 20_000))),
        lambda: encoded(Image.new("1", (12_000, 12_000))),
        lambda: encoded(Image.new("L", (20_000, 20_000)), "TIFF", compression="tiff_lzw"),
        lambda: encoded(Image.new("1", (8_000, 7_000))),
        lambda: png_header(2**31 - 1, 2**31 - 1),
        lambda: png_header(20_000, 20_000),
    ],
    ids=["png 400 MP", "png 144 MP", "tiff 400 MP", "png 56 MP", "png 4.6 EP", "png that lies"],
)
def test_a_bomb_is_refused_before_it_unpacks(bomb):
    content = bomb()
    process = psutil.Process()
    before, start = process.memory_info().rss, time.process_time()
    with pytest.raises(ImageError, match="pixels"):
        read_picture(content)
    assert process.memory_info().rss - before < 50 * 2**20
    assert time.process_time() - start < 2


def test_a_camera_photo_of_many_megapixels_is_read_small():
    photo = Image.fromarray(PAPER).resize((8_800, 6_600))
    assert photo.width * photo.height > MAX_PIXELS
    process = psutil.Process()
    content = encoded(photo, "JPEG")
    del photo
    before = process.memory_info().rss
    assert pretrained("hidden").classify(to_mnist(read_picture(content))[None])[0] == 3
    assert process.memory_info().rss - before < 200 * 2**20


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), max_size=4),
    end=st.floats(0, 1),
)
@pytest.mark.filterwarnings("ignore")  # Pillow warns about what it meets in damaged files.
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(kind, cuts, end):
    content = bytearray(FILES[kind])
    for where, junk in cuts:
        at = int(where * len(content))
        content[at : at + len(junk)] = junk
    if end < 0.5:
        content = content[: int(2 * end * len(content))]
    try:
        ink = read_picture(bytes(content))
    except ImageError as problem:
        assert str(problem)
    else:
        assert ink.dtype == np.uint8 and ink.ndim == 2 and ink.any() and max(ink.shape) <= SIDE


FILES = {kind: encoded(PAPER, kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")}
