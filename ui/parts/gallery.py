"""A gallery of small images, each of them a button.

One sprite carries all images; the arrow keys go from one to the next.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import streamlit as st

from ui.frame.components import component
from ui.parts import pictures

Name = TypeVar("Name", int, str)

SIZE = 48  # CSS pixels of one image; a finger hits it
ACROSS = 16  # images in a row of the sprite: a picture thousands of pixels high is drawn blurred or not at all


def gallery(
    images: np.ndarray,
    names: Sequence[Name],
    labels: Sequence[str],
    chosen: Name | None,
    on_choose: Callable[[Name], None],
    *,
    key: str,
    captions: Sequence[str] = (),
    marked: Sequence[bool] = (),
    size: int = SIZE,
) -> None:
    """Draw the gallery; `on_choose(name)` is called with the name of the image that was chosen.

    A press brings the name along: which image it was for does not depend on what the gallery
    holds by the time it arrives.  One that is not here any more is chosen by nobody.

    Args:
        images: (n, 28, 28) uint8.
        names: of the images, n of them, no two alike.
        labels: n lines that tell what each is, for a pointer that rests and for screen readers.
        chosen: the name of the one that is outlined.
        on_choose: a callback as those of widgets: it runs before the page does.
        key: the component's key in session state.
        captions: n texts of eight or so characters, or of two such lines, under the images; none for none.
        marked: n flags: whether a caption stands out; its text has to say why.
        size: CSS pixels of one image; a caption under a large one is larger, too.
    """
    names = list(names)

    def on_name_change() -> None:
        name = st.session_state[key].name
        if name in names:
            on_choose(names[names.index(name)])

    sheet = pictures.png(pictures.sprite(images, ACROSS)) if len(images) else b""
    data = {
        "sheet": base64.b64encode(sheet).decode("ascii"),
        "names": names,
        "labels": list(labels),
        "captions": list(captions),
        "marked": [bool(each) for each in marked],
        "chosen": None if chosen is None or chosen not in names else names.index(chosen),
        "size": size,
        "across": ACROSS,
    }
    component("pictures/gallery.js", html=HTML)(key=key, data=data, on_name_change=on_name_change)


HTML = '<div class="gallery" role="group" aria-label="Images: arrow keys go from one to the next, Enter opens"></div>'
