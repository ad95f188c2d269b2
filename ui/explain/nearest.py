"""The training images nearest to an image."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.numerals import an, count, numeral
from ui.explain import how_sure
from ui.frame import state
from ui.parts import pictures
from ui.words.plain import plain

SHOWN = 12


def nearest(image: np.ndarray) -> None:
    """Draw those nearest to the (28, 28) uint8 image, and what digits they are."""
    found = how_sure.searched()
    if found is None:
        st.info(plain(f"{state.loading_words()}: the training images are not here yet."), icon=":material/hourglass:")
        st.button("Look again", icon=":material/refresh:", key="why_look_again")
        return
    near = found.neighbours.nearest(image, SHOWN)
    values, numbers = np.unique(near.labels, return_counts=True)
    order = np.argsort(-numbers, kind="stable")
    digits = [(int(numbers[place]), int(values[place])) for place in order]
    words = " and ".join(f"one is {an(digit)}" if number == 1 else f"{number} are {digit}s" for number, digit in digits)
    if len(digits) == 1:
        words = f"all are {digits[0][1]}s"
    st.markdown(
        f"Of the {count(len(near.labels), 'training image')} of {plain(found.name)} nearest to this one, {words}. "
        f"All {numeral(len(found.images))} were compared, pixel by pixel."
    )
    captions = [
        f"{label}, {numeral(distance / 255, 1)}" for label, distance in zip(near.labels, near.distances, strict=True)
    ]
    alts = [
        f"Training image {index}, {an(label)}, {numeral(distance / 255, 1)} away"
        for index, label, distance in zip(near.indices, near.labels, near.distances, strict=True)
    ]
    st.html(pictures.gallery(found.images[near.indices], captions, alts, size=84))
    st.caption(
        "Under each: which digit it is, and how far it is from this one. Equal images are 0 apart; the more "
        "their pixels differ, the larger the number."
    )
