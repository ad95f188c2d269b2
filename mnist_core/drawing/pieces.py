"""Connected pieces of ink, and which of them make up the digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# What belongs to the digit besides its largest piece: least areas, largest distance.
PIECE, PIECE_AT_BORDER = 0.03, 0.3  # of the area of the largest piece
REACH = 0.3  # of the larger one's longest side
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

    def gap(self, other: Piece) -> int:
        """Pixels between the boxes, along the axis that separates them more."""
        rows = max(other.top - self.bottom, self.top - other.bottom)
        columns = max(other.left - self.right, self.left - other.right)
        return max(rows, columns, 0)


def one_digit(mask: np.ndarray) -> np.ndarray:
    """The (H, W) bool mask without specks: its largest piece, and those that may belong to it."""
    cell = -(-max(mask.shape) // PIECES_SIDE)
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % cell), (0, -width % cell)))
    small = np.any(padded.reshape(padded.shape[0] // cell, cell, -1, cell), axis=(1, 3))
    labels, pieces = pieces_of(small)

    def at_border(piece: Piece) -> bool:
        return 0 in (piece.top, piece.left) or piece.bottom == small.shape[0] or piece.right == small.shape[1]

    largest = max(pieces, key=lambda piece: piece.area * (PIECE_AT_BORDER if at_border(piece) else 1))
    kept = [False] + [
        piece is largest
        or (
            piece.area >= largest.area * (PIECE_AT_BORDER if at_border(piece) else PIECE)
            and piece.gap(largest) <= REACH * max(piece.side, largest.side)
        )
        for piece in pieces
    ]
    return mask & np.array(kept)[labels].repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width]


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
