"""One network, judged on the test images of the data set in use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.insight.all_images.history import History
from mnist_core.network.evaluation import Evaluation
from mnist_core.network.network import Network
from mnist_core.numerals import brief, numeral, whole
from ui import networks
from ui.frame import state
from ui.frame.address import Parameter
from ui.frame.kinds import Whole
from ui.networks import Trained, histories
from ui.words.plain import plain
from ui.words.run_words import right_words

STEP = Parameter("step", Whole(0, 10**15), words="Its last state is shown.")
SHOWN = "judged_shown"  # in session state: (visit of the page, network that the step belongs to)


@dataclass(frozen=True, eq=False)
class Judged:
    """A network and what it says of the test images.

    Attributes:
        trained: which network.
        data: the data set in use.
        scores: (n, 10) float32 outputs for its test images.
        step: of the snapshot that is shown; `None` for the last state.
        epoch: passes over the training images at that step; `None` for the last state.
    """

    trained: Trained
    data: Dataset
    scores: np.ndarray
    step: int | None = None
    epoch: float | None = None

    @classmethod
    def of(cls, trained: Trained, data: Dataset) -> Judged:
        """The network as it is now."""
        return cls(trained, data, networks.test_scores(trained))

    @classmethod
    def at(cls, trained: Trained, data: Dataset, step: int) -> Judged | None:
        """The network as it was after `step` steps, as now where that is its last; `None` where nothing was kept."""
        if trained.run is None:
            return None
        # All of them: the history of a long run leaves some out.
        kept = state.store().runs.results.snapshots(trained.key)
        if step == max([trained.run.step, *(info.step for info in kept)]):
            return cls.of(trained, data)
        found = next((info for info in kept if info.step == step), None)
        if found is None:
            return None
        history = histories.at_hand(trained, data)
        place = None if history is None else history.place(step)
        if history is not None and place is not None:
            scores = history.scores(place)
        else:
            scores = networks.network(trained, step).scores(data.x_test)
        return cls(trained, data, scores, step, found.epoch)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The answers against the labels."""
        return Evaluation.of(self.scores, self.data.y_test)

    def probabilities(self, places: np.ndarray) -> np.ndarray:
        """(m, 10) float32, how sure it is of each digit in the test images at the (m,) places; cf. `Network`.

        They are worked out from the weights, since saturated outputs do not hold them;
        `nan` where the outputs are no numbers.
        """
        found = _probabilities(self.identity, places, self)
        return np.where(np.isfinite(self.scores[places]).all(axis=1, keepdims=True), found, np.float32(np.nan))

    @cached_property
    def history(self) -> History | None:
        """What it answered at each of its snapshots; `None` where no worker has found out yet."""
        return histories.at_hand(self.trained, self.data)

    @property
    def network(self) -> Network:
        """Its weights, at the step that is shown."""
        return networks.network(self.trained, self.step)

    @property
    def identity(self) -> str:
        """A text that changes when the weights or the images do: for caches of what was made from them."""
        return f"{self.trained.identity}-{self.step}-{self.data.digest}"


@st.cache_data(max_entries=32, show_spinner=False)
def _probabilities(identity: str, places: np.ndarray, _judged: Judged) -> np.ndarray:
    return _judged.network.probabilities(_judged.data.x_test[places])


def from_address(trained: Trained, data: Dataset) -> Judged:
    """The network at the snapshot that the address names as `step`, or as it is now."""
    visit = st.session_state.get("page_visit")
    before = st.session_state.get(SHOWN)
    if before is not None and before[0] == visit and before[1] != trained.key:
        STEP.say(None)  # It was another network's; a link that opens the page names its own.
    st.session_state[SHOWN] = visit, trained.key
    asked = STEP.said()
    if asked is None:
        return Judged.of(trained, data)
    step = whole(asked)
    found = None if step is None else Judged.at(trained, data, step)
    if found is None:
        kept = "keeps no snapshots" if trained.run is None else "kept no weights of it"
        STEP.refuse(f"Of step {asked[:20]!r} nothing is left: {trained.name} {kept}.")
    elif found.step is None:
        STEP.say(None)
    return found or Judged.of(trained, data)


def snapshot_notice(judged: Judged) -> None:
    """Say so where a snapshot is shown, with the way back to the last state."""
    if judged.step is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="snapshot_notice"):
        right = right_words(judged.evaluation.correct, len(judged.scores))
        st.info(
            plain(
                f"This is the network as it was at epoch {brief(judged.epoch or 0)}, after {numeral(judged.step)} "
                f"steps: {right}."
            ),
            icon=":material/history:",
        )
        st.button("Show its last state", icon=":material/last_page:", key="last_state", on_click=_forget_step)


def _forget_step() -> None:
    STEP.say(None)
