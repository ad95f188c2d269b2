"""Strokes turned into ink by a round pen, and people's strokes into ink as broad as MNIST's.

Many drawings are rendered together: every point stamps its squared distances into a
window around it, the smallest distance wins, and one pass over all pixels turns
distances into anti-aliased ink.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.errors import ImageError

CANVAS = 84  # pixels a side: three to each of MNIST's 28
DIGIT = 60  # and to each of the 20 that a digit is long
PEN = 7  # pixels: people's digits are read best with it, and from 5 to 8 within a third of a point
SPACING = 1.0  # pixels between two stamps of that pen
STRAY = 0.08  # of the longest stroke: what is smaller was not meant
MAX_CANVAS = 2_048
_FAR = np.float32(1e9)
_TINY = 1e-9
_BATCH = 64  # drawings at once, and
_STAMPS = 2**17  # distances at once: more would leave the processor's cache
_MANY = 8_000  # stamps; a scribble has more, of which most lie upon each other


def render(strokes: Sequence[np.ndarray], *, size: int = CANVAS, pen: float = 0.1) -> np.ndarray:
    """The drawing as an anti-aliased image.

    Args:
        strokes: one (k, 2) float array per stroke, k >= 1, x to the right, y down, in
            fractions of the canvas: (0, 0) is its top left and (1, 1) its bottom
            right corner.  Points are joined by straight lines; one alone is a dot.
        size: pixels a side of the canvas, 1 to 2,048.
        pen: diameter of the round pen, a fraction of the canvas above 0, at most 1.

    Returns:
        (size, size) uint8, 0 background, 255 ink.  What lies outside is cut off.

    Raises:
        ImageError: other shapes or values, or points that are not finite.
    """
    if not 1 <= size <= MAX_CANVAS:
        raise ImageError(f"a canvas has 1 to {MAX_CANVAS:,} pixels a side, got {size!r}.")
    if not 0 < pen <= 1:
        raise ImageError(f"a pen's width is a fraction of the canvas above 0 and at most 1, got {pen!r}.")
    if not len(strokes):
        return np.zeros((size, size), np.uint8)
    # Stamps a third of the radius apart, or half a pixel, cannot be told from a line.
    spacing = max(pen / 6, 0.5 / size)
    points = np.concatenate([filled(stroke, spacing) for stroke in strokes])
    return render_many([points], np.array([pen]), size=size)[0]


def reink(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """The pen's path drawn anew, as large and as broad as MNIST's digits.

    However large a digit is written and however broad the pen is, the picture is the
    same: a path says more than its pixels.  Dots beside a digit are left out.
    the live answers do the same in the browser.

    Args:
        strokes: one (k, 2) float array per stroke, k >= 1, x to the right, y down, in
            any unit.

    Returns:
        (84, 84) uint8, 0 background, 255 ink, for `drawing.to_mnist`.

    Raises:
        ImageError: other shapes, or points that are not finite.
    """
    return reink_many([strokes], np.array([PEN], np.float64))[0]


def reink_many(drawings: Sequence[Sequence[np.ndarray]], pens: np.ndarray) -> np.ndarray:
    """What `reink` gives for each of n drawings, with pens of any width.

    Args:
        drawings: n lists of strokes, as for `reink`.
        pens: (n,) float64 widths in pixels of this canvas, three to each of MNIST's;
            above 0 and below 60.

    Returns:
        (n, 84, 84) uint8; with its ink each digit is 60 pixels long.  Errors are those of `reink`.
    """
    stamps = [_stamps(strokes, pen) for strokes, pen in zip(drawings, pens, strict=True)]
    images = np.zeros((len(stamps), CANVAS, CANVAS), np.uint8)
    drawn = [index for index, points in enumerate(stamps) if len(points)]
    images[drawn] = render_many([stamps[index] for index in drawn], np.asarray(pens)[drawn] / CANVAS)
    return images


def thinned(strokes: Sequence[np.ndarray], most: int) -> list[np.ndarray]:
    """The strokes with `most` points in all at most: evenly along each, its ends kept.

    Args:
        strokes: (k, 2) arrays, k >= 1, at most half as many as `most`.
        most: how many points.
    """
    total = sum(map(len, strokes))
    if total <= most:
        return list(strokes)
    spare = most - 2 * len(strokes)  # Two points for each stroke, the others by length.
    shares = [min(len(stroke), 2 + len(stroke) * spare // total) for stroke in strokes]
    return [
        stroke[np.linspace(0, len(stroke) - 1, share).round().astype(int)]
        for stroke, share in zip(strokes, shares, strict=True)
    ]


def _stamps(strokes: Sequence[np.ndarray], pen: float) -> np.ndarray:
    """(k, 2) points along all strokes that were meant, in fractions of the canvas."""
    paths = _meant([_path(stroke) for stroke in strokes])
    if not paths:
        return np.empty((0, 2))
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (DIGIT - pen) / max((high - low).max(), _TINY)
    spacing = min(SPACING, pen / 4)  # A thin pen's stamps lie closer.
    return np.concatenate([_evenly((path - (low + high) / 2) * scale + CANVAS / 2, spacing) for path in paths]) / CANVAS


def _meant(paths: list[np.ndarray]) -> list[np.ndarray]:
    extents = [np.ptp(path, axis=0).max() for path in paths]
    return [path for path, extent in zip(paths, extents, strict=True) if extent >= STRAY * max(extents)]


def _evenly(path: np.ndarray, spacing: float) -> np.ndarray:
    """Points along the (k, 2) path, `spacing` apart, and its end."""
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.append(np.arange(0, travelled[-1], spacing), travelled[-1])
    return np.column_stack([np.interp(at, travelled, path[:, axis]) for axis in (0, 1)])


def _path(stroke: np.ndarray) -> np.ndarray:
    points = np.asarray(stroke, np.float64)
    if points.ndim != 2 or points.shape[1:] != (2,) or not len(points) or not np.isfinite(points).all():
        raise ImageError(f"expected a stroke of (k, 2) finite points, got {points.shape} {points.dtype}.")
    return points


def render_many(drawings: Sequence[np.ndarray], pens: np.ndarray, *, size: int = CANVAS) -> np.ndarray:
    """Images of n drawings, each stamped at its own points.

    Args:
        drawings: n (k, 2) float64 arrays, k >= 1, fractions of the canvas as for
            `render`, the points close enough to each other to look like lines.
        pens: (n,) float64, diameters as for `render`.
        size: pixels a side of the canvas.

    Returns:
        (n, size, size) uint8; each depends on its own drawing and pen alone.
    """
    images = np.empty((len(drawings), size, size), np.uint8)
    radii = np.asarray(pens, np.float64) * (size / 2)
    order = np.argsort(radii, kind="stable")  # Drawings with like pens share a size of window.
    for start in range(0, len(drawings), _BATCH):
        chosen = order[start : start + _BATCH]
        images[chosen] = _stamp([_apart(drawings[index] * size, radii[index]) for index in chosen], radii[chosen], size)
    return images


def _apart(points: np.ndarray, radius: float) -> np.ndarray:
    """The (k, 2) points, in pixels; of a scribble those that can be told apart, whatever its length."""
    if len(points) <= _MANY:
        return points
    grid = max(0.5, radius / 8)
    cells = np.unique(np.rint(points / grid).astype(np.int64) @ (2**20, 1))  # One number each sorts ten times faster.
    rows = (cells + 2**19) // 2**20
    return np.column_stack([rows, cells - rows * 2**20]) * grid


def _stamp(drawings: list[np.ndarray], radii: np.ndarray, size: int) -> np.ndarray:
    """(n, size, size) uint8 for n (k, 2) arrays of points and (n,) radii, all in pixels."""
    points = np.concatenate(drawings)
    canvas = np.repeat(np.arange(len(drawings)), [len(drawing) for drawing in drawings])
    reach = int(np.ceil(radii.max() + 0.5))
    side = size + 2 * reach
    window = np.arange(2 * reach + 1)
    # A point outside stamps from the nearest pixel inside, at its true distance.
    cells = np.clip(np.floor(points), 0, size - 1)
    offsets = (cells + 0.5 - points).astype(np.float32)
    squares = (offsets[..., None] + (window - reach).astype(np.float32)) ** 2
    column, row = cells.astype(np.int64).T
    corners = (canvas * side + row) * side + column
    pixels = (window[:, None] * side + window).ravel()
    nearest = np.full(len(drawings) * side * side, _FAR, np.float32)
    step = max(1, _STAMPS // len(pixels))
    for start in range(0, len(points), step):
        part = slice(start, start + step)
        distances = squares[part, 1, :, None] + squares[part, 0, None, :]
        np.minimum.at(nearest, (corners[part, None] + pixels).reshape(-1), distances.reshape(-1))
    nearest = nearest.reshape(-1, side, side)[:, reach : reach + size, reach : reach + size]
    ink = np.clip((radii[:, None, None] + 0.5).astype(np.float32) - np.sqrt(nearest), 0, 1)
    return np.rint(ink * np.float32(255)).astype(np.uint8)


def filled(stroke: np.ndarray, spacing: float) -> np.ndarray:
    """The (k, 2) stroke with points added on its lines, so that neighbours lie at most `spacing` apart.

    Raises:
        ImageError: another shape, or points that are not finite.
    """
    points = _path(stroke)
    steps = np.ceil(np.hypot(*np.diff(points, axis=0).T) / spacing)
    travelled = np.concatenate([[0.0], np.cumsum(np.maximum(steps, 1))])
    at = np.arange(travelled[-1] + 1)
    return np.column_stack([np.interp(at, travelled, points[:, axis]) for axis in (0, 1)])
