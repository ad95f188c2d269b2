"""Precision, recall and F1 of each digit, as a table and as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.network.evaluation import DigitFigures, Evaluation
from mnist_core.numerals import out_of, percent
from ui.parts.tables import csv_button, csv_text


def figures(evaluation: Evaluation) -> None:
    """Draw precision, recall and F1 of each digit, to read and to download."""
    counts = evaluation.confusion_matrix
    st.subheader("Figures of each digit")
    st.caption(
        "Precision: of the images read as this digit, how many are one. Recall: of the images of this digit, how many "
        "were read as it. F1 is a mean of both, nearer to the lower."
    )
    st.html(figures_html(evaluation.digits, counts))
    csv_button(figures_csv(evaluation.digits, counts), "figures-per-digit", key="figures_csv")


def figures_html(rows: Sequence[DigitFigures], counts: np.ndarray) -> str:
    """HTML table of the figures, each with its denominator and a bar."""
    values = [value for row in rows for value in (row.precision, row.recall, row.f1) if value is not None]
    start = min(0.9, np.floor(10 * min(values, default=0)) / 10)
    body = ""
    for row in rows:
        right = int(counts[row.digit, row.digit])
        read = int(counts[:, row.digit].sum())
        body += (
            f"<tr><th scope='row'>{row.digit}</th>{_figure(row.precision, out_of(right, read), start)}"
            f"{_figure(row.recall, out_of(right, row.support), start)}{_figure(row.f1, '', start)}</tr>"
        )
    return (
        f"<table class='dl-table'><thead><tr><th>Digit</th><th>Precision</th><th>Recall</th><th>F1</th></tr>"
        f"</thead><tbody>{body}</tbody></table><p class='dl-table-key'>Bars start at {percent(start, 0)}.</p>"
    )


def _figure(value: float | None, of: str, start: float) -> str:
    if value is None:
        return "<td>none</td>"
    width = 100 * max(0.0, value - start) / (1 - start)
    return f"<td>{percent(value)} <small>{of}</small><i style='width:{width:.1f}%'></i></td>"


def figures_csv(rows: Sequence[DigitFigures], counts: np.ndarray) -> str:
    """The figures as a CSV file, with what they are made of; an empty field where there is none."""
    lines = []
    for row in rows:
        figures = ["" if value is None else f"{value:.6f}" for value in (row.precision, row.recall, row.f1)]
        read, right = int(counts[:, row.digit].sum()), int(counts[row.digit, row.digit])
        lines.append([row.digit, row.support, read, right, *figures])
    return csv_text(["digit", "images", "read_as_it", "right", "precision", "recall", "f1"], lines)
