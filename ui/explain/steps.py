"""The pictures that lead from a drawing to what the networks see, with each network's answer on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

from mnist_core.drawing.normalise import Step, plain_resize
from mnist_core.drawing.slant import straighten
from mnist_core.insight.one_image.gauges import Gauge
from mnist_core.network.network import Network
from mnist_core.numerals import percent
from ui.parts import pictures

STEP_PIXELS = 160  # longest side of the small pictures
RESIZED = "why_resized"  # key of the switch


def strip(steps: Sequence[Step], networks: Mapping[str, Network]) -> None:
    """Draw the steps with what each network says at each of them, and the switch to what a resize leaves.

    Args:
        steps: as `drawing.normalisation_steps` gives them, the last 28x28.
        networks: by the name to show.
    """
    st.toggle(
        "Show each picture as a plain resize leaves it",
        key=RESIZED,
        help="Networks take 28x28 pixels, so each picture has to be shrunk, or squashed, before they answer. An app "
        "without MNIST's recipe shrinks the whole canvas and nothing else: that is the first answer.",
        persist_state="session",
    )
    if networks:
        st.caption(
            f"The networks are asked about picture {len(steps)} only. Under the others stands what they would say if "
            "they were given those, shrunk to 28x28."
        )
    st.html(strip_html(steps, networks, resized=st.session_state[RESIZED]))


def strip_html(steps: Sequence[Step], networks: Mapping[str, Network], *, resized: bool = False) -> str:
    """HTML of the steps; with `resized` each as the 28x28 that the answers under it are about."""
    small = np.stack([plain_resize(step.image) for step in steps])
    parts = {name: network.probabilities(small) for name, network in networks.items()}
    shown = "".join(
        _step(place, step, small[place] if resized else None, {name: part[place] for name, part in parts.items()})
        for place, step in enumerate(steps[:-1])
    )
    last = steps[-1]
    return (
        f'<div class="dl-steps">{shown}'
        f'<figure class="dl-picture dl-seen"><img src="{pictures.address(last.image)}" '
        f'alt="The 28x28 image that the networks see"><figcaption><strong>{len(steps)}. {last.name}</strong> '
        f"{escape(last.words)} This is what the networks see: 784 numbers."
        f"{_said({name: part[-1] for name, part in parts.items()})}</figcaption></figure>"
        f"{_upright(last.image, networks)}</div>"
    )


def _upright(image: np.ndarray, networks: Mapping[str, Network]) -> str:
    """The picture that comes after all, for networks that learned from upright digits."""
    if not any(network.straighten for network in networks.values()):
        return ""
    words = "Networks that straighten slant take the lean away first, and see this."
    step = Step("Upright", words, straighten(image[None])[0])
    return _figure(step, pictures.address(step.image), "The 28x28 image set upright", "")


def _step(place: int, step: Step, small: np.ndarray | None, parts: Mapping[str, np.ndarray]) -> str:
    if small is None:
        picture = Image.fromarray(step.image)
        image, alt = np.asarray(picture.reduce(-(-max(picture.size) // STEP_PIXELS))), step.name
    else:
        image, alt = small, f"{step.name}, as a plain resize to 28x28 leaves it"
    return _figure(step, pictures.address(image), alt, _said(parts), number=f"{place + 1}. ")


def _figure(step: Step, address: str, alt: str, below: str, *, number: str = "") -> str:
    return (
        f'<figure class="dl-picture dl-step"><div><img src="{address}" alt="{escape(alt)}"></div>'
        f"<figcaption><strong>{number}{step.name}</strong> {escape(step.words)}{below}</figcaption></figure>"
    )


def _said(parts: Mapping[str, np.ndarray]) -> str:
    if not parts:
        return ""
    rows = "".join(
        f"<li><small>{escape(name)}</small> <b>{int(part.argmax())}</b> "
        f"<span>{percent(float(part.max()), 0)}</span></li>"
        for name, part in parts.items()
    )
    return f'<ul class="dl-on-the-way">{rows}</ul>'


def gauges_html(gauges: Sequence[Gauge]) -> str:
    """HTML of where the drawing stands among MNIST's."""
    return f'<div class="dl-gauges">{"".join(_gauge(each) for each in gauges)}</div>'


def _gauge(gauge: Gauge) -> str:
    bar = ""
    if gauge.percentile is not None:
        at = min(99.0, max(1.0, gauge.percentile))
        bar = f'<div class="dl-scale" aria-hidden="true"><i style="left:{at:.0f}%"></i></div>'
    return (
        f'<div class="dl-gauge"><strong>{escape(gauge.label)}</strong> <small>{escape(gauge.value)}</small>{bar}'
        f"<p>{escape(gauge.words)}</p></div>"
    )
