"""Connected pieces of ink, and which of them make up each digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# What belongs to the digit besides its largest piece: least areas, largest distance.
PIECE, PIECE_AT_BORDER = 0.03, 0.3  # of the area of the largest piece
REACH = 0.3  # of the larger one's longest side
# A digit beside the largest one: its least height, and what both have of the line in common, as shares of a height.
AS_TALL, ON_LINE = 0.5, 0.4
APART = 0.06  # of the taller one's height: from so much empty paper on there are two digits
PIECES_SIDE = 256  # pixels; pieces are told apart at this size


@dataclass
class Piece:
    """One connected piece of ink: its box, ends exclusive, and its area in pixels."""

    top: int
    bottom: int
    left: int
    right: int
    area: int = 0

    @property
    def side(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def gap(self, other: Piece) -> int:
        """Pixels between the boxes, along the axis that separates them more."""
        rows = max(other.top - self.bottom, self.top - other.bottom)
        columns = max(other.left - self.right, self.left - other.right)
        return max(rows, columns, 0)


def digits_of(mask: np.ndarray) -> list[np.ndarray]:
    """The digits in a mask without specks, from left to right: each its largest piece, and those that may belong to it.

    Those beside each other on one line, of about one height, make a number.

    Args:
        mask: (H, W) bool, true somewhere.

    Returns:
        (H, W) bool masks, at least one.
    """
    cell = -(-max(mask.shape) // PIECES_SIDE)
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % cell), (0, -width % cell)))
    small = np.any(padded.reshape(padded.shape[0] // cell, cell, -1, cell), axis=(1, 3))
    labels, pieces = pieces_of(small)

    def at_border(piece: Piece) -> bool:
        return 0 in (piece.top, piece.left) or piece.bottom == small.shape[0] or piece.right == small.shape[1]

    largest = max(pieces, key=lambda piece: piece.area * (PIECE_AT_BORDER if at_border(piece) else 1))
    tall = [each for each in pieces if each is largest or (not at_border(each) and _beside(each, largest))]
    digits = _apart(tall)
    owners = [0] * (len(pieces) + 1)  # number of the digit, from 1, that a piece belongs to
    for number, piece in enumerate(pieces, 1):
        near = [digit.gap(piece) for digit in digits]
        owner = int(np.argmin(near))
        least = digits[owner].area * (PIECE_AT_BORDER if at_border(piece) else PIECE)
        if piece in tall or (piece.area >= least and near[owner] <= REACH * max(piece.side, digits[owner].side)):
            owners[number] = owner + 1
    owned = np.array(owners)[labels].repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width]
    return [mask & (owned == number) for number in range(1, len(digits) + 1)]


def _beside(piece: Piece, largest: Piece) -> bool:
    """Whether it may be a digit beside the largest one."""
    common = min(piece.bottom, largest.bottom) - max(piece.top, largest.top)
    return (
        piece.height >= AS_TALL * largest.height
        and common >= ON_LINE * min(piece.height, largest.height)
        and piece.area >= PIECE * largest.area
    )


def _apart(tall: list[Piece]) -> list[Piece]:
    """The digits that tall pieces make, from left to right: those above each other, or nearly touching, are one."""
    digits: list[Piece] = []
    for piece in sorted(tall, key=lambda each: each.left):
        last = digits[-1] if digits else None
        if last is not None and piece.left - last.right < APART * max(piece.height, last.height):
            digits[-1] = Piece(
                min(last.top, piece.top),
                max(last.bottom, piece.bottom),
                last.left,
                max(last.right, piece.right),
                last.area + piece.area,
            )
        else:
            digits.append(Piece(piece.top, piece.bottom, piece.left, piece.right, piece.area))
    return digits


def pieces_of(mask: np.ndarray) -> tuple[np.ndarray, list[Piece]]:
    """(H, W) int labels, 0 where the mask is false, and piece i - 1 of each label i.

    Runs of each row join the runs that they touch in the row above, corners included.
    """
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    runs = list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))
    parents = list(range(len(runs)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    above = 0  # the first run that may still touch the current one
    for current, (row, start, end) in enumerate(runs):
        while runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] < start):
            above += 1
        other = above
        while runs[other][0] == row - 1 and runs[other][1] <= end:
            parents[root(other)] = root(current)
            other += 1
    labels = np.zeros(mask.shape, np.int32)
    pieces: list[Piece] = []
    numbers: dict[int, int] = {}
    for current, (row, start, end) in enumerate(runs):
        number = numbers.setdefault(root(current), len(numbers) + 1)
        if number > len(pieces):
            pieces.append(Piece(row, row + 1, start, end))
        piece = pieces[number - 1]
        piece.bottom, piece.left, piece.right = row + 1, min(piece.left, start), max(piece.right, end)
        piece.area += end - start
        labels[row, start:end] = number
    return labels, pieces
