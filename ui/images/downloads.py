"""Images and their figures to take along: a picture, arrays, a table."""

from __future__ import annotations

import io
import math
from functools import partial

import numpy as np
import streamlit as st

from mnist_core.insight.all_images.properties import margins
from mnist_core.network.evaluation import losses
from mnist_core.numerals import numeral
from ui.images.orders import shapes_of
from ui.networks.on_test_images import Judged
from ui.parts import pictures
from ui.parts.tables import csv_file, csv_text

ENLARGED, GAP = 2, 2  # of the picture: times, and pixels between images
COLUMNS = (
    "place", "truth", "read", "probability", "probability_of_truth", "loss", "margin",
    "ink", "slant_degrees", "width_px",
)  # fmt: skip


def downloads(judged: Judged, places: np.ndarray, *, key: str) -> None:
    """Draw the buttons; the files hold the images at the (n,) places, in this order."""
    kinds = (
        ("Picture (PNG)", ":material/image:", "png", "image/png", contact_sheet, "One sheet with all of them."),
        ("Arrays (npz)", ":material/data_array:", "npz", "application/octet-stream", arrays,
         "For NumPy: images, labels, places in the test set, the network's ten outputs, and its probabilities."),
        ("Table (CSV)", ":material/table:", "csv", "text/csv", lambda *of: csv_file(table(*of)),
         "One row for each image: truth, what it was read as, probabilities, loss, margin, ink, slant, stroke width."),
    )  # fmt: skip
    with st.popover("Download", icon=":material/download:", key=f"{key}_download"):
        st.caption(f"All {numeral(len(places))} images of this choice, in this order.")
        for label, icon, ending, mime, make, words in kinds:
            st.download_button(
                label,
                data=partial(make, judged, places),
                file_name=f"images-{len(places)}.{ending}",
                mime=mime,
                icon=icon,
                help=words,
                key=f"{key}_download_{ending}",
                on_click="ignore",
                width="stretch",
            )


def contact_sheet(judged: Judged, places: np.ndarray) -> bytes:
    """A PNG with all images, row by row, in a sheet about as wide as high."""
    large = judged.data.x_test[places].repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    padded = np.pad(large, ((0, 0), (0, GAP), (0, GAP)), constant_values=96)
    return pictures.png(pictures.sprite(padded, max(1, math.ceil(math.sqrt(len(places))))))


def arrays(judged: Judged, places: np.ndarray) -> bytes:
    """An npz with "images" (n, 28, 28) uint8, "labels" (n,) uint8, "places" (n,) int64, and the network's answers.

    Those are "scores" and "probabilities", (n, 10) float32 each.
    """
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        images=judged.data.x_test[places],
        labels=judged.data.y_test[places],
        places=places,
        scores=judged.scores[places],
        probabilities=judged.probabilities(places),
    )
    return buffer.getvalue()


def table(judged: Judged, places: np.ndarray) -> str:
    """A CSV with one row an image: `COLUMNS`; an empty field where there is no number."""
    labels, read = judged.data.y_test[places], judged.evaluation.predicted[places]
    parts, rows = judged.probabilities(places), np.arange(len(places))
    measured = shapes_of(judged.data, places)
    answered = np.isfinite(parts).all(axis=1)
    of_parts = (parts[rows, read], parts[rows, labels], losses(parts, labels), margins(parts, labels))
    numbers = [
        *(np.where(answered, values, np.nan) for values in of_parts),
        measured["ink"], measured["slant"], measured["width"],
    ]  # fmt: skip
    lines = []
    for row in range(len(places)):
        values = ["" if np.isnan(each[row]) else f"{each[row]:.6g}" for each in numbers]
        lines.append([int(places[row]), int(labels[row]), int(read[row]) if answered[row] else "", *values])
    return csv_text(COLUMNS, lines)
