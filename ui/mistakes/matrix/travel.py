"""Time travel: a run's matrix, accuracy, weights and the fate of one image at each of its snapshots."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.insight.all_images import history as histories_core
from mnist_core.insight.all_images.history import NOTHING, History
from mnist_core.numerals import brief, count, numeral, percent
from ui.networks import histories
from ui.networks.on_test_images import Judged, snapshot_notice
from ui.parts import pictures
from ui.parts.matrix import Frame
from ui.parts.weights import first_kernels
from ui.words.plain import plain
from ui.words.run_words import right_words

NO_SNAPSHOTS = (
    "{name} came trained and kept no snapshots, its weights along the way. A network that you train yourself, which "
    "takes seconds, can be replayed here: how the matrix and the weights came to be, and when each image was learned."
)


def history_of(judged: Judged) -> History | None:
    """The snapshots to travel through; where there are none, or not the one that is shown, say so and what to do.

    Call it outside of fragments: it draws how far a worker is that looks for them.
    """
    trained = judged.trained
    if trained.run is None:
        st.caption(NO_SNAPSHOTS.format(name=plain(trained.name)))
        st.page_link(
            "pages/2_Train.py",
            label="Train one and come back",
            icon=":material/model_training:",
            query_params={"architecture": trained.architecture},
        )
        return None
    found = histories.needed(trained, judged.data)
    if found is None and trained.run.is_live:
        st.caption("Its snapshots can be replayed here as soon as the run has ended.")
    elif found is not None and len(found.steps) < 2:
        st.caption("The run kept only one snapshot, so there is nothing to replay. A longer run keeps more.")
    elif trained.run.is_live:
        st.caption("The run is still training: these are its snapshots so far. Look again for more.")
    if found is not None and found.place(judged.step) is None:
        snapshot_notice(judged)
        st.caption(f"A replay of this run shows {len(found.steps)} of its snapshots. This one is between them.")
        return None
    return found


def frames(judged: Judged, history: History | None) -> list[Frame]:
    """The matrices of all snapshots; of a network without snapshots one."""
    truth = judged.data.y_test
    if history is None or not len(history.steps):
        read = histories_core.read(judged.scores)[None]
        return [Frame(histories_core.matrices(read, truth, len(judged.data.classes))[0], _words(read[0], truth))]
    matrices = histories_core.matrices(history.labels, truth, len(judged.data.classes))
    total = len(matrices)
    return [
        Frame(
            matrix,
            f"Snapshot {place + 1} of {total}, epoch {brief(history.epochs[place])}: "
            f"{_words(history.labels[place], truth)}",
            int(history.steps[place]),
            float(history.epochs[place]),
        )
        for place, matrix in enumerate(matrices)
    ]


def place(judged: Judged, history: History | None) -> int:
    """Which of `frames` is shown."""
    if history is None or not len(history.steps):
        return 0
    found = history.place(judged.step)
    return len(history.steps) - 1 if found is None else found


def _words(read: np.ndarray, truth: np.ndarray) -> str:
    right, total = int((read == truth).sum()), len(truth)
    return f"{right_words(right, total)} ({percent(right / total)})"


def weights(judged: Judged, history: History | None) -> dict[str, object] | None:
    """What the matrix's `weights` takes, and draws the pictures that it refers to; call it outside of fragments.

    The pictures lie in the page's style, so that they are sent once and not with every choice of a cell.
    """
    if history is None or len(history.steps) < 2:
        return None
    # The units too: while it trained they were the first, and the steps may be the same when it has ended.
    identity = f"{judged.trained.key}-{'-'.join(map(str, history.steps))}-units-{'-'.join(map(str, history.units))}"
    st.html(f"<style>:root {{--dl-weights-sheet:url({_sheet(identity, history)})}}</style>")
    run = judged.trained.run
    shown, total = history.kernels.shape[1], len(first_kernels(judged.network))
    if len(judged.network.layers) == 2:  # Flatten and the answers: each unit is a digit.
        unit = "digit" if judged.data.is_of_digits else "class"
        names = [judged.data.classes[place] for place in history.units]
        return {"title": f"What each {unit} looks for.", "unit": unit, "names": names}
    unit = "hidden unit" if history.kernels.shape[2:] == (28, 28) else "filter"
    which = f"its {count(total, unit)}"
    if shown < total:  # Which changed most is known at the end.
        of = f"{shown} of {count(total, unit)}"
        which = f"the first {of}" if run is not None and run.is_live else f"the {of} that changed most"
    names = [str(place + 1) for place in history.units]
    return {"title": f"What {which} look for.", "unit": unit, "names": names}


@st.cache_data(max_entries=4, show_spinner=False)
def _sheet(identity: str, _history: History) -> str:
    """The weights of all snapshots as one picture: a row a snapshot, a column a unit, one scale for all."""
    kernels = _history.kernels.astype(np.float32)
    tiles = pictures.diverging(kernels).reshape(-1, *kernels.shape[2:], 3)
    return pictures.address(pictures.sprite(tiles, kernels.shape[1]))


def image(judged: Judged, history: History | None, place: int | None) -> dict[str, object] | None:
    """What the matrix's `image` takes: what the test image at this place was read as at each snapshot."""
    if history is None or len(history.steps) < 2 or place is None or not 0 <= place < len(judged.data.y_test):
        return None
    truth, reads = int(judged.data.y_test[place]), history.labels[:, place]
    classes = judged.data.classes
    fate = histories_core.fate(reads, truth, history.epochs, classes)
    said = ", ".join("nothing" if each == NOTHING else classes[each] for each in reads)
    return {
        "truth": truth,
        "read": [None if digit == NOTHING else int(digit) for digit in reads],
        "words": f"Image {numeral(place)}, labelled {classes[truth]}. {fate}",
        "label": f"Image {numeral(place)}, labelled {classes[truth]}, was read as {said}.",
    }
