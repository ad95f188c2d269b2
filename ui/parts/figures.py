"""Precision, recall and F1 of each digit, as a table and as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.drawing.images import DIGITS
from mnist_core.network.evaluation import DigitFigures, Evaluation
from mnist_core.numerals import out_of, percent
from ui.parts.tables import Cell, csv_button, csv_text, table_html


def figures(evaluation: Evaluation, classes: Sequence[str] = DIGITS) -> None:
    """Draw precision, recall and F1 of each class, to read and to download."""
    what = "digit" if tuple(classes) == DIGITS else "class"
    counts = evaluation.confusion_matrix
    st.subheader(f"Figures of each {what}")
    st.caption(
        f"Precision: of the images read as this {what}, how many are one. Recall: of the images of this {what}, how "
        "many were read as it. F1 is a mean of both, nearer to the lower."
    )
    st.html(figures_html(evaluation.digits, counts, classes))
    csv_button(figures_csv(evaluation.digits, counts, classes), "figures-per-digit", key="figures_csv")


def figures_html(rows: Sequence[DigitFigures], counts: np.ndarray, classes: Sequence[str] = DIGITS) -> str:
    """HTML table of the figures, each with its denominator and a bar."""
    values = [value for row in rows for value in (row.precision, row.recall, row.f1) if value is not None]
    start = min(0.9, np.floor(10 * min(values, default=0)) / 10)
    body = []
    for row in rows:
        right, read = int(counts[row.digit, row.digit]), int(counts[:, row.digit].sum())
        notes = (out_of(right, read), out_of(right, row.support), "")
        figures = zip((row.precision, row.recall, row.f1), notes, strict=True)
        body.append((classes[row.digit], *(_figure(value, note, start) for value, note in figures)))
    table = table_html(("Digit" if tuple(classes) == DIGITS else "Class", "Precision", "Recall", "F1"), body)
    return f"{table}<p class='dl-table-key'>Bars start at {percent(start, 0)}.</p>"


def _figure(value: float | None, of: str, start: float) -> str | Cell:
    if value is None:
        return "none"
    return Cell(percent(value), of, bar=max(0.0, value - start) / (1 - start))


def figures_csv(rows: Sequence[DigitFigures], counts: np.ndarray, classes: Sequence[str] = DIGITS) -> str:
    """The figures as a CSV file, with what they are made of; an empty field where there is none."""
    lines = []
    for row in rows:
        figures = ["" if value is None else f"{value:.6f}" for value in (row.precision, row.recall, row.f1)]
        read, right = int(counts[:, row.digit].sum()), int(counts[row.digit, row.digit])
        lines.append([classes[row.digit], row.support, read, right, *figures])
    return csv_text(["digit", "images", "read_as_it", "right", "precision", "recall", "f1"], lines)
