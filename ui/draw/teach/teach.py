"""Teach it your handwriting: from kept drawings to a network that learned from them, before and after side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Literal

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError, RunNotFound
from mnist_core.network.network import Network
from mnist_core.numerals import count, numeral, out_of, percent
from mnist_core.store.drawings import stacked
from mnist_core.store.lessons import Lesson, Result, lesson_warnings
from mnist_core.store.runs.records import CONTINUABLE, Run, Status
from mnist_core.training.teaching import teach
from ui import networks
from ui.draw.address import LESSON
from ui.draw.teach.feedback import KEPT_ANEW
from ui.draw.teach.guided import ROUND, done, look_at_board
from ui.draw.teach.handwriting import counter, hand_choice, hand_now, helps_most
from ui.draw.teach.kept_drawings import kept_drawings
from ui.draw.teach.lesson_words import lesson_words
from ui.explain.how_sure import answers_to
from ui.frame import state
from ui.frame.page import explained
from ui.frame.press import acting_button, key_for, next_id, press_problem, spend
from ui.frame.state import visitor
from ui.frame.views import select
from ui.networks import Trained
from ui.parts.answers import answers
from ui.parts.tables import Cell, table_html
from ui.train.control import queue_words, requeue
from ui.words.plain import plain
from ui.words.what_happened import what_happened

PARENT, PICKED = "lesson_parent", "lesson_parent_picked"  # the network to teach; whether somebody chose it
WATCHED = "lesson_watched"  # id of the lesson that the page watches
POLL_EVERY = 0.25  # seconds
HELD_BACK_WORDS = "none yet: of 15 or more, a fifth is held back, unseen by the lesson"
TRIED = 500  # kept drawings, the newest, that tell which network needs a lesson


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
    if run is not None and run.id in choices and _is_of(run, hand, int(counts.sum())):
        if run.id in st.session_state.get(chosen, []):
            return  # It answers already: its answer stands here.
        _told(run, choices[run.id])
        _let_it_answer(run, most=most, chosen=chosen, key="guided_let_it_answer")
        return
    parent = _parent(choices, shown, hand)
    _teach_button(choices, parent, key="guided_teach", width="stretch")
    st.caption(_need(choices, shown, parent, hand))


def _is_of(run: Run, hand: str, number: int) -> bool:
    """Whether the run is a lesson that ended well and that all of this hand's drawings were in."""
    lesson = _lesson(run.id) if run.status == Status.FINISHED else None
    return lesson is not None and lesson.hand == hand and len(lesson.labels) == number


def _was_taught(parent: str, hand: str, number: int) -> bool:
    """Whether the lesson that is shown taught this network all of the hand's drawings."""
    run = LESSON.now()
    lesson = _lesson(run.id) if run is not None and _is_of(run, hand, number) else None
    return lesson is not None and lesson.parent == parent


def _lesson_form(choices: Mapping[str, Trained], shown: list[str], hand: str, counts: np.ndarray) -> None:
    st.session_state[PARENT] = _parent(choices, shown, hand)
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
        st.caption(" ".join([_need(choices, shown, parent, hand), *lesson_warnings(counts)]))
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


def _parent(choices: Mapping[str, Trained], shown: list[str], hand: str) -> str:
    """Key of the network to teach: what somebody chose, else of those that answer the one that needs it most."""
    if st.session_state.get(PICKED) and st.session_state.get(PARENT) in choices:
        return st.session_state[PARENT]
    asked = [key for key in shown if key in choices] or list(choices)[:1]
    misread = _misread(choices, asked, hand)
    offered = st.session_state.get(PARENT)  # It stays as long as no other needs a lesson more.
    return max(asked, key=lambda key: (misread[key][0], key == offered, _accuracy(choices[key])))


