"""The pictures that lead from a drawing to what the networks see."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

from mnist_core.drawing import Step
from ui import pictures

STEP_PIXELS = 160  # longest side of the small pictures


def way_through(steps: Sequence[Step]) -> None:
    """Draw what the networks see, and the pictures that led to it."""
    st.subheader("What the networks see")
    if not steps:
        st.caption("Every drawing is brought to the format of MNIST first. The steps appear here.")
        return
    shown = "".join(_step_figure(number, step) for number, step in enumerate(steps[:-1], 1))
    last = steps[-1]
    st.html(
        f'{pictures.STYLE}{STYLE}<div class="dl-steps">{shown}'
        f'<figure class="dl-picture dl-seen"><img src="{pictures.address(last.image)}" '
        f'alt="The 28x28 image that the networks see"><figcaption><strong>{len(steps)}. {last.name}</strong> '
        f"{escape(last.words)} This is what the networks see: 784 numbers.</figcaption></figure></div>"
    )
    st.download_button(
        "Download the 28x28 image",
        data=lambda: pictures.png(last.image),
        file_name="digit-28x28.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        key="download_image",
    )


def _step_figure(number: int, step: Step) -> str:
    image = Image.fromarray(step.image)
    image = image.reduce(-(-max(image.size) // STEP_PIXELS))
    return (
        f'<figure class="dl-picture dl-step"><div><img src="{pictures.address(np.asarray(image))}" '
        f'alt="{escape(step.name)}"></div><figcaption><strong>{number}. {step.name}</strong> {escape(step.words)}'
        "</figcaption></figure>"
    )


STYLE = """<style>
.dl-steps {display:flex; flex-wrap:wrap; gap:1rem; align-items:flex-start}
.dl-step {flex:0 1 9.5rem; min-width:7.5rem}
.dl-step div {aspect-ratio:1; display:flex; align-items:center; justify-content:center;
  background:color-mix(in srgb, currentColor 18%, transparent); border-radius:4px; overflow:hidden}
.dl-step img {width:100%; height:100%; object-fit:contain; border-radius:0}
.dl-seen {width:17.5rem}
.dl-seen img {box-shadow:0 0 0 1px color-mix(in srgb, currentColor 20%, transparent)}
</style>"""
