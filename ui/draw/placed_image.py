"""A test image on Draw's canvas: put on by the address, changed with the pen, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.drawing.normalise import Step
from mnist_core.numerals import numeral, probable
from ui import networks
from ui.draw.address import MNIST
from ui.draw.sketch import CELL, Sketch
from ui.frame import state
from ui.frame.page import PAGES
from ui.networks import Trained
from ui.words.plain import plain

RUBS_OUT = "rubs_out"  # key of the switch
_CAME_FROM = "test_image_from"  # in session state: the page that an image was last seen on, and its query
_SHOWN = "test_image"  # in session state: the place of what was put on


def put_on_from_address(sketch: Sketch) -> None:
    """Put the test image on that the address names, once a visit; one that is there already stays as it is."""
    if MNIST.fill():
        place = st.session_state[MNIST.key]
        image = state.dataset().x_test[place]
        if sketch.digit() is None or sketch.picture is None or not np.array_equal(sketch.picture, image):
            sketch.put_on(image)
        st.session_state[_SHOWN] = place


def come_back_to(page: str, query: dict[str, str]) -> None:
    """Let the way back lead to this page (a key of `ui.frame.page.PAGES`) with this query in its address."""
    st.session_state[_CAME_FROM] = page, query


def place_on(sketch: Sketch) -> int | None:
    """The place of the test image that lies on the canvas, changed or not."""
    return None if sketch.digit() is None else st.session_state.get(_SHOWN)


def to_address(sketch: Sketch) -> None:
    """Let the address name the test image as long as it lies on the canvas."""
    MNIST.say(place_on(sketch))


def steps(sketch: Sketch, digit: np.ndarray, place: int) -> list[Step]:
    """The two pictures from the canvas to what the networks see, its (28, 28) uint8 `digit`."""
    words = f"Test image {numeral(place)}" + (", and the pen." if is_changed(sketch) else ".")
    how = f"Each pixel is the mean of the {CELL}x{CELL} it covers; nothing is moved, so only what you change changes."
    return [Step("On the canvas", words, sketch.ink()), Step("28x28", how, digit)]


def is_changed(sketch: Sketch) -> bool:
    """Whether the pen has been on the picture."""
    return len(sketch.objects) > 1


def panel(sketch: Sketch, place: int, trained: Sequence[Trained]) -> None:
    """Draw what was done to the image, what that did to the answers, and the way back; under the canvas."""
    picture, digit = sketch.picture, sketch.digit()
    if picture is None or digit is None:
        return
    label = int(state.dataset().y_test[place])
    st.caption(
        f"Test image {numeral(place)}, labelled {label}. Add ink, or rub some out: the networks see your change."
    )
    with st.container(horizontal=True, vertical_alignment="center", key="test_image"):
        st.toggle("Rub out", key=RUBS_OUT, help="The pen takes ink away instead of adding it.")
        st.button(
            "As it was",
            icon=":material/restart_alt:",
            key="test_image_restore",
            disabled=not is_changed(sketch),
            on_click=lambda: sketch.put_on(picture),
        )
    if is_changed(sketch):
        st.markdown("  \n".join(_moved(each, np.stack([picture, digit]), label) for each in trained))
    page, query = st.session_state.get(_CAME_FROM) or ("pages/4_Mistakes.py", {"image": str(place)})
    st.page_link(
        page,
        label=f"Back to image {numeral(place)} in {PAGES[page][0]}",
        icon=":material/arrow_back:",
        query_params=query,
    )


def _moved(trained: Trained, images: np.ndarray, label: int) -> str:
    """What the change from the first to the second of the images did to one network's answer."""
    before, after = networks.network(trained).probabilities(images)
    was, now = int(before.argmax()), int(after.argmax())
    return (
        f"{plain(trained.name)}: read as {was}, now as **{now}**; probability of {label} {probable(before[label])}, "
        f"now {probable(after[label])}."
    )
