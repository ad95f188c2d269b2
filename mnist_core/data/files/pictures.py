"""A zip archive of pictures, in a folder for each class, as file managers make it.

Pictures are opened with the care of `exchange.uploads`: their size is known before their pixels are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from mnist_core.data.files import archives
from mnist_core.data.files.scaling import SIDES, resized
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import DataError

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
MOST_FILES = 50_000
MOST_BYTES = 4 * 2**20  # of a picture
PAPER = 128  # lightness of the edge from which on pictures are taken for dark ink on light paper


def are_in(content: bytes) -> bool:
    """Whether this is a zip archive of which most files are pictures.  Raises `DataError` where it is damaged."""
    if not content.startswith(archives.START):
        return False
    with archives.opened(io.BytesIO(content), "The archive", most=MOST_FILES) as archive:
        there = archives.names(archive)
    return 2 * len(_pictures(there)) > len(there)


def read(content: bytes, source: str, *, most: int) -> tuple[np.ndarray, np.ndarray, Sequence[str]]:
    """The pictures in an archive, brought to 28x28, light on dark.

    Args:
        content: of the archive.
        source: what a message calls it.
        most: pictures that it may have.

    Returns:
        (n, 28, 28) uint8 images, (n,) texts, the folder of each, and sentences on what was done to them.

    Raises:
        DataError: a picture lies in no folder, cannot be read, or is too large.
    """
    images, labels, sizes, edges = [], [], set(), []
    with archives.opened(io.BytesIO(content), source, most=MOST_FILES) as archive:
        there = _pictures(archives.names(archive))
        if len(there) > most:
            raise DataError(source, f"has {len(there):,} pictures; at most {most:,} may be brought.")
        for name in there:
            folder = PurePosixPath(name.replace("\\", "/")).parent.name
            if not folder:
                raise DataError(
                    source, f"{name[-40:]} lies in no folder. Put pictures of each class in a folder of its name."
                )
            with archives.entry(archive, name, source, MOST_BYTES) as member:
                grey = _grey(member.read(), name)
            sizes.add(grey.shape)
            edges.append(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]).mean())
            images.append((grey, folder))
    light = bool(np.median(edges) >= PAPER)
    made = np.empty((len(images), *IMAGE_SHAPE), np.uint8)
    for place, (grey, folder) in enumerate(images):
        made[place] = np.rint(resized((255 - grey if light else grey)[None].astype(np.float32)))[0]
        labels.append(folder)
    notes = []
    if light:
        notes.append("Its pictures are dark on light; they were turned to light on dark, as networks here see images.")
    if sizes != {IMAGE_SHAPE}:
        notes.append("Its pictures were brought to 28x28 pixels.")
    return made, np.array(labels), notes


def _pictures(names: Sequence[str]) -> list[str]:
    return sorted(name for name in names if name.lower().endswith(ENDINGS))


def _grey(content: bytes, name: str) -> np.ndarray:
    """(h, w) uint8 lightness of a picture."""
    from PIL import Image  # Only where there are pictures, in a process of its own.

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width not in SIDES or height not in SIDES:
                raise DataError(
                    name[-60:], f"has {width}x{height} pixels; {SIDES[0]} to {SIDES[-1]} a side can be read."
                )
            if picture.mode in ("RGBA", "LA", "P", "PA"):
                picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
            return np.asarray(picture.convert("L"))
    except DataError:
        raise
    except Exception as cause:  # Decoders raise whatever a damaged file leads them to.
        raise DataError(name[-60:], f"cannot be read as a picture ({cause}).") from cause
