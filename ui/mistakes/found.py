"""Test images that something led to: a gallery, and one of them large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ui.gallery import gallery
from ui.judged import Judged
from ui.mistakes.one_image import one_image

IMAGES_PER_PAGE = 120
IMAGE = "image"  # in the address, and the key in session state


def found(
    judged: Judged,
    places: np.ndarray,
    *,
    key: str,
    title: str,
    captions: Sequence[str] | None = None,
    one: Callable[[Judged, int], None] = one_image,
) -> None:
    """Draw the images at these places of the test set; call it inside a fragment.

    Args:
        judged: the network that read them.
        places: (m,) int64 places in the test set.
        key: tells several galleries of the app apart.
        title: what these images are, with how many of how many.
        captions: short lines under the images.
        one: draws the image that is chosen.
    """
    st.markdown(f"**{title}**")
    if not len(places):
        st.info("No image is among these.", icon=":material/check:")
        return
    shown = places[:IMAGES_PER_PAGE]
    read = judged.evaluation.predicted
    labels = [f"Test image {place:,}, a {judged.data.y_test[place]} read as {read[place]}" for place in shown]
    chosen = st.session_state.get(IMAGE)
    at = np.flatnonzero(shown == chosen)
    gallery(
        judged.data.x_test[shown],
        labels,
        int(at[0]) if len(at) else None,
        lambda position: st.session_state.update({IMAGE: int(shown[position])}),
        key=f"{key}_gallery",
    )
    if len(at):
        st.query_params[IMAGE] = str(chosen)
        one(judged, chosen)
