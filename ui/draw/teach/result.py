"""What a lesson has changed: in a sentence, in a table, and in what is said of a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import streamlit as st

from mnist_core.network.network import Network
from mnist_core.numerals import numeral, out_of, percent
from mnist_core.store.drawings import stacked
from mnist_core.store.lessons import Lesson, Result
from mnist_core.store.runs.records import Run, Status
from ui import networks
from ui.draw.address import LESSON
from ui.draw.teach.feedback import KEPT_ANEW
from ui.draw.teach.guided import look_at_board
from ui.draw.teach.lesson_words import lesson_words
from ui.explain.how_sure import answers_to
from ui.frame import state
from ui.networks import Trained
from ui.parts.answers import answers
from ui.parts.tables import Cell, table_html
from ui.words.plain import plain

HELD_BACK_WORDS = "none yet: of 15 or more, a fifth is held back, unseen by the lesson"


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
    lesson = lesson_of(run.id)
    if lesson is not None:
        # Both from the same picture, so that the difference is what was learned.
        pair = (("This drawing, before", lesson.network), ("This drawing, after", networks.network(choices[run.id])))
        st.html(answers(answers_to(image, pair), for_presses=False))


def show_result(choices: Mapping[str, Trained], run: Run, *, most: int, chosen: str) -> None:
    """Draw what came of a lesson that has ended; the arguments are as in `teach.teaching_panel`."""
    lesson, result = lesson_of(run.id), state.store().lessons.result(run.id)
    if lesson is None or result is None or run.id not in choices:
        return
    show_sentence(run, choices[run.id])
    st.html(_table(run, result, _since(run, lesson, networks.network(choices[run.id]))))
    let_it_answer_button(run, most=most, chosen=chosen, key="let_it_answer")


def show_sentence(run: Run, trained: Trained) -> None:
    """Draw in a sentence what the lesson did."""
    st.info(plain(_told_words(run.id, run.data_name, trained)), icon=":material/school:")


@st.cache_data(max_entries=32, show_spinner=False)
def _told_words(run_id: str, data_name: str, _trained: Trained) -> str:
    lesson, result = lesson_of(run_id), state.store().lessons.result(run_id)
    assert lesson is not None and result is not None  # It was one, and ended.
    return lesson_words(lesson, networks.network(_trained), result, data_name=data_name)


def let_it_answer_button(run: Run, *, most: int, chosen: str, key: str) -> None:
    """Draw the button that puts the taught network first among those that answer."""

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
def lesson_of(run_id: str) -> Lesson | None:
    """The lesson of a run; `None` where the run is none."""
    return state.store().lessons.get(run_id)


def is_of(run: Run, hand: str, number: int) -> bool:
    """Whether the run is a lesson that ended well and that all of this hand's drawings were in."""
    lesson = lesson_of(run.id) if run.status == Status.FINISHED else None
    return lesson is not None and lesson.hand == hand and len(lesson.labels) == number


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
