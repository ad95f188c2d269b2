"""Teach it your handwriting: from kept drawings to a lesson, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.store.lessons import lesson_warnings
from mnist_core.store.runs.records import CONTINUABLE, Status
from mnist_core.training.teaching import teach
from ui import networks
from ui.draw.address import LESSON
from ui.draw.teach.guided import ROUND, done
from ui.draw.teach.handwriting import counter, hand_choice, hand_now, helps_most
from ui.draw.teach.kept_drawings import kept_drawings
from ui.draw.teach.offer import PARENT, PICKED, need_words, network_to_teach
from ui.draw.teach.progress import WATCHED
from ui.draw.teach.result import is_of, let_it_answer_button, show_result, show_sentence
from ui.frame import state
from ui.frame.page import explained
from ui.frame.press import acting_button, key_for, next_id, press_problem, spend
from ui.frame.state import visitor
from ui.frame.views import select
from ui.networks import Trained
from ui.train.control import requeue
from ui.words.plain import plain
from ui.words.what_happened import what_happened


def teaching_panel(choices: Mapping[str, Trained], shown: list[str], *, most: int, chosen: str) -> None:
    """Draw the handwriting, its counter, the lesson, and the list of drawings; call it outside of fragments.

    A stroke changes nothing of it, so it is not drawn anew with each.

    Args:
        choices: the networks that can be taught, by key.
        shown: keys of those that answer now; the one that misread most is taught where nothing else is chosen.
        most: how many networks can answer at once.
        chosen: key in session state of the networks that answer.
    """
    with st.container(border=True, key="teaching"), explained():
        st.subheader("Teach it your handwriting", anchor=False)
        with st.container(width=320):
            hand, shared_words = hand_choice()
        counts = state.store().drawings.digit_counts(hand)
        st.html(counter(counts))
        st.caption(f"{helps_most(counts)} {shared_words}")
        _lesson_form(choices, shown, hand, counts)
        _lesson_shown(choices, most=most, chosen=chosen)
        with st.expander(
            f"Drawings of {plain(hand)}", icon=":material/grid_view:", key="kept_list", on_change="rerun"
        ) as opened:
            if opened.open:
                kept_drawings(hand)


def teach_here(
    choices: Mapping[str, Trained], shown: list[str], hand: str, counts: np.ndarray, *, most: int, chosen: str
) -> None:
    """Draw the lesson again, small, where one draws, once a round of ten is whole.

    `hand` has `counts`, (10,) integers, drawings of each digit; the other arguments are as above.
    """
    if done(hand, counts) != ROUND:
        return
    run = LESSON.now()
    if run is not None and run.is_live and st.session_state.get(WATCHED) != run.id:
        st.rerun()  # The whole page: it watches the lesson then.
    if run is not None and run.id in choices and is_of(run, hand, int(counts.sum())):
        if run.id in st.session_state.get(chosen, []):
            return  # It answers already: its answer stands here.
        show_sentence(run, choices[run.id])
        let_it_answer_button(run, most=most, chosen=chosen, key="guided_let_it_answer")
        return
    parent = network_to_teach(choices, shown, hand)
    _teach_button(choices, parent, key="guided_teach", width="stretch")
    st.caption(need_words(choices, shown, parent, hand))


def _lesson_form(choices: Mapping[str, Trained], shown: list[str], hand: str, counts: np.ndarray) -> None:
    st.session_state[PARENT] = network_to_teach(choices, shown, hand)
    with st.container(horizontal=True, vertical_alignment="bottom", key="lesson_form"):
        with st.container(width=320):
            parent = select(
                "Network to teach",
                {key: each.choice for key, each in choices.items()},
                key=PARENT,
                on_change=_pick,
                help="It stays as it is: what comes of the lesson is a new network beside it. " + networks.KINDS_WORDS,
                persist_state="session",
            )
        _teach_button(choices, key="teach", disabled=not counts.any())
    if counts.any():
        state.warm_dataset()
        state.jobs().prepare_lesson(parent)
        st.caption(" ".join([need_words(choices, shown, parent, hand), *lesson_warnings(counts)]))
    problem = st.session_state.pop("lesson_problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _teach_button(
    choices: Mapping[str, Trained],
    parent: str | None = None,
    *,
    key: str,
    disabled: bool = False,
    width: Literal["stretch", "content"] = "content",
) -> None:
    """Draw the button that teaches this network; without one, that which is chosen when it is pressed."""
    st.button(
        "Teach",
        icon=":material/school:",
        type="primary",
        key=f"{key}_{(new := next_id('teach'))}",
        width=width,
        disabled=disabled or _live_lesson() or not state.visitor().may_add,
        on_click=_begin,
        args=(choices, new, parent),
    )


def _pick() -> None:
    st.session_state[PICKED] = True


def _begin(choices: Mapping[str, Trained], new: str, parent: str | None) -> None:
    """Teach this network, or the chosen one, the drawings of the chosen handwriting: the lesson gets the id `new`."""
    taught, hand = choices[parent or st.session_state[PARENT]], hand_now()
    try:
        data = state.dataset()
        run = teach(
            state.store(),
            state.store().drawings.all(hand),
            hand=hand,
            parent=taught.key,
            network=networks.network(taught),
            data_name=data.name,
            data_digest=data.digest,
            visitor=visitor().mark,
            run_id=new,
        )
        spend("teach")
        state.jobs().submit(run.id)
    except DigitLabError as error:
        st.session_state["lesson_problem"] = str(error)
    else:
        LESSON.say(run.id)


def _live_lesson() -> bool:
    run = LESSON.now()
    return run is not None and run.is_live


def _lesson_shown(choices: Mapping[str, Trained], *, most: int, chosen: str) -> None:
    run = LESSON.now()
    if run is None:
        return
    if run.is_live:
        if st.session_state.get(WATCHED) != run.id:
            st.rerun()  # The whole page: it watches the lesson then.
    elif run.status == Status.FINISHED:
        show_result(choices, run, most=most, chosen=chosen)
    else:
        words = what_happened(run, resumable=state.store().runs.results.resumable(run.id)) or "It was stopped."
        st.warning(plain(f"The lesson did not end. {words}"), icon=":material/warning:")
        if run.status in CONTINUABLE and state.may_change(run.visitor):
            go_on = partial(requeue, run)
            key = key_for("lesson_go_on", run)
            if acting_button(run.id, "Go on", go_on, icon=":material/resume:", key=key):
                st.rerun()
            press_problem(run.id)
