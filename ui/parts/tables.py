"""Small tables: in the page, and as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from mnist_core.numerals import decimal
from ui.colours import BLUE

FORMULAS = ("=", "+", "-", "@")  # how what spreadsheets compute begins


@dataclass(frozen=True)
class Cell:
    """A cell of more than plain words.

    Attributes:
        words: what it says.
        note: what is said behind that, smaller.
        bar: the length of its bar, 0 to 1; `None` for none.  A bar without words has a column of its own.
        colour: of the bar, or of a line under the words.
        strong: whether the words stand out.
        underlined: whether they have that line.
    """

    words: str = ""
    note: str = ""
    bar: float | None = None
    colour: str = BLUE
    strong: bool = False
    underlined: bool = False


def table_html(
    head: Sequence[str], rows: Iterable[Sequence[str | Cell]], *, label: str = "", tall: bool = False
) -> str:
    """HTML of a table whose first column names the rows; all texts are escaped.

    Args:
        head: titles of the columns; empty for a column, or for all.
        rows: their cells.
        label: what the table is, for people who cannot see where it stands.
        tall: whether it scrolls in a part of the window.
    """
    titles = "".join(f"<th scope='col'>{escape(title)}</th>" if title else "<td></td>" for title in head)
    body = "".join(
        f"<tr><th scope='row'>{_content(first)}</th>{''.join(map(_cell, rest))}</tr>" for first, *rest in rows
    )
    named = f" aria-label='{escape(label)}'" if label else ""
    scrolled = " style='max-height:60vh' tabindex='0'" if tall else ""
    return (
        f"<div class='dl-table'{scrolled}><table{named}>"
        f"{f'<thead><tr>{titles}</tr></thead>' if titles else ''}<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str | Cell) -> str:
    column = " class='dl-length'" if isinstance(cell, Cell) and cell.bar is not None and not cell.words else ""
    return f"<td{column}>{_content(cell)}</td>"


def _content(cell: str | Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    words = f"<b>{escape(cell.words)}</b>" if cell.strong else escape(cell.words)
    if cell.underlined:
        words = f"<span style='box-shadow:inset 0 -0.15em {cell.colour}'>{words}</span>"
    note = f" <small>{escape(cell.note)}</small>" if cell.note else ""
    bar = "" if cell.bar is None else f"<i style='width:{100 * cell.bar:.1f}%; background:{cell.colour}'></i>"
    return f"{words}{note}{bar}"


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV, in which no spreadsheet takes a text for a formula; `csv_file` makes a file of it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([_as_text(value) for value in row] for row in (head, *rows))
    return buffer.getvalue()


def _as_text(value: object) -> object:
    """The value; a text that a spreadsheet would compute, behind an apostrophe (OWASP, "CSV injection")."""
    computed = isinstance(value, str) and value.lstrip().startswith(FORMULAS) and decimal(value) is None
    return f"'{value}" if computed else value


def csv_file(text: str) -> bytes:
    """The file of a CSV, with the mark by which spreadsheets tell that it is UTF-8."""
    return text.encode("utf-8-sig")


def csv_button(
    text: str | Callable[[], str],
    name: str,
    words: str | None = None,
    *,
    label: str = "Download as CSV",
    key: str | None = None,
) -> None:
    """Draw the button that hands out a CSV file.

    Args:
        text: what is in it, or what makes that once it is asked for.
        name: of the file, without its ending.
        words: what is in it, where its place on the page does not say so.
        label: of the button.
        key: of the button; made of the name where `None`.
    """
    st.download_button(
        label,
        (lambda: csv_file(text())) if callable(text) else csv_file(text),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=key or f"{name.replace('-', '_')}_csv",
        on_click="ignore",
        help=words,
    )
