"""The confusion matrix, through the snapshots of a run, and the images behind a cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.data.dataset import Dataset
from mnist_core.insight.all_images import history as histories
from mnist_core.insight.all_images.history import History
from mnist_core.network.evaluation import most_confused, worst_first
from mnist_core.numerals import brief, out_of
from ui.frame.into_view import come_into_view
from ui.frame.page import explained
from ui.images.address import IMAGE
from ui.images.explorer import found
from ui.mistakes.matrix import against, travel
from ui.mistakes.matrix.address import AGAINST, CELL, CELLS, MODE, READ, TRUE
from ui.networks.on_test_images import STEP, Judged, from_address
from ui.parts import matrix
from ui.parts.matrix import Frame
from ui.parts.tables import csv_button
from ui.words.classes import called
from ui.words.plain import plain

IMAGES = "cell_images"  # the container of the chosen cell's images
PRESSED = "cell_pressed"  # in session state: a cell was, just now
ENOUGH = 0.7  # share of the window within which they begin, where they need not be scrolled to


def view(judged: Judged) -> None:
    """Draw the matrix and the images of the chosen cell."""
    above, explored, below = (st.container() for _ in range(3))
    with below if judged.trained.run is None else above:  # What cannot be had need not stand before what can.
        history = travel.history_of(judged)
    frames = travel.frames(judged, history)
    _fill_cell(frames[travel.place(judged, history)].matrix)
    CELLS.fill()
    pictures = travel.weights(judged, history)
    with explored:
        st.fragment(_explore)(judged, history, frames, pictures)


def _explore(
    judged: Judged, history: History | None, frames: Sequence[Frame], weights: dict[str, object] | None
) -> None:
    with explained():
        # The slider reruns this fragment and not the page: a rerun of the page that the next step overtakes would
        # leave the browser without the fragment.
        judged = from_address(judged.trained, judged.data)
        place = travel.place(judged, history)
        counts = frames[place].matrix
        _fill_cell(counts)  # Where a rerun that was overtaken has lost the widgets' state.
        left, right = st.columns(2, gap="medium")
        below = st.container()
        # First: it knows which image is open, and a cell's images are what one waits for.
        with right, st.container(key=IMAGES):
            unread = len(judged.data.y_test) - int(counts.sum())
            if unread:
                st.warning(
                    f"{out_of(unread, len(judged.data.y_test))} images have no answer: an output is not a number. They "
                    "count as read wrong and are in no cell.",
                    icon=":material/warning:",
                )
            _cell(judged, counts, below, snapshots=len(frames))
            if st.session_state.pop(PRESSED, False):  # On a phone they are screens below the matrix.
                come_into_view(IMAGES, enough=ENOUGH)
        with left:
            table = st.container()
            mode = _mode()
            base, name = against.choice(judged, frames) if mode == "difference" else (None, "")
            with table:
                matrix.confusion_matrix(
                    frames,
                    place,
                    mode,
                    (st.session_state[TRUE], st.session_state[READ]),
                    on_choose=_press,
                    on_step=lambda step: _travel(step, frames[-1].step),
                    base=base,
                    base_name=name,
                    weights=weights,
                    image=travel.image(judged, history, st.session_state.get(IMAGE)),
                    classes=judged.data.classes,
                    key="matrix",
                )
            with st.container(horizontal=True, key="cell_choice"):
                # With a matrix of buttons these are the second way, for keyboards and small screens.
                names = judged.data.classes
                what, width = ("True digit", 130) if judged.data.is_of_digits else ("True class", 190)
                for label, each in ((what, TRUE), ("Read as", READ)):
                    st.selectbox(label, range(len(names)), format_func=names.__getitem__, key=each, width=width)
            text = matrix.matrix_csv(counts, mode, base, names)
            csv_button(text, f"confusion-matrix-{mode}", "The matrix as it is shown.", key="matrix_csv")
        _pairs(counts, judged.data)
        CELL.follow()


def choose(true: int, read: int) -> None:
    """Show the images of digit `true` read as `read`; a callback for widgets."""
    st.session_state.update({TRUE: true, READ: read})


def _press(true: int, read: int) -> None:
    choose(true, read)
    st.session_state[PRESSED] = True


def _travel(step: int, last: int | None) -> None:
    STEP.say(None if step == last else step)


def _mode() -> str:
    CELLS.fill()
    st.pills(  # They wrap where it is narrow.
        "Numbers in the cells", list(matrix.MODES), format_func=matrix.MODES.__getitem__, required=True, key=MODE
    )
    mode: str = st.session_state[MODE]
    st.caption(f"{matrix.WORDS[mode]} {matrix.LOGARITHM}")
    CELLS.follow()
    if mode != "difference":
        AGAINST.say(None)
    return mode


def _fill_cell(counts: np.ndarray) -> None:
    """The cell that the address names at the first visit, else the most frequent error."""
    worst = most_confused(counts, 1)
    usual = dict(zip(("true", "read"), (worst[0].true, worst[0].predicted) if worst else (0, 0), strict=True))
    said = CELL.fill(**usual)
    for each in CELL:
        if said.get(each.name) and not all(said.values()):
            each.refuse("The link names no whole cell of the matrix.", usual[each.name])


def _cell(judged: Judged, counts: np.ndarray, below: DeltaGenerator, *, snapshots: int) -> None:
    true, read = st.session_state[TRUE], st.session_state[READ]
    truth = judged.data.y_test
    places = np.flatnonzero((truth == true) & (histories.read(judged.scores) == read))
    words = "read right" if true == read else f"read as {judged.data.classes[read]}"
    title = f"{out_of(len(places), int((truth == true).sum()))} images of {called(judged.data, true)} were {words}"
    if judged.epoch is not None:
        title += f" at epoch {brief(judged.epoch)}"
    elif snapshots > 1:  # The matrix beside it may be played through them.
        title += " at the end"
    places = places[worst_first(judged.probabilities(places), truth[places])]
    found(judged, places, key="cell", title=title, below=below)


def _pairs(counts: np.ndarray, data: Dataset) -> None:
    pairs = most_confused(counts)
    if not pairs:
        st.success("No mistakes at all: every image was read right.", icon=":material/check:")
        return
    st.subheader("Most frequent mistakes")
    with st.container(horizontal=True, key="pairs"):
        for pair in pairs:
            st.button(
                plain(
                    f"{data.classes[pair.true]} read as {data.classes[pair.predicted]}: "
                    f"{out_of(pair.count, int(counts[pair.true].sum()))}"
                ),
                key=f"pair_{pair.true}_{pair.predicted}",
                on_click=_press,
                args=(pair.true, pair.predicted),
            )
