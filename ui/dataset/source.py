"""Which images are in use, where they came from, and how to bring MNIST where it is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.data.samples import class_counts, mean_images
from mnist_core.drawing.images import DIGITS
from mnist_core.numerals import numeral, percent
from mnist_core.store.datasets import SYNTHETIC, USUAL
from ui.colours import CURVES
from ui.dataset.choice import own
from ui.frame import state
from ui.frame.page import explained
from ui.parts import pictures
from ui.parts.tables import Cell, table_html
from ui.words.plain import plain

MEAN_WIDTH = 112  # CSS pixels of one mean image, where there is room
UPLOAD_MEGABYTES = 64  # an uncompressed mnist.npz has 55


def source(data: Dataset) -> None:
    """Draw what the data are; where they are not MNIST, the ways to get it."""
    train, test = len(data.y_train), len(data.y_test)
    if state.source() not in (USUAL, SYNTHETIC):
        own(data)
        return
    if data.is_mnist:
        st.success(
            f"This is the real **MNIST**: {numeral(train)} training and {numeral(test)} test images, verified by "
            "their content.",
            icon=":material/verified:",
        )
        _notes(data)
        return
    why = "" if state.chosen_source() == SYNTHETIC else " because MNIST could not be had"
    st.warning(
        f"These are **synthetic digits**, not MNIST: {numeral(train)} training and {numeral(test)} test images, "
        f"drawn by a program{why}. All pages work with them, but their numbers are "
        "not MNIST's.",
        icon=":material/science:",
    )
    _notes(data)
    if state.chosen_source() == SYNTHETIC:
        return
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
    if state.source() not in (USUAL, SYNTHETIC):
        st.caption(plain(f"These numbers come from {data.name}, which has {len(data.classes)} classes."))
    elif not data.is_mnist:
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
    parts, classes = (("Training", data.y_train), ("Test", data.y_test)), len(data.classes)
    splits = {name: class_counts(labels, classes) for name, labels in parts}
    for name, counts in splits.items():
        spread = _spread(counts, data.classes, "the digit " if data.is_of_digits else "")
        st.caption(plain(f"{name}: {spread}, {numeral(counts.sum())} in all."))
    st.html(balance_html(splits, data.classes))


def balance_html(splits: Mapping[str, np.ndarray], classes: Sequence[str] = DIGITS) -> str:
    """HTML table with a row a class: its share of the images of each split as a bar and in numbers.

    Args:
        splits: (classes,) counts by the name of the split.
        classes: names of the classes.
    """
    shares = {name: counts / max(1, counts.sum()) for name, counts in splits.items()}
    longest = max(float(each.max()) for each in shares.values()) or 1.0
    rows = [
        [Cell(name_of_class)]
        + [
            cell
            for name, counts in splits.items()
            for cell in (
                Cell(bar=shares[name][place] / longest, colour=CURVES[name]),
                Cell(numeral(counts[place]), percent(shares[name][place])),
            )
        ]
        for place, name_of_class in enumerate(classes)
    ]
    head = ("Digit" if tuple(classes) == DIGITS else "Class", *(title for name in splits for title in (name, "")))
    return table_html(head, rows, label="Images of each class")


def _spread(counts: np.ndarray, classes: Sequence[str], the: str) -> str:
    least, most = int(counts.argmin()), int(counts.argmax())
    if counts[least] == counts[most]:
        return f"{numeral(counts[least])} images of each {'digit' if the else 'class'}"
    few, many = f"{the}{classes[least]}", f"{the}{classes[most]}"
    return f"from {numeral(counts[least])} images of {few} to {numeral(counts[most])} of {many}"


def means(data: Dataset) -> None:
    """Draw the mean training image of each digit."""
    counts, the = class_counts(data.y_train, len(data.classes)), "the digit " if data.is_of_digits else ""
    images = _means(data.digest)
    shown = (
        pictures.picture(
            images[place],
            f"Mean of the {numeral(counts[place])} training images of {the}{name}",
            width=MEAN_WIDTH,
            caption=f"{name}, mean of {numeral(counts[place])}",
        )
        for place, name in enumerate(data.classes)
    )
    st.html(pictures.tiles(*shown, columns=5))


@st.cache_data(max_entries=2, show_spinner=False)
def _means(digest: str) -> np.ndarray:
    data = state.dataset()
    return mean_images(data.x_train, data.y_train, len(data.classes))
