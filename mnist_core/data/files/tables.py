"""Tables of pixels as text, an image a line, as MNIST's CSV files and spreadsheets have them.

Read are UTF-8 and UTF-16, values apart by commas, semicolons or tabs, lines that end as on
any system, quoted or not, whole numbers also as "12.0".  A head may say in which column
the labels are; the first one is taken otherwise.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mnist_core.errors import DataError
from mnist_core.numerals import decimal

SEPARATORS = (",", ";", "\t")
LABELS = ("label", "labels", "class", "digit", "target", "y")  # what heads call the column
_PIXEL = {str(value): value for value in range(256)}  # `numerals.whole` takes 4 s for eight million of them


class Table(NamedTuple):
    """Images and what they are.

    Attributes:
        labels: n texts, as they stand in the file.
        images: (n, side, side) uint8.
    """

    labels: list[str]
    images: np.ndarray


def read(content: bytes, source: object, *, most: int, sides: Collection[int] = (28,)) -> Table:
    """The images and labels in the content of a text file.

    Args:
        content: of the file.
        source: what a message calls it.
        most: images that it may have.
        sides: pixels that an image may be wide and high.

    Raises:
        DataError: it is no such text, has no or too many images, or a line that is none.
    """
    ends = max(content.count(b"\n"), content.count(b"\r"))
    if ends > 2 * most:  # Before a million lines become a million strings.
        raise DataError(source, f"has {ends:,} lines; 1 to {most:,} images can be read.")
    labels: list[str] = []
    images: list[np.ndarray] = []
    place: tuple[int, Sequence[int]] = (0, ())
    expected = 0  # columns, once the first line was seen
    for number, row in _rows(content, source):
        if not expected:
            place, expected = _columns(row, number, source, sides), len(row)
            if _is_head(row):
                continue
        if len(row) != expected:
            raise DataError(source, f"line {number:,} has {len(row):,} columns; the first one has {expected:,}.")
        if len(images) == most:
            raise DataError(source, f"has more than {most:,} images; 1 to {most:,} can be read.")
        label, pixels = place
        labels.append(row[label].strip())
        images.append(_pixels([row[at] for at in pixels], number, source))
    if not images:
        raise DataError(source, f"has no images; 1 to {most:,} can be read.")
    side = math.isqrt(images[0].size)
    return Table(labels, np.stack(images).reshape(-1, side, side))


def _rows(content: bytes, source: object) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with their numbers from 1, as cells."""
    # Spreadsheets on Windows call UTF-16 "Unicode text".
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    lines = io.TextIOWrapper(io.BytesIO(content), "utf-16" if wide else "utf-8-sig")
    number = 0
    try:
        start = next((line for line in lines if line.strip()), "")
        lines.seek(0)
        reader = csv.reader(lines, delimiter=max(SEPARATORS, key=start.count))
        for row in reader:
            number = reader.line_num
            if any(cell.strip() for cell in row):
                yield number, row
    except UnicodeError as cause:
        raise DataError(source, "is neither an npz file nor text of comma-separated values.") from cause
    except csv.Error as cause:
        raise DataError(source, f"line {number + 1:,} cannot be read ({cause}).") from cause


def _is_head(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row]
    named = any(cell.lower() in LABELS for cell in (cells[0], cells[-1]))
    return named or not any(decimal(cell) is not None for cell in cells)


def _columns(row: list[str], number: int, source: object, sides: Collection[int]) -> tuple[int, Sequence[int]]:
    """From the first line: the column of the labels, and those of the pixels."""
    columns = list(range(len(row)))
    label = 0
    if _is_head(row):
        names = [cell.strip().lower() for cell in row]
        label = next((at for at in (0, *reversed(columns)) if names[at] in LABELS), -1)
        if label < 0:
            raise DataError(source, f"its first column is {row[0][:40]!r}; {_expected(sides)}.")
        columns = [at for at in columns if names[at]]  # Without the numbers of rows, which some programs put first.
    columns.remove(label)
    if len(columns) not in [side * side for side in sides]:
        raise DataError(source, f"line {number:,} has {len(row):,} columns; {_expected(sides)}.")
    return label, columns


def _expected(sides: Collection[int]) -> str:
    if len(sides) == 1:
        return f"expected a label and {math.prod([*sides, *sides])} pixels"
    return f"expected a label and the pixels of a square image, {min(sides)}x{min(sides)} to {max(sides)}x{max(sides)}"


def _pixels(cells: list[str], number: int, source: object) -> np.ndarray:
    try:
        return np.array([_PIXEL[cell] for cell in cells], np.uint8)
    except KeyError:
        return np.array([_pixel(cell.strip(), number, source) for cell in cells], np.uint8)


def _pixel(cell: str, number: int, source: object) -> int:
    value = decimal(cell)
    if value is None or not value.is_integer() or not 0 <= value <= 255:
        raise DataError(source, f"line {number:,} cannot be read: {cell[:80]!r} is no whole number from 0 to 255.")
    return int(value)
