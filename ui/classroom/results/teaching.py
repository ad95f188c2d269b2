"""What the class taught a network: before and after, on people held out and on MNIST; few people against many."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from mnist_core.classroom.results import teaching
from mnist_core.classroom.results.wall import Drawings
from mnist_core.errors import DigitLabError, ModelError
from mnist_core.insight.all_images.comparison import Comparison
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.network import Network
from mnist_core.numerals import numeral
from mnist_core.store.lessons import Lesson, Result
from mnist_core.store.rooms.records import Room, Round
from mnist_core.store.runs.records import Run, Status
from ui import networks
from ui.classroom.results.wall import drawings_of, show_wall
from ui.classroom.words import ends
from ui.frame import state
from ui.parts import pictures
from ui.parts.tables import Cell, table_html
from ui.words.language import _, share

MISREAD = 10  # drawings that are shown


@dataclass(frozen=True, eq=False)
class Pair:
    """Two networks of which one was taught by few people, the other by many.

    Attributes:
        comparison: of the few (A) and the many (B), on people in neither.
        people: how many they were taught by.
        drawings: how many each was taught.
    """

    comparison: Comparison
    people: tuple[int, int]
    drawings: int


def runs_of(round: Round) -> list[Run]:
    """The runs that were taught a round's drawings and are still there, the newest last."""
    found = []
    for key in round.runs:
        try:
            found.append(state.store().runs.get(key))
        except DigitLabError:
            continue
    return found


def taught_run(round: Round) -> Run | None:
    """The latest network that was taught all the drawings."""
    return next((run for run in reversed(runs_of(round)) if run.id not in round.compared), None)


def pair_of(room: Room, round: Round) -> Pair | None:
    """The networks of few and of many people, once both are there."""
    runs = {run.id: run for run in runs_of(round)}
    both = [runs[key] for key in round.compared if key in runs and runs[key].status == Status.FINISHED]
    lessons = [lesson for run in both if (lesson := _lesson(run.id)) is not None]
    if len(lessons) != 2:
        return None
    lesson, held = lessons[0], lessons[0].held_back
    few, many = (networks.network(networks.find(run.id)) for run in both)
    drawn = drawings_of(room, round.number)
    return Pair(
        teaching.comparison(few, many, lesson.images[held], lesson.labels[held]),
        teaching.arms(drawn.people, drawn.labels, seed=0).people,
        len(lesson.taught),
    )


def show_teaching(room: Room, round: Round) -> None:
    """Draw what was taught; before that the wall."""
    run = taught_run(round)
    result = state.store().lessons.result(run.id) if run is not None and run.status == Status.FINISHED else None
    if run is None or result is None:
        show_wall(room, round)
        return
    pair = pair_of(room, round)
    other = "" if pair is None else pair_html(pair)
    misread = ""
    if (lesson := _lesson(run.id)) is not None:
        drawn = drawings_of(room, round.number)
        misread = misread_html(drawn, lesson.network, networks.network(networks.find(run.id)))
    st.html(f"<div class='dl-class-lessons'>{before_and_after_html(result, run.data_name)}{misread}{other}</div>")


def before_and_after_html(result: Result, data_name: str) -> str:
    """HTML of how much was read right before the lesson and after it."""
    rows = [
        (_("People it was not taught by"), result.held_back, True),
        (_("People it was taught by"), result.taught, False),
        (_("Test images of {data}", data=data_name), result.tested, False),
    ]
    none = _("nobody: from four people on, one in five is kept apart")
    cells = [
        (Cell(name, strong=strong), *((_share(before, of), _share(after, of)) if of else (Cell(note=none), "")))
        for name, (of, before, after), strong in rows
    ]
    table = table_html((_("Read right"), _("Before"), _("After")), cells)
    words = _(
        "Those it was not taught by were held out as people: none of their digits was in the lesson. They tell what "
        "the next class would see."
    )
    return f"<div class='dl-class-taught'>{table}<p>{escape(words)}</p></div>"


def misread_html(drawn: Drawings, before: Network, after: Network) -> str:
    """HTML of drawings that were misread before the lesson or after it, those first of which it has learned."""
    if not len(drawn):
        return ""
    read, now = (np.asarray(each.classify(drawn.images)) for each in (before, after))
    wrong, still = read != drawn.labels, now != drawn.labels
    places = np.flatnonzero(wrong | still)
    places = places[np.argsort((still[places] + 2 * ~wrong[places]), kind="stable")][:MISREAD]
    shown = []
    for place in places.tolist():
        words = _("before {before}, after {after}", before=int(read[place]), after=int(now[place]))
        mark = "" if still[place] else " \N{CHECK MARK}"
        drawn_as = _("Drawn as {digit}", digit=int(drawn.labels[place]))
        alt = f"{drawn_as}: {words}"
        shown.append(pictures.picture(drawn.images[place], alt, width=84, caption=words + mark))
    head = _("Misread before the lesson: {before}, after it: {after}", before=int(wrong.sum()), after=int(still.sum()))
    return (
        f"<div class='dl-class-taught'><h3 class='dl-heading'>{escape(head)}</h3>"
        f"<div class='dl-class-misread'>{''.join(shown)}</div></div>"
    )


def pair_html(pair: Pair) -> str:
    """HTML of the answer to "three people with a hundred digits, or thirty with ten?"."""
    few, many = pair.people
    tested = pair.comparison.images
    counts = pair.comparison.counts
    right = counts["both"] + counts["only_a"], counts["both"] + counts["only_b"]
    head = _("{few} people or {many}? As many drawings of each digit, {drawings} in all", few=few, many=many,
             drawings=numeral(pair.drawings))  # fmt: skip
    rows = [
        (_("Taught by {people} people", people=people), _share(number, tested))
        for people, number in zip(pair.people, right, strict=True)
    ]
    if pair.comparison.p_value >= 0.05:
        words = _("The two differ no more than chance lets them: more people would have to be tested.")
    elif pair.comparison.difference > 0:
        words = _("Different people teach it more than more of the same.")
    else:
        words = _("Here a few people taught it more.")
    table = table_html((_("Read right, of people in neither"), ""), rows)
    return (
        f"<div class='dl-class-taught'><h3 class='dl-heading'>{escape(head)}</h3>{table}"
        f"<p><b>{escape(words)}</b></p></div>"
    )


def _share(right: int, of: int) -> Cell:
    low, high = accuracy_interval(right, of)
    said = _("{right} of {all}, between {low} and {high}", right=numeral(right), all=numeral(of), **ends(low, high))
    return Cell(share(right / of, 1), said, strong=True)


@st.cache_resource(max_entries=16, show_spinner=False)
def _lesson(run_id: str) -> Lesson | None:
    try:
        return state.store().lessons.get(run_id)
    except ModelError:  # Its drawings were deleted with the class.
        return None
