"""A sheet of paper, a board or a canvas in a picture: found, cut out, and seen from straight above.

A sheet is a large quadrilateral that is lighter, or darker, than what lies around it: one
of the pieces that are left when the picture is cut at some level of lightness (maximally
stable regions, Matas et al. 2002, take all levels; a dozen do here), whose four corners
enclose little else.  Something must be written on it.

Not covered: sheets of which more than one edge lies beyond the picture, and round ones.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from mnist_core.drawing.pieces import pieces_of

SIDE = 160  # pixels; sheets are looked for in a picture of this size
LEVELS = 12
LEAST_AREA = 0.08  # of the picture
AS_LARGE = 0.7  # of the largest
FITS = 0.88  # of sheet and quadrilateral together, what both have in common; thumbs take some
STEP = 10  # grey levels from the sheet to what lies around it,
OFF = 4  # so many pixels of `SIDE` away on either side of its edge; printed lines are narrower,
ALONG = 0.72  # of all four edges
LEAST_ANGLE = 60  # degrees; corners of a sheet that is seen too much aslant for its digits to be read
INSET = 0.018  # of its sides: an edge is never as sharp as its corners say
STANDS_OUT, LEAST_WRITTEN, MOST_WRITTEN = 18, 0.002, 0.5  # grey levels; share of the sheet that differs so much


def find_sheet(grey: np.ndarray) -> np.ndarray | None:
    """The corners of the largest sheet, or `None`.

    Args:
        grey: (H, W) uint8 lightness.

    Returns:
        (4, 2) float64 x, y in pixels: top left, top right, bottom right, bottom left.
    """
    image = Image.fromarray(grey)
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    small = np.asarray(image.filter(ImageFilter.GaussianBlur(0.7)))
    if min(small.shape) < SIDE // 8:
        return None
    low, high = np.percentile(small, [2, 98])
    sheets = []  # area, how well the corners fit, corners
    for level in np.linspace(low, high, LEVELS + 2)[1:-1]:
        for above in (True, False):
            labels, pieces = pieces_of((small > level) == above)
            for number, piece in enumerate(pieces, 1):
                box = (piece.bottom - piece.top) * (piece.right - piece.left)
                if box <= LEAST_AREA * small.size or piece.area < 0.3 * box or box == small.size:
                    continue
                fit, corners = quadrilateral(labels == number)
                if fit < FITS or _area(corners) < LEAST_AREA * small.size:
                    continue
                if _stands_apart(small, corners) and _is_written_on(small, corners):
                    sheets.append((_area(corners), fit, corners))
    if not sheets:
        return None
    # At most levels something leaks into the sheet or out of it: of the large ones, that with the best fit.
    least = AS_LARGE * max(area for area, _, _ in sheets)
    best = max((each for each in sheets if each[0] >= least), key=lambda each: each[1])[2]
    return best * (np.array(grey.shape[::-1]) / small.shape[::-1])


def cut_out(grey: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(H, W) uint8: what lies within the (4, 2) corners, seen from straight above."""
    middle = corners.mean(axis=0)
    corners = corners + 2 * INSET * (middle - corners)
    across = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    down = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    size = max(8, round(across)), max(8, round(down))
    flat = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], float)
    numbers = _homography(flat, corners)
    return np.asarray(
        Image.fromarray(grey).transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    )


