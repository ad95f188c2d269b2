"""What the difference of a matrix is taken to: another snapshot of the same run, or another network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.insight.all_images import history
from mnist_core.numerals import brief
from ui import networks
from ui.frame.views import select
from ui.mistakes.matrix.address import AGAINST, AGAINST_KEY, SNAPSHOT
from ui.networks.on_test_images import Judged
from ui.parts.matrix import Frame
from ui.words.plain import plain


def choice(judged: Judged, frames: Sequence[Frame]) -> tuple[np.ndarray | None, str]:
    """The (classes, classes) matrix to compare with, and its name; `None` where there is none."""
    others = {each.key: each for each in networks.trained_networks() if each.key != judged.trained.key}
    alike = {key: each for key, each in others.items() if each.data_name == judged.trained.data_name}
    steps = {f"{SNAPSHOT}{frame.step}": frame for frame in frames if frame.step is not None and len(frames) > 1}
    names = {key: f"Itself at epoch {brief(frame.epoch or 0)}" for key, frame in steps.items()}
    names |= {key: each.choice for key, each in alike.items()}
    if not names:
        st.info("There is nothing to compare with: train another network on these images.", icon=":material/info:")
        return None, ""
    usual = next(iter(names))
    asked = AGAINST.fill(usual)
    AGAINST.hold()
    if (chosen := st.session_state[AGAINST_KEY]) not in names:
        st.session_state[AGAINST_KEY] = usual
        if asked and chosen in others:
            AGAINST.refuse(
                f"{others[chosen].name} was trained on other images ({others[chosen].data_name}) than "
                f"{judged.trained.name} ({judged.trained.data_name}), so a difference would be one of the data.",
                usual,
            )
        elif asked:
            AGAINST.refuse(f"There is no network or snapshot {chosen[:40]!r} to compare with.", usual)
    key = select("Difference to", names, key=AGAINST_KEY, help="Type to search.", width=340)
    AGAINST.say(key)
    if key in steps:
        return steps[key].matrix, f"at epoch {brief(steps[key].epoch or 0)}"
    try:
        read = history.read(networks.test_scores(alike[key]))
    except DigitLabError as error:  # It was deleted meanwhile.
        st.info(plain(error), icon=":material/link_off:")
        return None, ""
    return history.matrices(read[None], judged.data.y_test, len(judged.data.classes))[0], alike[key].name
