"""What the difference of a matrix is taken to: another snapshot of the same run, or another network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.insight.all_images import history
from mnist_core.numerals import brief
from ui import networks
from ui.frame.address import carry
from ui.frame.dead_links import dead_link
from ui.networks import Trained
from ui.networks.on_test_images import Judged
from ui.parts.matrix import Frame
from ui.words.plain import plain

NAME, KEY = "against", "matrix_against"  # in the address, and of the widget
SNAPSHOT = "step-"  # before a step of the same run; a network's key has no such name


def choice(judged: Judged, frames: Sequence[Frame]) -> tuple[np.ndarray | None, str]:
    """The (10, 10) matrix to compare with, and its name; `None` where there is none.

    The address carries it as `against`: a network's key, or "step-" and a step of the run.
    """
    others = {each.key: each for each in networks.trained_networks() if each.key != judged.trained.key}
    alike = {key: each for key, each in others.items() if each.data_name == judged.trained.data_name}
    steps = {f"{SNAPSHOT}{frame.step}": frame for frame in frames if frame.step is not None and len(frames) > 1}
    names = {key: f"Itself at epoch {brief(frame.epoch)}" for key, frame in steps.items()}
    names |= {key: each.choice for key, each in alike.items()}
    if not names:
        st.info("There is nothing to compare with: train another network on these images.", icon=":material/info:")
        return None, ""
    if st.session_state.get(KEY) not in names:
        _fill(judged, others, names)
    key = st.selectbox(
        "Difference to", list(names), format_func=lambda key: names[key], key=KEY, help="Type to search.", width=340
    )
    carry(NAME, key)
    if key in steps:
        return steps[key].matrix, f"at epoch {brief(steps[key].epoch)}"
    try:
        read = history.read(networks.test_scores(alike[key]))
    except DigitLabError as error:  # It was deleted meanwhile.
        st.info(plain(error), icon=":material/link_off:")
        return None, ""
    return history.matrices(read[None], judged.data.y_test)[0], alike[key].name


def _fill(judged: Judged, others: dict[str, Trained], names: dict[str, str]) -> None:
    """What the address names at the first visit, else the first snapshot or network."""
    asked, usual = st.query_params.get(NAME), next(iter(names))
    if asked in others and asked not in names:
        other = others[asked]
        dead_link(
            f"{other.name} was trained on other images ({other.data_name}) than {judged.trained.name} "
            f"({judged.trained.data_name}), so a difference would be one of the data. {names[usual]} is taken "
            "instead."
        )
    elif asked is not None and asked not in names:
        dead_link(f"There is no network or snapshot {asked[:40]!r} to compare with. {names[usual]} is taken instead.")
    st.session_state[KEY] = asked if asked in names else usual