def quadrilateral(piece: np.ndarray) -> tuple[float, np.ndarray]:
    """How well a quadrilateral fits a piece but for the holes in it, and its corners.

    Args:
        piece: (H, W) bool.

    Returns:
        The share that both have in common, 0 where there is none; and (4, 2) float64 x, y:
        top left, top right, bottom right, bottom left.
    """
    rows = np.flatnonzero(piece.any(axis=1))
    first, last = piece.argmax(axis=1)[rows], piece.shape[1] - piece[:, ::-1].argmax(axis=1)[rows]
    ends = np.concatenate([np.column_stack([first, rows + 0.5]), np.column_stack([last, rows + 0.5])])
    ends = np.concatenate([ends, [[x, y] for x, y in ((first[0], rows[0]), (last[0], rows[0]))]])
    ends = np.concatenate([ends, [[x, rows[-1] + 1] for x in (first[-1], last[-1])]])
    a = ends[((ends - ends.mean(axis=0)) ** 2).sum(axis=1).argmax()]
    c = ends[((ends - a) ** 2).sum(axis=1).argmax()]
    beside = (c - a)[0] * (ends - a)[:, 1] - (c - a)[1] * (ends - a)[:, 0]
    corners = np.array([a, ends[beside.argmin()], c, ends[beside.argmax()]])
    if _area(corners) < 16 or _least_angle(corners) < LEAST_ANGLE:
        return 0.0, corners
    inside = drawn(corners, piece.shape)
    spans = np.zeros(piece.shape, bool)
    columns = np.arange(piece.shape[1])
    spans[rows] = (columns >= first[:, None]) & (columns < last[:, None])
    return float((spans & inside).sum() / (spans | inside).sum()), _from_top_left(corners)


def drawn(corners: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(H, W) bool: what lies within the (4, 2) corners."""
    image = Image.new("1", (shape[1], shape[0]))
    ImageDraw.Draw(image).polygon([tuple(corner) for corner in corners.tolist()], fill=1)
    return np.asarray(image)


def _from_top_left(corners: np.ndarray) -> np.ndarray:
    """The corners clockwise, from the one that is furthest to the top left."""
    around = corners - corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.roll(turned, -int(turned.sum(axis=1).argmin()), axis=0)


def _area(corners: np.ndarray) -> float:
    """Of a polygon (Gauss' shoelace formula)."""
    x, y = corners.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _least_angle(corners: np.ndarray) -> float:
    """Degrees; of the narrowest corner."""
    forth, back = np.roll(corners, -1, axis=0) - corners, np.roll(corners, 1, axis=0) - corners
    lengths = np.linalg.norm(forth, axis=1) * np.linalg.norm(back, axis=1)
    return float(np.degrees(np.arccos(np.clip((forth * back).sum(axis=1) / np.maximum(lengths, 1e-9), -1, 1))).min())


def _stands_apart(small: np.ndarray, corners: np.ndarray) -> bool:
    """Whether it is lighter all around than what lies beyond its edges, or darker; the picture's end is neither."""
    around = np.roll(corners, -1, axis=0) - corners
    outward = np.column_stack([around[:, 1], -around[:, 0]]) / np.maximum(np.linalg.norm(around, axis=1), 1e-9)[:, None]
    along = (np.arange(24) + 2) / 28
    places = corners[:, None] + along[:, None] * around[:, None]  # (4 edges, 24 places, x and y)
    steps = _at(small, places - OFF * outward[:, None]) - _at(small, places + OFF * outward[:, None])
    lighter, darker = (steps >= STEP).mean(axis=1), (steps <= -STEP).mean(axis=1)
    return any(side.mean() >= ALONG and np.sort(side)[1] >= 0.5 for side in (lighter, darker))


def _at(small: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The shades at (..., 2) places x, y; not a number beyond the picture."""
    x, y = np.floor(places[..., 0]).astype(int), np.floor(places[..., 1]).astype(int)
    within = (x >= 0) & (y >= 0) & (x < small.shape[1]) & (y < small.shape[0])
    found = small[y.clip(0, small.shape[0] - 1), x.clip(0, small.shape[1] - 1)].astype(np.float64)
    return np.where(within, found, np.nan)


def _is_written_on(small: np.ndarray, corners: np.ndarray) -> bool:
    shades = small[drawn(corners.mean(axis=0) + 0.88 * (corners - corners.mean(axis=0)), small.shape)]
    if not shades.size:
        return False
    # Far from the middle of the shades and beyond what light does to a sheet.
    differs = np.abs(shades - np.median(shades)) >= STANDS_OUT + np.abs(np.percentile(shades, 60) - np.median(shades))
    return bool(LEAST_WRITTEN <= differs.mean() <= MOST_WRITTEN)


def _homography(places: np.ndarray, images: np.ndarray) -> tuple[float, ...]:
    """Eight numbers of the projective map that takes (4, 2) places to their images, in the order Pillow takes them."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(places, images, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(wanted)).tolist())
