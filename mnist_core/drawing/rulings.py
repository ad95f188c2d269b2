"""What is printed around digits, as dark as the pen may be: rulings taken away, and boxes.

A ruling is a line that runs through the whole picture, nearly level or nearly upright; a
box is a closed quadrilateral with ink in it.  Both are told by their shape alone.

Not covered: rulings further than `STEEPEST` from level, and boxes that a digit crosses.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image, ImageFilter

from mnist_core.drawing.pieces import pieces_of
from mnist_core.drawing.sheet import FITS, drawn, quadrilateral

STRIPS = 32  # a picture is looked at in so many strips across a line
STEEPEST = 0.14  # rows a column: 8 degrees
SLOPES = 57
COVERED, LONG = 0.7, 0.75  # of a strip that is ink; of the strips that a ruling runs through
LEAST_STRIPS = 12  # that lie in the picture
BEND = 4  # pixels that a ruling may be off a straight line
BROADEST = 0.035  # of the picture's longest side
MOST = 120  # rulings
STRONGER = 1.4  # times the strength of a ruling: that is a pen's
BOX_SIDE = 256  # pixels; boxes are looked for at this size
INSIDE, FRAME = 0.95, 1.15  # of a box: what lies within its lines, and where it ends with them
LEAST_BOX = 0.03  # of the picture


def without_rulings(strength: np.ndarray, level: float) -> np.ndarray:
    """The ink without the lines that run through the whole picture.

    Where a pen crosses a line its ink stays: it goes on above and below.

    Args:
        strength: (H, W) float32, how far each pixel stands out from its ground.
        level: from where on a pixel may be ink.

    Returns:
        (H, W) float32; `strength` itself where there are no such lines.
    """
    ink = strength >= level
    across, down = _rulings(ink), _rulings(ink.T).T
    ruled = across | down
    if not ruled.any():
        return strength
    kept = np.where(ruled, 0, strength)
    pen = ink & ~ruled
    for lines, turned in ((across, False), (down, True)):
        if lines.any():
            typical = float(np.median(strength[lines & ink]))
            a, b, c = (each.T if turned else each for each in (lines, pen, strength))
            goes_on = _goes_on(a, b) & (c >= level) | (a & (c >= STRONGER * typical))
            target = kept.T if turned else kept
            target[goes_on] = c[goes_on]
    return kept


def _rulings(ink: np.ndarray) -> np.ndarray:
    """(H, W) bool: the pixels of all lines that are nearly level."""
    height, width = ink.shape
    found = np.zeros(ink.shape, bool)
    edges = np.linspace(0, width, STRIPS + 1).astype(int)
    if width < 4 * STRIPS:
        return found
    padded = np.pad(ink, ((1, 1), (0, 0)))
    near = padded[:-2] | padded[1:-1] | padded[2:]  # A line that leans leaves its row within a strip.
    share = np.stack([near[:, a:b].mean(axis=1) for a, b in pairwise(edges)])  # (STRIPS, H)
    if (share >= COVERED).any(axis=1).sum() < LONG * LEAST_STRIPS:
        return found
    exact = np.stack([ink[:, a:b].mean(axis=1) for a, b in pairwise(edges)])
    middles = (edges[:-1] + edges[1:]) / 2 - width / 2
    broadest = max(3, round(BROADEST * max(ink.shape)))
    slopes = np.linspace(-STEEPEST, STEEPEST, SLOPES)
    rows = np.arange(-int(STEEPEST * width / 2) - 1, height + int(STEEPEST * width / 2) + 1)
    offsets = np.rint(slopes[:, None] * middles).astype(int)  # (SLOPES, STRIPS)
    pad = 2 * (int(STEEPEST * width / 2) + 2)
    covered = np.pad((share >= COVERED).astype(np.int16), ((0, 0), (pad, pad)))
    inside = np.pad(np.ones(share.shape, np.int16), ((0, 0), (pad, pad)))
    for _ in range(MOST):
        hits, lies = np.zeros((2, SLOPES, len(rows)), np.int16)
        for strip in range(STRIPS):
            places = rows[None] + offsets[:, strip, None] + pad
            hits += covered[strip][places]
            lies += inside[strip][places]
        score = np.where(lies >= LEAST_STRIPS, hits / np.maximum(lies, 1), 0) + lies * 1e-4
        which, place = np.unravel_index(score.argmax(), score.shape)
        if score[which, place] < LONG:
            break
        for strip in range(STRIPS):
            middle = int(rows[place] + offsets[which, strip])
            top, bottom = _band(exact[strip], middle)
            covered[strip, max(0, middle - BEND + pad) : middle + BEND + 1 + pad] = 0
            if bottom > top:
                covered[strip, top + pad : bottom + pad] = 0
                if bottom - top <= broadest:
                    found[max(0, top - 1) : bottom + 1, edges[strip] : edges[strip + 1]] = True
    return found


def _band(share: np.ndarray, middle: int) -> tuple[int, int]:
    """The rows about `middle` that are mostly ink, end exclusive; none where there are none."""
    first, last = max(0, middle - BEND), min(len(share), middle + BEND + 1)
    if first >= last:
        return 0, 0
    top = bottom = first + int(share[first:last].argmax())
    if share[top] < 0.5:
        return 0, 0
    while top > 0 and share[top - 1] >= 0.35:
        top -= 1
    while bottom < len(share) and share[bottom] >= 0.35:
        bottom += 1
    return top, bottom


def _goes_on(lines: np.ndarray, pen: np.ndarray) -> np.ndarray:
    """(H, W) bool: the pixels of level lines with a pen's ink above and below them, within a line's breadth aside."""
    height = len(lines)
    above, below = np.zeros(lines.shape, bool), np.zeros(lines.shape, bool)
    beside = np.asarray(Image.fromarray(pen).convert("L").filter(ImageFilter.MaxFilter(5))) > 0
    for row in range(1, height):
        above[row] = lines[row] & np.where(lines[row - 1], above[row - 1], beside[row - 1])
    for row in range(height - 2, -1, -1):
        below[row] = lines[row] & np.where(lines[row + 1], below[row + 1], beside[row + 1])
    return above & below


def in_boxes(ink: np.ndarray) -> np.ndarray | None:
    """(H, W) bool: what lies within closed boxes that have ink in them; `None` where there are none.

    Args:
        ink: (H, W) bool.
    """
    cell = -(-max(ink.shape) // BOX_SIDE)
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % cell), (0, -width % cell)))
    small = padded.reshape(padded.shape[0] // cell, cell, -1, cell).any(axis=(1, 3))
    labels, pieces = pieces_of(~np.pad(small, 1))
    found, frames = np.zeros((2, *small.shape), bool)
    for number, piece in enumerate(pieces, 1):
        box = (piece.bottom - piece.top) * (piece.right - piece.left)
        if piece.top == 0 or box < LEAST_BOX * small.size or piece.area < 0.3 * box:  # The first is around everything.
            continue
        fit, corners = quadrilateral((labels == number)[1:-1, 1:-1])
        if fit < FITS:
            continue
        middle = corners.mean(axis=0)
        within = drawn(middle + (corners - middle) * INSIDE, small.shape)
        rows = np.flatnonzero((small & within).any(axis=1))
        if rows.size and np.ptp(rows) > 0.2 * (piece.bottom - piece.top):
            found |= within
            frames |= drawn(middle + (corners - middle) * FRAME, small.shape)
    # A loop of a digit may look like a box around its own tail: then most of the digit is elsewhere.
    if not found.any() or (small & found).sum() < (small & ~frames).sum():
        return None
    return found.repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width]