def _need(choices: Mapping[str, Trained], shown: list[str], parent: str, hand: str) -> str:
    """Sentences: which network is to be taught, how many of the kept drawings it misreads, and why it is offered."""
    asked = dict.fromkeys([*(key for key in shown if key in choices), parent])
    misread = _misread(choices, list(asked), hand)
    wrong, of = misread[parent]
    name, all_of = plain(choices[parent].title), "your drawing" if of == 1 else f"all {numeral(of)} of your drawings"
    if _was_taught(parent, hand, of):
        left = f"misreads {numeral(wrong)} of your {count(of, 'drawing')}" if wrong else f"reads {all_of}"
        return f"The lesson made a new network. {name} itself stays as it was and {left}."
    if not wrong:
        return f"Teaches {name}, which reads {all_of} already."
    others = [misread[key][0] for key in asked if key != parent]
    why = ", more than the others that answer do: so it is the one offered" if others and wrong > max(others) else ""
    return f"Teaches {name}, which misreads {numeral(wrong)} of your {count(of, 'drawing')}{why}."


def _misread(choices: Mapping[str, Trained], keys: list[str], hand: str) -> dict[str, tuple[int, int]]:
    """How many of the hand's newest drawings each network reads wrong, and of how many, by its key."""
    kept = tuple(state.store().drawings.labels(hand, most=TRIED))
    return {key: (_wrong(choices[key].identity, hand, kept, choices[key]), len(kept)) for key in keys}


@st.cache_data(max_entries=256, show_spinner=False)
def _wrong(identity: str, hand: str, kept: tuple[tuple[str, int], ...], _trained: Trained) -> int:
    images, labels = state.store().drawings.newest(hand, most=len(kept))
    return int((networks.network(_trained).classify(images) != labels).sum()) if len(labels) else 0


def _accuracy(trained: Trained) -> float:
    return trained.score.accuracy if trained.score else 0.0


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
        _taught(choices, run, most=most, chosen=chosen)
    else:
        words = what_happened(run, resumable=state.store().runs.results.resumable(run.id)) or "It was stopped."
        st.warning(plain(f"The lesson did not end. {words}"), icon=":material/warning:")
        if run.status in CONTINUABLE and state.may_change(run.visitor):
            go_on = partial(requeue, run)
            key = key_for("lesson_go_on", run)
            if acting_button(run.id, "Go on", go_on, icon=":material/resume:", key=key):
                st.rerun()
            press_problem(run.id)


def lesson_to_watch() -> str | None:
    """The id of the lesson that the address names, while it goes on; call it before the page's fragments."""
    run = LESSON.now()
    st.session_state[WATCHED] = run.id if run is not None and run.is_live else None
    return st.session_state[WATCHED]


def lesson_watch(run_id: str) -> None:
    """Draw how far this lesson is; call it outside of fragments."""
    st.fragment(_watch, run_every=POLL_EVERY)(run_id)


def _watch(run_id: str) -> None:
    with explained():
        state.jobs().reconcile()
        try:
            run = state.store().runs.get(run_id)
        except RunNotFound:
            st.rerun()
        if not run.is_live:
            st.rerun()  # The whole page: it offers the taught network then.
        if state.jobs().state == "failed":
            st.error(plain(state.jobs().problem), icon=":material/error:")
            return
        if run.status == Status.QUEUED:
            words = queue_words(run.id)
        else:
            words = _doing(run)
        # At the foot of the window: Teach is pressed in two places.
        with st.container(key="lesson_progress"):
            st.progress(min(1.0, run.step / run.total_steps), text=words)
            if state.may_change(run.visitor):
                acting_button(
                    run.id,
                    "Give up this lesson",
                    partial(state.store().runs.command, run.id, "stop", revision=run.revision),
                    icon=":material/close:",
                    key=key_for("give_up_lesson", run),
                    disabled=run.command == "stop",
                )
            press_problem(run.id)


def _doing(run: Run) -> str:
    """What a lesson that has a worker, or is paused, is doing."""
    if run.status == Status.RUNNING and not run.step:
        return "Preparing: variations of your drawings, mixed with other digits"
    doing = "Paused" if run.status == Status.PAUSED else "Teaching"
    return f"{doing}, step {out_of(run.step, run.total_steps)}"


