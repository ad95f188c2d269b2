"""Teach it your hand: from kept drawings to a network that learned from them, before and after side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from mnist_core.drawings import stacked
from mnist_core.errors import DigitLabError, RunNotFound
from mnist_core.lessons import Lesson, Result, lesson_warnings
from mnist_core.network import Network
from mnist_core.runs import CONTINUABLE, Run, Status
from mnist_core.teaching import teach
from ui import networks, state
from ui.answers import answers
from ui.guided import GUIDED
from ui.hands import counter, hand_choice, hand_now, helps_most, shared_words
from ui.kept import kept_drawings
from ui.likeness import answers_to
from ui.networks import Trained
from ui.page import explained
from ui.plain import plain
from ui.press import acting_button, key_for, next_id, press_problem, spend
from ui.run_control import queue_words, requeue
from ui.run_words import percent
from ui.visitor import visitor

LESSON = "lesson"  # in the address: the run that is being taught, or was
PARENT = "lesson_parent"
WATCHED = "lesson_watched"  # id of the lesson that the page watches
POLL_EVERY = 0.25  # seconds


def teaching_panel(choices: Mapping[str, Trained], shown: list[str], *, most: int, chosen: str) -> None:
    """Draw the hand, its counter, the guided mode, the list of drawings, and the lesson; call it outside of fragments.

    A stroke changes nothing of it, so it is not drawn anew with each.

    Args:
        choices: the networks that can be taught, by key.
        shown: keys of those that answer now; the best of them is taught where nothing else is chosen.
        most: how many networks can answer at once.
        chosen: key in session state of the networks that answer.
    """
    with st.container(border=True, key="teaching"), explained():
        st.subheader("Teach it your hand", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom", key="hand_row"):
            with st.container(width=260):
                hand = hand_choice()
            st.toggle(
                "Guide me through the ten digits",
                key=GUIDED,
                help="Asks for each digit in turn and keeps what you draw with one press.",
            )
        counts = state.store().digit_counts(hand)
        st.html(counter(counts))
        st.caption(f"{helps_most(counts)} {shared_words(hand)}")
        _lesson_form(choices, shown, counts)
        _lesson_shown(choices, most=most, chosen=chosen)
        with st.expander(
            f"Drawings of {plain(hand)}", icon=":material/grid_view:", key="kept_list", on_change="rerun"
        ) as opened:
            if opened.open:
                kept_drawings(hand)


def _lesson_form(choices: Mapping[str, Trained], shown: list[str], counts: np.ndarray) -> None:
    live = _live_lesson()
    if st.session_state.get(PARENT) not in choices:
        st.session_state[PARENT] = max(shown or choices, key=lambda key: _accuracy(choices[key]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="lesson_form"):
        with st.container(width=320):
            parent = st.selectbox(
                "Network to teach",
                list(choices),
                format_func=lambda key: choices[key].choice,
                key=PARENT,
                help="It stays as it is: what comes of the lesson is a new network beside it.",
                persist_state="session",
            )
        st.button(
            "Teach",
            icon=":material/school:",
            type="primary",
            key=f"teach_{(new := next_id('teach'))}",
            disabled=not counts.any() or live,
            on_click=_begin,
            args=(choices, new),
        )
    if counts.any():
        state.warm_dataset()
        state.jobs().prepare_lesson(parent)
        for words in lesson_warnings(counts):
            st.caption(words)
    problem = st.session_state.pop("lesson_problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _accuracy(trained: Trained) -> float:
    return trained.correct / trained.tested if trained.tested else 0.0


def _begin(choices: Mapping[str, Trained], new: str) -> None:
    """Teach the network that is chosen the drawings of the handwriting that is: the lesson gets the id `new`."""
    parent, hand = choices[st.session_state[PARENT]], hand_now()
    try:
        data = state.dataset()
        run = teach(
            state.store(),
            state.store().drawings(hand),
            hand=hand,
            parent=parent.key,
            network=networks.network(parent),
            data_name=data.name,
            data_digest=data.digest,
            visitor=visitor(),
            run_id=new,
        )
        spend("teach")
        state.jobs().submit(run.id)
    except DigitLabError as error:
        st.session_state["lesson_problem"] = str(error)
    else:
        st.query_params[LESSON] = run.id


def _live_lesson() -> bool:
    run = _lesson_run()
    return run is not None and run.is_live


def _lesson_run() -> Run | None:
    run_id = st.query_params.get(LESSON)
    if not run_id:
        return None
    try:
        return state.store().run(run_id)
    except RunNotFound:
        del st.query_params[LESSON]
        return None


def _lesson_shown(choices: Mapping[str, Trained], *, most: int, chosen: str) -> None:
    run = _lesson_run()
    if run is None:
        return
    if run.is_live:
        if st.session_state.get(WATCHED) != run.id:
            st.rerun()  # The whole page: it watches the lesson then.
    elif run.status == Status.FINISHED:
        _taught(choices, run, most=most, chosen=chosen)
    else:
        st.warning(plain(f"The lesson did not end. {run.message or 'It was stopped.'}"), icon=":material/warning:")
        if run.status in CONTINUABLE:
            go_on = partial(requeue, run)
            key = key_for("lesson_go_on", run)
            if acting_button(run.id, "Go on", go_on, icon=":material/resume:", key=key):
                st.rerun()
            press_problem(run.id)


def lesson_to_watch() -> str | None:
    """The id of the lesson that the address names, while it goes on; call it before the page's fragments."""
    run = _lesson_run()
    st.session_state[WATCHED] = run.id if run is not None and run.is_live else None
    return st.session_state[WATCHED]


