"""One test image, large, with what the network says of it."""

from __future__ import annotations

import streamlit as st

from ui import pictures
from ui.judged import Judged


def one_image(judged: Judged, place: int) -> None:
    """Draw the image at this place of the test set; call it inside a fragment."""
    true, read = judged.data.y_test[place], judged.evaluation.predicted[place]
    words = f"Test image {place:,}, a {true}, read as {read}"
    with st.container(key="one_image"):
        pictures.show(pictures.picture(judged.data.x_test[place], words, width=280, caption=words))
