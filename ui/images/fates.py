"""What became of test images as a run trained, where its history is at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.insight.all_images import history
from mnist_core.insight.all_images.history import History, Learned
from ui.frame import state
from ui.networks.analysis import analysis_of
from ui.networks.on_test_images import Judged
from ui.words.plain import plain


@dataclass(frozen=True)
class Fates:
    """A run's history, and when it learned each test image.

    Attributes:
        history: its answers at k snapshots.
        learned: of all n test images.
        classes: names of what they are of.
    """

    history: History
    learned: Learned
    classes: tuple[str, ...]

    def moments(self, places: np.ndarray) -> np.ndarray:
        """(m,) float64: when the images at (m,) places were learned: the snapshot, k if forgotten, k + 1 if never."""
        return self.learned.first[places] + self.learned.never[places].astype(np.float64)

    def short(self, moment: float) -> str:
        """One of `moments` in eight characters: the epoch, or what else became of it."""
        number = len(self.history.steps)
        if moment >= number:
            return "never" if moment > number else "forgot"
        return "always" if moment == 0 else f"ep {self.history.epochs[int(moment)]:.2g}"

    def words(self, place: int, truth: int) -> str:
        """A sentence on the image at this place."""
        return history.fate(self.history.labels[:, place], truth, self.history.epochs, self.classes)


def fates(judged: Judged) -> Fates | None:
    """The fates of the test images; `None` where they are not at hand, see `offer`."""
    found = judged.history
    if found is None or not len(found.steps):
        return None
    return Fates(
        found, _learned(judged.identity, len(found.steps), found.labels, judged.data.y_test), judged.data.classes
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _learned(identity: str, snapshots: int, _labels: np.ndarray, _truth: np.ndarray) -> Learned:
    return history.learned(_labels, _truth)


def offer(judged: Judged) -> None:
    """Say why there are no fates, and offer to have them worked out where that is possible."""
    trained = judged.trained
    if trained.run is None:
        st.info(
            plain(
                f"{trained.name} came with the app, without snapshots of its training: nobody knows when it learned an "
                "image. Choose a run of your own, or train one."
            ),
            icon=":material/history:",
        )
        return
    if trained.run.is_live:
        st.info("The run is still training: its fates are told when it is done.", icon=":material/history:")
        return
    asked = analysis_of("history", judged.data, trained)
    problem = state.jobs().analysis_problem(asked.key)
    if problem:
        st.error(plain(problem), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center", key="offer_fates"):
        st.info(
            "Nobody has asked this run's snapshots about the test images yet. A worker does so in some seconds.",
            icon=":material/history:",
        )
        if st.button("Ask them", icon=":material/play_arrow:", key="ask_snapshots"):
            state.jobs().analyse(asked)
        st.button("Look again", icon=":material/refresh:", key="fates_look_again")
