"""The trained networks one can choose from: those that come with the app, and one's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import DIGITS
from mnist_core.errors import DigitLabError, ModelError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.evaluation import Score
from mnist_core.network.network import DRAW_READY, Network, pretrained, pretrained_names, pretrained_version
from mnist_core.numerals import numeral
from mnist_core.store.datasets import USUAL
from mnist_core.store.runs.records import Run
from ui.frame import state
from ui.frame.address import said
from ui.frame.kinds import Checked
from ui.frame.state import visitor
from ui.networks.whose import origin_words
from ui.words.glossary import GLOSSARY, meaning
from ui.words.plain import plain

KINDS_WORDS = f"{meaning('pretrained')} {meaning('draw-ready')}"
MOST_RUNS = 100  # in a list to choose from; the Train page has links to all
RUN_ID = re.compile(r"\b[0-9a-f]{8}\b")
USUAL_FOR_DRAWINGS = (f"linear{DRAW_READY}", f"hidden{DRAW_READY}")


def kind_words(key: str) -> str:
    """What to know of a network that comes with the app, to stand behind its name; empty of any other."""
    if key not in pretrained_names():
        return ""
    return f", which {GLOSSARY['draw-ready' if key.endswith(DRAW_READY) else 'pretrained']}"


@dataclass(frozen=True)
class Trained:
    """A network that can answer.

    Attributes:
        key: what addresses carry: a pretrained network's name or a run's id.
        name: for people.
        architecture: key of `ARCHITECTURES`.
        data_name: the data set that it was trained on.
        score: how many test images it read right, `None` where it was not tested.
        run: its run, `None` where it came with the app.
        alike: whether another network that one can choose has the same name.
    """

    key: str
    name: str
    architecture: str
    data_name: str
    score: Score | None
    run: Run | None = None
    alike: bool = False

    @property
    def version(self) -> str:
        """A text that changes when its weights do."""
        return self.run.version if self.run else pretrained_version(self.key)

    @property
    def identity(self) -> str:
        """Its weights among those of all networks, as they are now: for caches of what was made from them."""
        return f"{self.key}-{self.version}"

    @property
    def title(self) -> str:
        """Its name among others; in stores of before names were numbered the id may have to follow."""
        return f"{self.name} ({self.key})" if self.alike else self.name

    @property
    def choice(self) -> str:
        """Its name in a list to choose from: of a run with whose it is and when it was made."""
        return f"{self.title} - {origin_words(self.run)}" if self.run else self.title


def trained_networks(*, of_any_data: bool = False) -> list[Trained]:
    """Those that tell apart what the data set of the page is of: pretrained ones first, then the newest runs.

    Runs with weights, one's own, others' and trials; at most `MOST_RUNS`.  `of_any_data` leaves none out.
    """
    runs = state.store().runs.lists.trained(MOST_RUNS, visitor=visitor().mark, also=_named_in_address())
    classes = _classes_on_page()
    brought = {each.digest: each.classes for each in state.store().datasets.all()}
    runs = [run for run in runs if of_any_data or classes == _classes_of(run, brought)]
    names = Counter(run.name for run in runs)
    ready = pretrained_networks() if of_any_data or classes == DIGITS else []
    return ready + [replace(of_run(run), alike=names[run.name] > 1) for run in runs]


def _classes_on_page() -> tuple[str, ...]:
    data = state.dataset() if state.source() != USUAL else None  # That is of digits, here or not here yet.
    return DIGITS if data is None else data.classes


def _classes_of(run: Run, brought: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """What the run's network tells apart; `None` where its data set is no longer here to say it."""
    return brought.get(run.data_digest, DIGITS if run.config.classes == len(DIGITS) else None)


def _named_in_address() -> list[str]:
    """Ids of runs that the address names: one that is older than those on the list has been chosen by a link."""
    return RUN_ID.findall(" ".join(said().values()))


def usual() -> str:
    """Key of the network that is looked at where nobody says which: of what the data set in use is of."""
    if state.chosen_source() != USUAL:
        with suppress(DigitLabError, IndexError):  # Nobody has trained one yet.
            return trained_networks()[0].key
    return pretrained_names()[0]


