"""The Dataset page's gallery: which images, which page of them, and one of them large."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.data.samples import shuffled
from mnist_core.numerals import numeral, out_of
from ui.dataset.address import ADDRESS, DIGIT, IMAGE, MAX_SEED, PAGE, PER_PAGE, SEED, SPLIT, SPLITS, classes
from ui.frame.page import explained
from ui.frame.views import menu
from ui.parts.gallery import gallery
from ui.parts.pixels import pixels
from ui.words.plain import plain


def samples(data: Dataset) -> None:
    """Draw the gallery and one image; the address names what is shown."""
    ADDRESS.fill()
    st.fragment(_samples)(data)


def _samples(data: Dataset) -> None:
    with explained():
        images, labels = split(data, st.session_state[SPLIT])
        order = _choice(data, labels)
        shown = order[(st.session_state[PAGE] - 1) * PER_PAGE :][:PER_PAGE]
        if not len(shown):
            st.info("There is no image of this digit here. Choose another.", icon=":material/filter_alt_off:")
            return
        gallery(
            images[shown],
            shown.tolist(),
            [f"Image {numeral(index)}: labelled {data.classes[labels[index]]}" for index in shown],
            st.session_state[IMAGE],
            _open,
            key="samples",
        )
        first = (st.session_state[PAGE] - 1) * PER_PAGE + 1
        st.caption(
            f"{numeral(first)} to {out_of(first + len(shown) - 1, len(order))} "
            f"{SPLITS[st.session_state[SPLIT]].lower()} images, in random order. Choose one to see it large."
        )
        _one(images, [data.classes[label] for label in labels])
        ADDRESS.follow()


def split(data: Dataset, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The images and labels of "train" or "test"."""
    return (data.x_train, data.y_train) if name == "train" else (data.x_test, data.y_test)


def _choice(data: Dataset, labels: np.ndarray) -> np.ndarray:
    """Draw what chooses the images; their indices, in order."""
    with st.container(horizontal=True, key="sample_choice", vertical_alignment="bottom"):
        menu("Images for", SPLITS, key=SPLIT, on_change=_turn_to_start)
        st.pills(
            "Digit" if data.is_of_digits else "Class",
            classes(),
            format_func=lambda each: "All" if each == "all" else plain(data.classes[int(each)]),
            key=DIGIT,
            required=True,
            on_change=_turn_to_start,
            wrap=True,
        )
        st.number_input(
            "Seed of the order",
            0,
            MAX_SEED,
            key=SEED,
            on_change=_turn_to_start,
            width=150,
            help="The same seed shows the same images in the same order.",
        )
        digit = st.session_state[DIGIT]
        order = shuffled(labels, None if digit == "all" else int(digit), st.session_state[SEED])
        pages = max(1, -(-len(order) // PER_PAGE))
        st.session_state[PAGE] = min(st.session_state[PAGE], pages)
        st.number_input(f"Page, 1 to {numeral(pages)}", 1, pages, key=PAGE, width=150)
    return order


def _one(images: np.ndarray, labels: Sequence[str]) -> None:
    """Draw the chosen image and what flattening does to it."""
    name = SPLITS[st.session_state[SPLIT]].lower()
    st.subheader("One image, and what a network gets of it")
    st.session_state[IMAGE] = min(st.session_state[IMAGE], len(images) - 1)
    index = st.number_input(
        f"Number of the {name} image, 0 to {numeral(len(images) - 1)}", 0, len(images) - 1, key=IMAGE, width=300
    )
    st.markdown(
        f"Image **{numeral(index)}** of the {numeral(len(images))} {name} images. Its label says "
        f"**{plain(labels[index])}**."
    )
    pixels(images[index], f"{name.capitalize()} image {index}, labelled {labels[index]}", key="pixels")


def _open(index: int) -> None:
    st.session_state[IMAGE] = index


def _turn_to_start() -> None:
    st.session_state[PAGE] = 1
