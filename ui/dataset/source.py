"""Which images are in use, where they came from, and how to bring MNIST where it is missing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.data.samples import class_counts, mean_images
from mnist_core.drawing.images import CLASSES
from mnist_core.numerals import numeral, percent
from ui.colours import CURVES
from ui.frame import state
from ui.frame.page import explained
from ui.parts import pictures
from ui.parts.tables import Cell, table_html

MEAN_WIDTH = 112  # CSS pixels of one mean image, where there is room
UPLOAD_MEGABYTES = 64  # an uncompressed mnist.npz has 55


def source(data: Dataset) -> None:
    """Draw what the data are; where they are not MNIST, the ways to get it."""
    train, test = len(data.y_train), len(data.y_test)
    if data.is_mnist:
        st.success(
            f"This is the real **MNIST**: {numeral(train)} training and {numeral(test)} test images, verified by "
            "their content.",
            icon=":material/verified:",
        )
        _notes(data)
        return
    st.warning(
        f"These are **synthetic digits**, not MNIST: {numeral(train)} training and {numeral(test)} test images, "
        "drawn by a program because MNIST could not be had. All pages work with them, but their numbers are "
        "not MNIST's.",
        icon=":material/science:",
    )
    _notes(data)
    with st.expander("Bring MNIST", icon=":material/download:", key="bring_mnist"):
        st.markdown(
            "With a way to the internet, try the download again. Without, bring `mnist.npz` "
            "(11 MB, as Keras keeps it) or the four IDX files, also in one zip, from another machine."
        )
        if st.button("Try the download again", icon=":material/refresh:", key="try_again"):
            state.reload_dataset()
            st.rerun()
        files = st.file_uploader(
            "mnist.npz, or the four IDX files, gzipped, zipped or not",
            accept_multiple_files=True,
            key="mnist_files",
            max_upload_size=UPLOAD_MEGABYTES,
        )
        if st.button("Use these files", icon=":material/upload:", disabled=not files, key="install") and files:
            with explained():  # Here, so that the page goes on below.
                dataset.install(files, state.settings())
                state.reload_dataset()
                st.rerun()


def data_label(data: Dataset) -> None:
    """Draw, on a page that shows numbers from these images, that they are not MNIST; nothing where they are."""
    if not data.is_mnist:
        st.caption(
            ":material/science: These numbers come from **synthetic digits**, not from MNIST: see the Dataset page."
        )


def _notes(data: Dataset) -> None:
    if data.notes:
        with st.expander("What was found and refused, or tried in vain", icon=":material/info:", key="data_notes"):
            for note in data.notes:
                st.text(note)


def class_balance(data: Dataset) -> None:
    """Draw how many images of each digit there are, as shares, so that both splits compare."""
    splits = {name: class_counts(labels) for name, labels in (("Training", data.y_train), ("Test", data.y_test))}
    for name, counts in splits.items():
        st.caption(f"{name}: {_spread(counts)}, {numeral(counts.sum())} in all.")
    st.html(balance_html(splits))


def balance_html(splits: Mapping[str, np.ndarray]) -> str:
    """HTML table with a row a digit: its share of the images of each split as a bar and in numbers.

    Args:
        splits: (10,) counts by the name of the split.
    """
    shares = {name: counts / max(1, counts.sum()) for name, counts in splits.items()}
    longest = max(float(each.max()) for each in shares.values()) or 1.0
    rows = [
        [Cell(str(digit))]
        + [
            cell
            for name, counts in splits.items()
            for cell in (
                Cell(bar=shares[name][digit] / longest, colour=CURVES[name]),
                Cell(numeral(counts[digit]), percent(shares[name][digit])),
            )
        ]
        for digit in range(CLASSES)
    ]
    head = ("Digit", *(title for name in splits for title in (name, "")))
    return table_html(head, rows, label="Images of each digit")


def _spread(counts: np.ndarray) -> str:
    least, most = int(counts.argmin()), int(counts.argmax())
    if counts[least] == counts[most]:
        return f"{numeral(counts[least])} images of each digit"
    return f"from {numeral(counts[least])} images of the digit {least} to {numeral(counts[most])} of the digit {most}"


def means(data: Dataset) -> None:
    """Draw the mean training image of each digit."""
    counts = class_counts(data.y_train)
    images = _means(data.digest)
    shown = (
        pictures.picture(
            images[digit],
            f"Mean of the {numeral(counts[digit])} training images of the digit {digit}",
            width=MEAN_WIDTH,
            caption=f"{digit}, mean of {numeral(counts[digit])}",
        )
        for digit in range(CLASSES)
    )
    st.html(pictures.tiles(*shown, columns=5))


@st.cache_data(max_entries=2, show_spinner=False)
def _means(digest: str) -> np.ndarray:
    data = state.dataset()
    return mean_images(data.x_train, data.y_train)