def before_and_after(choices: Mapping[str, Trained], image: np.ndarray | None) -> None:
    """Draw what the taught network and the one it was taught from say of a drawing, once a lesson has ended.

    Args:
        choices: the networks that can answer, by key.
        image: (28, 28) uint8, what is drawn now; `None` while nothing is.
    """
    if image is None or not image.any():
        return
    run = LESSON.now()
    if run is None or run.status != Status.FINISHED or run.id not in choices:
        return
    lesson = _lesson(run.id)
    if lesson is not None:
        # Both from the same picture, so that the difference is what was learned.
        pair = (("This drawing, before", lesson.network), ("This drawing, after", networks.network(choices[run.id])))
        st.html(answers(answers_to(image, pair), for_presses=False))


def _taught(choices: Mapping[str, Trained], run: Run, *, most: int, chosen: str) -> None:
    lesson, result = _lesson(run.id), state.store().lessons.result(run.id)
    if lesson is None or result is None or run.id not in choices:
        return
    _told(run, choices[run.id])
    st.html(_table(run, result, _since(run, lesson, networks.network(choices[run.id]))))
    _let_it_answer(run, most=most, chosen=chosen, key="let_it_answer")


def _told(run: Run, trained: Trained) -> None:
    """Draw in a sentence what the lesson did."""
    st.info(plain(_told_words(run.id, run.data_name, trained)), icon=":material/school:")


@st.cache_data(max_entries=32, show_spinner=False)
def _told_words(run_id: str, data_name: str, _trained: Trained) -> str:
    lesson, result = _lesson(run_id), state.store().lessons.result(run_id)
    assert lesson is not None and result is not None  # It was one, and ended.
    return lesson_words(lesson, networks.network(_trained), result, data_name=data_name)


def _let_it_answer(run: Run, *, most: int, chosen: str, key: str) -> None:
    def let_it_answer() -> None:
        asked = st.session_state.get(chosen, [])
        st.session_state[chosen] = [run.id, *(key for key in asked if key != run.id)][:most]
        st.session_state[KEPT_ANEW] = True  # The whole page: the choice of networks stands outside of the board.
        look_at_board()

    st.button(
        "Let it answer",
        icon=":material/record_voice_over:",
        key=key,
        on_click=let_it_answer,
        disabled=run.id in st.session_state.get(chosen, []),
        help="Puts the taught network first among those that answer, and leads to the canvas.",
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _lesson(run_id: str) -> Lesson | None:
    return state.store().lessons.get(run_id)


def _since(run: Run, lesson: Lesson, taught: Network) -> tuple[int, int, int]:
    """How many of the hand's drawings came after the lesson, and were read right before and after it."""
    known = {image.tobytes() for image in lesson.images}
    later = state.store().drawings.all(lesson.hand, after=run.created, paths=False)
    new = [drawing for drawing in later if drawing.image.tobytes() not in known]
    images, labels = stacked(new)
    before, after = (int((each.classify(images) == labels).sum()) for each in (lesson.network, taught))
    return len(new), before, after


def _table(run: Run, result: Result, since: tuple[int, int, int]) -> str:
    rows = [
        *([("Drawn since, not taught", since, "")] if since[0] else []),
        ("Your drawings, held back to test it", result.held_back, HELD_BACK_WORDS),
        ("Your drawings, taught", result.taught, ""),
        (f"Test images of {run.data_name}", result.tested, ""),
    ]
    cells = [
        (name, *((_share(before, of), _share(after, of)) if of else (Cell(note=empty), "")))
        for name, (of, before, after), empty in rows
    ]
    words = f"<strong>{escape(run.name)}</strong> in {numeral(run.seconds, 1)} seconds"
    table = table_html(("Read right", "Before", "After"), cells)
    return f'<p class="dl-lesson" role="status">{words}</p>{table}'


def _share(right: int, of: int) -> Cell:
    return Cell(percent(right / of), out_of(right, of), strong=True)