def show_data_of(key: str) -> None:
    """Have the page show the data set that the network of this key is of; nothing where there is no such network."""
    if key in pretrained_names():
        state.show_digits()
        return
    with suppress(DigitLabError):
        state.show_data_of(state.store().runs.get(key).data_digest)


def networks_at_hand(instead: str = "") -> list[Trained]:
    """`trained_networks`; where the store is away those that come with the app, which need none, and a warning.

    Args:
        instead: what the warning says of them.
    """
    try:
        return trained_networks()
    except DigitLabError as error:
        st.warning(plain(f"{error} {instead}".rstrip()), icon=":material/warning:")
        return pretrained_networks()


def pretrained_networks() -> list[Trained]:
    """The networks that come with the app; needs no store."""
    return [_pretrained(name) for name in pretrained_names()]


def find(key: str) -> Trained:
    """The network that an address names.

    Raises:
        RunNotFound: there is none of this key.
        ModelError: it has no weights yet.
    """
    if key in pretrained_names():
        return _pretrained(key)
    run = state.store().runs.get(key)
    if run.step == 0:
        raise ModelError(f"Run {run.id}, {run.name}, has no weights: it has not trained yet.")
    return of_run(run)


def network(trained: Trained, step: int | None = None) -> Network:
    """Its weights after `step` steps; without one the last, of a run that is still training the latest.

    Raises:
        RunNotFound: it was deleted meanwhile.
        ModelError: it failed before any weights were kept, or kept none at that step.
    """
    if trained.run is None:
        return pretrained(trained.key)
    if step is not None:
        return _kept(trained.key, step)
    return _snapshot(trained.key, trained.run.step, trained.run.status)


def test_scores(trained: Trained) -> np.ndarray:
    """(n, 10) float32 outputs for the test images of the data set in use.

    Stored outputs of a finished run where they belong to this data set, else a NumPy
    forward pass, a tenth of a second.
    """
    data = state.dataset()
    step, status = (trained.run.step, trained.run.status) if trained.run else (0, "")
    return _test_scores(trained.key, step, status, data.digest)


@st.cache_data(max_entries=8, show_spinner=False)
def _test_scores(key: str, step: int, status: str, digest: str) -> np.ndarray:
    trained, data = find(key), state.dataset()
    if trained.run is not None and trained.run.data_digest == digest:
        stored = state.store().runs.results.outputs(key)
        if stored is not None:
            return stored
    return require_fits(network(trained), trained, data).scores(data.x_test)


def require_fits(network: Network, trained: Trained, data: Dataset) -> Network:
    """The network, where it has an output for each class of the data.

    Raises:
        ModelError: it tells other things apart.
    """
    if network.outputs != len(data.classes):
        raise ModelError(
            f"{trained.name} was trained on {trained.data_name} and tells {network.outputs} classes apart; {data.name} "
            f"has {len(data.classes)}. Choose {trained.data_name} on the Dataset page."
        )
    return network


@st.cache_resource(max_entries=16, show_spinner=False)
def _snapshot(run_id: str, step: int, status: str) -> Network:
    found = state.store().runs.results.snapshot(run_id)
    if found is None:
        raise ModelError(f"Run {run_id} kept no weights: it failed before it had learned anything.")
    return found


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(run_id: str, step: int) -> Network:
    found = state.store().runs.results.snapshot(run_id, step)
    if found is None:
        raise ModelError(f"Run {run_id} kept no weights at step {numeral(step)}. Choose another one.")
    return found


def _pretrained(name: str) -> Trained:
    about = pretrained(name).about
    architecture = str(about["architecture"])
    return Trained(
        key=name,
        name=f"{ARCHITECTURES[architecture].label}, {'draw-ready' if name.endswith(DRAW_READY) else 'pretrained'}",
        architecture=architecture,
        data_name=str(about["data"]),
        score=Score(about["correct"], about["tested"]),
    )


def of_run(run: Run) -> Trained:
    """The network of a run that has weights."""
    return Trained(run.id, run.name, run.config.architecture, run.data_name, run.score, run)


NAMED = Checked(lambda key: find(key).key)  # a network as addresses name it
