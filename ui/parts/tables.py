"""Small tables: in the page, and as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st


def table_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """HTML of a table whose first column names the rows; all texts are escaped."""
    titles = "".join(f"<th scope='col'>{escape(title)}</th>" for title in head)
    body = "".join(
        f"<tr><th scope='row'>{escape(first)}</th>{''.join(f'<td>{escape(each)}</td>' for each in rest)}</tr>"
        for first, *rest in rows
    )
    return f"<div class='dl-compared'><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as a CSV file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue()


def csv_button(
    text: str | bytes | Callable[[], str | bytes],
    name: str,
    words: str | None = None,
    *,
    label: str = "Download as CSV",
    key: str | None = None,
) -> None:
    """Draw the button that hands out a CSV file.

    Args:
        text: the file, or what makes it once it is asked for.
        name: of the file, without its ending.
        words: what is in it, where its place on the page does not say so.
        label: of the button.
        key: of the button; made of the name where `None`.
    """
    st.download_button(
        label,
        text,
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=key or f"{name.replace('-', '_')}_csv",
        on_click="ignore",
        help=words,
    )
