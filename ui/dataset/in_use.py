"""Which images are in use, said where nobody waits for them."""

from __future__ import annotations

import streamlit as st

from mnist_core.numerals import numeral
from mnist_core.store.datasets import SYNTHETIC, USUAL
from ui.frame import state
from ui.frame.page import explained
from ui.words.plain import plain

LOOK_EVERY = 1.0  # seconds between two looks at images that are on their way


def data_in_use() -> None:
    """Draw which images are in use; while they are on their way, look again and again."""
    looking = state.loaded_dataset() is None
    st.fragment(_data, run_every=LOOK_EVERY if looking else None)(looking)


def _data(looking: bool) -> None:
    with explained():
        data = state.loaded_dataset()
        if data is None:
            st.info(plain(state.loading_words()), icon=":material/hourglass_empty:")
            return
        if looking:
            st.rerun()  # Or this would look for ever.
        counts = f"{numeral(len(data.y_train))} training and {numeral(len(data.y_test))} test images"
        if data.is_mnist:
            st.success(f"The real **MNIST**: {counts}, verified by their content.", icon=":material/verified:")
        elif state.source() not in (USUAL, SYNTHETIC):
            st.info(plain(f"{data.name}: {counts} of {len(data.classes)} classes."), icon=":material/dataset:")
        else:
            st.warning(
                f"**Synthetic digits**, because MNIST could not be had: {counts}. What is trained on them here will "
                "not reach MNIST's numbers; the Dataset page says how to bring MNIST.",
                icon=":material/science:",
            )