def lesson_watch(run_id: str) -> None:
    """Draw how far this lesson is; call it outside of fragments."""
    st.fragment(_watch, run_every=POLL_EVERY)(run_id)


def _watch(run_id: str) -> None:
    with explained():
        state.jobs().reconcile()
        try:
            run = state.store().run(run_id)
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
        st.progress(min(1.0, run.step / run.total_steps), text=words)
        acting_button(
            run.id,
            "Give up this lesson",
            partial(state.store().command, run.id, "stop", revision=run.revision),
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
    return f"{doing}, step {run.step:,} of {run.total_steps:,}"


def before_and_after(choices: Mapping[str, Trained], image: np.ndarray | None) -> None:
    """Draw what the taught network and the one it was taught from say of a drawing, once a lesson has ended.

    Args:
        choices: the networks that can answer, by key.
        image: (28, 28) uint8, what is drawn now; `None` while nothing is.
    """
    if image is None or not image.any():
        return
    run = _lesson_run()
    if run is None or run.status != Status.FINISHED or run.id not in choices:
        return
    lesson = _lesson(run.id)
    if lesson is not None:
        # Both from the same picture, so that the difference is what was learned.
        pair = (("This drawing, before", lesson.network), ("This drawing, after", networks.network(choices[run.id])))
        st.html(answers(answers_to(image, pair), for_presses=False))


def _taught(choices: Mapping[str, Trained], run: Run, *, most: int, chosen: str) -> None:
    lesson, result = _lesson(run.id), state.store().result(run.id)
    if lesson is None or result is None or run.id not in choices:
        return
    st.html(_table(run, result, _since(run, lesson, networks.network(choices[run.id]))))

    def let_it_answer() -> None:
        asked = st.session_state.get(chosen, [])
        st.session_state[chosen] = [run.id, *(key for key in asked if key != run.id)][:most]

    st.button(
        "Let it answer",
        icon=":material/record_voice_over:",
        key="let_it_answer",
        on_click=let_it_answer,
        disabled=run.id in st.session_state.get(chosen, []),
        help="Puts the taught network first among those that answer.",
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _lesson(run_id: str) -> Lesson | None:
    return state.store().lesson(run_id)


def _since(run: Run, lesson: Lesson, taught: Network) -> tuple[int, int, int]:
    """How many of the hand's drawings came after the lesson, and were read right before and after it."""
    known = {image.tobytes() for image in lesson.images}
    later = state.store().drawings(lesson.hand, after=run.created, paths=False)
    new = [drawing for drawing in later if drawing.image.tobytes() not in known]
    images, labels = stacked(new)
    before, after = (int((each.classify(images) == labels).sum()) for each in (lesson.network, taught))
    return len(new), before, after


def _table(run: Run, result: Result, since: tuple[int, int, int]) -> str:
    rows = [
        *([("Drawn since, not taught", since, "")] if since[0] else []),
        ("Your drawings, held back", result.held_back, "none: with 15 drawings or more, a fifth is held back"),
        ("Your drawings, taught", result.taught, ""),
        (f"Test images of {run.data_name}", result.tested, ""),
    ]
    cells = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + (
            f"<td>{_share(before, of)}</td><td>{_share(after, of)}</td></tr>"
            if of
            else f'<td colspan="2"><small>{escape(empty)}</small></td></tr>'
        )
        for name, (of, before, after), empty in rows
    )
    head = '<tr><th scope="col">Read right</th><th scope="col">Before</th><th scope="col">After</th></tr>'
    words = f"<strong>{escape(run.name)}</strong> in {run.seconds:.1f} seconds"
    return (
        f'{STYLE}<p class="dl-lesson" role="status">{words}</p>'
        f'<table class="dl-compared"><thead>{head}</thead><tbody>{cells}</tbody></table>'
    )


def _share(right: int, of: int) -> str:
    return f"<b>{percent(right / of)}</b><small>{right:,} of {of:,}</small>"


STYLE = """<style>
.dl-lesson {margin:0.25rem 0; overflow-wrap:anywhere}
.dl-compared {border-collapse:collapse; margin:0 0 0.5rem; font-variant-numeric:tabular-nums}
.dl-compared th, .dl-compared td {border:0; border-bottom:1px solid color-mix(in srgb, currentColor 20%, transparent);
  padding:0.35rem 1.2rem 0.35rem 0; text-align:left; font-weight:400; vertical-align:top}
.dl-compared thead th {font-size:0.85rem; opacity:0.8}
.dl-compared td b, .dl-compared td small {display:block}
.dl-compared small {opacity:0.8}
</style>"""
