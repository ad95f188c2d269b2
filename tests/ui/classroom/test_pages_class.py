"""The Class page without a browser: the desk, the projector, and what a guest is told."""

import re
from importlib import import_module

import numpy as np
import pytest
from all_messages import messages
from all_words import texts
from app_without_browser import App, address, dead_links, html, opened_app, pressable, with_drawing, words
from photos import strokes_of
from simulated_class import simulated_class

from mnist_core.classroom import lessons, presence, questions, rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.rules import Role
from mnist_core.network.network import pretrained
from mnist_core.store.lessons import Result
from mnist_core.store.rooms.records import Kind, State
from mnist_core.store.runs.records import Metric, Status
from mnist_core.store.visitors import Rights, Visitor
from ui.classroom import joining
from ui.classroom.begin import KIND
from ui.classroom.ending import HAND
from ui.classroom.words import ends
from ui.draw.canvas_value import SIDE
from ui.explain import change_of_mind, why
from ui.frame import state
from web.classes.opened import OPENED
from web.people.reach import Obstacle, Place

PAGE = "7_Class.py"
NETWORK = "hidden-draw-ready"


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


@pytest.fixture
def desk(app):
    return Desk(app.store, Role.TEACHER)


@pytest.fixture
def room(desk):
    return desk.begin_class("en", networks=(NETWORK,))


@pytest.fixture
def people(app, room):
    return simulated_class(app.store, room.code, 10)


def visit_desk(app: App, room, **query):
    return app.visit(PAGE, **{"class": room.code, **query})


def visit_projector(app: App, room):
    return visit_desk(app, room, view="projector")


def pressed(app: App, visit, name: str):
    """The page after a press on a button that its key names."""
    button = next(each for each in visit.button if (each.key or "").startswith(f"class_{name}_"))
    button.click()
    return app.again(visit)


def keys(visit) -> set[str]:
    """What the class's buttons do."""
    return {each.key.removeprefix("class_").rpartition("_")[0].rpartition("_")[0] for each in visit.button if each.key}


def draw(desk, room, people, *, kind: str = Kind.DRAW, then=(rounds.close, rounds.reveal), **options):
    """A round in which everybody has drawn."""
    desk.begin(room.code, kind, **({"digits": [7]} | options if kind != Kind.TEACH else options))
    for each in people:
        each.draw()
    for move in then:
        desk.press(room.code, move)


def images(visit) -> list[str]:
    """What the gallery on the page says of its images."""
    import json

    sent = [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]
    return [label for each in sent if "labels" in each for label in each["labels"]]


def test_a_press_begins_one_class_even_where_it_is_delivered_twice(app, desk):
    visit = app.visit(PAGE)
    button = pressable(visit, "class_begin")
    button.click()
    app.again(visit)
    visit = app.deliver_again(visit, button)
    (room,) = desk.classes()
    assert address(visit)["class"] == room.code
    assert room.networks == ("hidden-draw-ready", "linear-draw-ready")
    assert f"{room.code[:3]} {room.code[3:]}" in html(visit)


def test_a_guest_is_told_where_to_join_and_can_do_nothing_else(app, desk, room, monkeypatch):
    monkeypatch.setattr(state, "visitor", lambda: Visitor("5" * 32, Rights.GUEST))
    for query in ({}, {"class": room.code}, {"class": room.code, "view": "projector"}):
        visit = app.visit(PAGE, **query)
        assert "type the code" in words(visit)
        assert not [each for each in visit.button if (each.key or "").startswith("class_") and "guest" not in each.key]
        assert not html(visit)
    visit.text_input(key="class_guest_code").input(room.code.lower())
    visit.button[0].click()
    app.again(visit)
    (link,) = visit.get("link_button")
    assert link.proto.url.endswith(f"join/{room.code}")


def test_a_press_that_is_delivered_twice_closes_a_round_once_and_reveals_nothing(app, desk, room, people):
    draw(desk, room, people, then=())
    visit = visit_desk(app, room)
    button = pressable(visit, "class_close")
    button.click()
    app.again(visit)
    app.deliver_again(visit, button)
    assert desk.room(room.code).round.state == State.CLOSED
    assert not visit.error


def test_a_press_in_a_window_that_was_overtaken_does_nothing_and_says_so(app, desk, room, people):
    draw(desk, room, people, then=())
    visit = visit_desk(app, room)
    desk.press(room.code, rounds.close)
    desk.press(room.code, rounds.reopen)
    visit = pressed(app, visit, "close")
    assert desk.room(room.code).round.state == State.OPEN
    assert "in another window" in words(visit)


def test_drawings_are_on_the_projector_once_they_are_revealed_and_not_before(app, desk, room, people):
    draw(desk, room, people, then=())
    visit = visit_projector(app, room)
    assert "10 of 10 have drawn" in html(visit) and not images(visit)
    desk.press(room.code, rounds.close)
    assert not images(visit_projector(app, room))
    desk.press(room.code, rounds.reveal)
    visit = visit_projector(app, room)
    assert len(images(visit)) == 10 and "of 10 right" in html(visit) and "95 % interval" in html(visit)


def test_the_wall_leaves_out_names_where_they_are_hidden_and_drawings_that_are(app, desk, room, people):
    draw(desk, room, people)
    named = images(visit_projector(app, room))
    assert all(": Drawn as 7" in each for each in named)
    desk.press(room.code, rounds.hide_names)
    desk.hide(room.code, desk.drawings(room.code, 1).ids[0])
    hidden = images(visit_projector(app, room))
    assert len(hidden) == 9 and all(each.startswith("Drawn as 7") for each in hidden)


def test_a_hidden_drawing_says_so_at_the_desk(app, desk, room, people):
    draw(desk, room, people)
    desk.hide(room.code, desk.drawings(room.code, 1).ids[0])
    visit = visit_desk(app, room)
    visit.session_state["class_drawings"] = True
    app.again(visit)
    assert sum(each.endswith(": 7 (hidden)") for each in images(visit)) == 1


def test_the_ends_of_an_interval_that_would_look_the_same_get_one_more_digit():
    assert ends(0.978, 0.984) == {"low": "97.8\N{NO-BREAK SPACE}%", "high": "98.4\N{NO-BREAK SPACE}%"}
    assert ends(0.61, 1.0) == {"low": "61\N{NO-BREAK SPACE}%", "high": "100\N{NO-BREAK SPACE}%"}


def test_one_drawing_is_shown_large_with_why_only_once_the_round_is_revealed(app, desk, room, people):
    draw(desk, room, people, then=())
    desk.press(room.code, rounds.show_large(desk.drawings(room.code, 1).ids[0]))
    visit = visit_projector(app, room)
    assert "Drawn as 7" in html(visit) and not visit.selectbox
    desk.press(room.code, rounds.close)
    desk.press(room.code, rounds.reveal)
    visit = visit_projector(app, room)
    assert "Hidden layer reads" in html(visit)
    assert {each.label for each in visit.selectbox} >= {"Why this digit", "Rather than"}
    visit = pressed(app, visit, "large_off")
    assert len(images(visit)) == 10


def german_large(app, desk, network=NETWORK):
    """The projector's view of a German class that looks at one drawing, large."""
    room = desk.begin_class("de", networks=(network,))
    draw(desk, room, simulated_class(app.store, room.code, 3))
    desk.press(room.code, rounds.show_large(desk.drawings(room.code, 1).ids[0]))
    return visit_projector(app, room)


def english_in(visit) -> list[str]:
    """What the page says in English of what `ui.explain` has in other languages, where it is more than one word."""
    said = "\n".join(texts(visit))
    places = messages()
    explained = [each for each in places if places[each].startswith("ui/explain/")]
    forms = [form for each in explained for form in ((each,) if isinstance(each, str) else each)]
    pieces = {piece.strip(" .,;:") for form in forms for piece in re.split(r"\{\w+\}", form)}
    return [piece for piece in pieces if " " in piece and piece in said]


def test_one_drawing_is_explained_in_the_language_of_the_class(app, desk, monkeypatch):
    visit = german_large(app, desk)
    assert {each.label for each in visit.selectbox} == {"Warum diese Ziffer", "Und nicht"}
    assert "spricht für" in html(visit) and re.search(r"[+−]\d+,\d<", html(visit))
    assert not english_in(visit)
    visit.segmented_control(key=why.VIEW).set_value("neighbours")
    app.again(visit)
    assert "Verglichen wurden alle 2.000" in words(visit) and not english_in(visit)
    visit.segmented_control(key=why.VIEW).set_value("mind")
    app.again(visit)
    assert "Nach 0 von" in html(visit) and re.search(r"\d,\d %", html(visit)) and not english_in(visit)
    find = change_of_mind.change_of_mind
    monkeypatch.setattr(change_of_mind, "_found", lambda network, _, image, digit: find(network, image, digit, most=1))
    app.again(visit)
    assert "hat nicht gereicht" in html(visit) and not english_in(visit)
    monkeypatch.setattr(state, "loaded_dataset", lambda: None)
    visit.segmented_control(key=why.VIEW).set_value("neighbours")
    app.again(visit)
    assert "Die Trainingsbilder sind noch nicht da" in words(visit) and not english_in(visit)


def test_a_network_that_cannot_be_taken_apart_is_explained_in_that_language_too(app, desk):
    visit = german_large(app, desk, "convolutional-draw-ready")
    assert "4x4 Pixeln" in html(visit) and not english_in(visit)


def test_the_next_page_of_the_same_window_speaks_english_again(app, desk):
    visit = german_large(app, desk)
    assert "Warum diese Ziffer" in {each.label for each in visit.selectbox}
    visit.switch_page("pages/1_Draw.py")
    with_drawing(visit, strokes_of(3, size=SIDE))
    assert "Why this digit" in {each.label for each in visit.selectbox}
    assert "speaks for" in html(visit) and "spricht für" not in html(visit)


def test_a_paused_class_says_so_on_the_wall_and_can_be_resumed(app, desk, room):
    visit = pressed(app, visit_desk(app, room), "pause")
    assert "Paused" in html(visit_projector(app, room))
    desk.begin(room.code, Kind.DRAW, digits=[7])
    assert "Paused · 0 of 0 have drawn" in html(visit_projector(app, room))
    visit = visit_desk(app, room)
    pressed(app, visit, "go_on")
    assert not desk.room(room.code).paused


def test_each_state_offers_what_can_be_done_with_it(app, desk, room, people):
    draw(desk, room, people, kind=Kind.FOOL, digits=[3], then=())
    assert {"close"} <= keys(visit_desk(app, room)) and "reveal" not in keys(visit_desk(app, room))
    desk.press(room.code, rounds.close)
    assert {"advance", "reveal", "reopen"} <= keys(visit_desk(app, room))
    desk.advance(room.code)
    desk.press(room.code, rounds.close)
    assert {"reveal", "reopen"} <= keys(visit_desk(app, room)) and "advance" not in keys(visit_desk(app, room))


def test_the_desk_begins_what_was_chosen(app, desk, room):
    visit = visit_desk(app, room)
    visit.text_input(key="class_prompt").input("A 7 as at home")
    visit.toggle(key="class_answers").set_value(False)
    visit = pressed(app, visit, "begin_draw")
    round = desk.room(room.code).round
    assert (round.kind, round.digits, round.prompt, round.silent) == (Kind.DRAW, (7,), "A 7 as at home", True)
    assert "A 7 as at home" in html(visit_projector(app, room))


def test_a_teachers_own_question_is_voted_on_and_shown_before_and_after_a_discussion(app, desk, room, people):
    visit = visit_desk(app, room)
    visit.session_state[KIND] = Kind.GUESS
    app.again(visit)
    visit.selectbox(key="class_question").set_value("own")
    app.again(visit)
    visit.text_input(key="class_text").input("Which is larger?")
    visit.text_area(key="class_choices").input("one\ntwo")
    visit.number_input(key="class_right").set_value(2)
    pressed(app, visit, "begin_guess")
    question = desk.room(room.code).round.question
    assert (question.text, question.choices, question.answer) == ("Which is larger?", ("one", "two"), 1)
    for each in people:
        each.vote(0)
    desk.press(room.code, rounds.close)
    desk.advance(room.code)
    for each in people:
        each.vote(1)
    desk.press(room.code, rounds.close)
    assert "100" not in html(visit_projector(app, room))
    desk.press(room.code, rounds.reveal)
    shown = html(visit_projector(app, room))
    assert "First: 10 votes" in shown and "After discussing: 10 votes" in shown


def test_between_two_votes_the_class_is_asked_to_talk_and_the_desk_shows_the_counts(app, desk, room, people):
    desk.begin(room.code, Kind.GUESS, question=questions.own("Which is larger?", ("one", "two"), 1))
    for each in people[:4]:
        each.vote(0)
    assert "vote" not in html(visit_desk(app, room)).replace("first vote", "")
    visit = pressed(app, visit_desk(app, room), "close")
    shown = html(visit)
    assert "4 votes, 100" in shown and "0 votes" in shown and "<mark>right</mark>" in shown
    wall = html(visit_projector(app, room))
    assert "Closed" in wall and "think by yourself" not in wall and "4 votes" not in wall
    visit = pressed(app, visit, "discuss")
    assert "they discuss" in html(visit)
    assert "Talk to your neighbour" in html(visit_projector(app, room))
    pressed(app, visit, "advance")
    round = desk.room(room.code).round
    assert (round.step, round.state) == (1, State.OPEN)
    assert "Vote again" in html(visit_projector(app, room))


def test_while_classmates_read_nothing_on_the_wall_or_the_desk_says_what_there_is_to_be_read(app, desk, room, people):
    draw(desk, room, people, kind=Kind.FOOL, digits=[3], then=(rounds.close,))
    assert "Draw a 3" in html(visit_projector(app, room)) and "they draw" in html(visit_desk(app, room))
    desk.advance(room.code)
    for move in (None, rounds.close):
        if move:
            desk.press(room.code, move)
        wall, at_the_desk = html(visit_projector(app, room)), html(visit_desk(app, room))
        assert "Draw a 3" not in wall and "Which digits did your classmates draw?" in wall
        assert "Draw a 3" not in at_the_desk and "classmates read" in at_the_desk
    desk.press(room.code, rounds.reveal)
    assert "Draw a 3" in html(visit_projector(app, room))


def test_a_phone_that_is_gone_is_grey_and_not_waited_for(app, desk, room, people, monkeypatch):
    draw(desk, room, people[:4], then=())
    for each in people[8:]:
        each.round  # noqa: B018
    later = presence.this_minute() + 3
    monkeypatch.setattr(presence, "this_minute", lambda: later)
    for each in people[2:6]:
        each.round  # noqa: B018
    wall, at_the_desk = html(visit_projector(app, room)), html(visit_desk(app, room))
    assert "4 of 8 have drawn" in wall and wall.count("<li class='away'>") == 2
    assert "6 phones are in · 4 are gone · 4 of 8 are done" in at_the_desk


def test_of_several_drawings_a_chip_says_how_many_there_are(app, desk, room, people):
    desk.begin(room.code, Kind.TEACH)
    people[0].draw()
    for slot in range(6):
        people[1].send(slot, strokes=people[1].strokes(slot))
    wall = html(visit_projector(app, room))
    assert "<small>6/10</small>" in wall and "1 of 10 have finished" in wall


def test_an_arrow_between_digits_is_explained(app, desk, room):
    matrix = np.zeros((10, 10), int)
    matrix[3, 9] = 4
    desk.begin(room.code, Kind.GUESS, question=questions.pair(matrix, choices=2))
    first = desk.room(room.code).round.question.choices[0]
    for view in (visit_projector(app, room), visit_desk(app, room)):
        assert f"{first} means: drawn as {first[0]}, read as {first[-1]}" in html(view)


def test_what_cannot_be_asked_is_refused_with_a_sentence(app, desk, room):
    visit = visit_desk(app, room)
    visit.session_state[KIND] = Kind.GUESS
    app.again(visit)
    visit.selectbox(key="class_question").set_value("own")
    app.again(visit)
    visit = pressed(app, visit, "begin_guess")
    assert "A question needs a text" in words(visit) and desk.room(room.code).round is None


@pytest.mark.parametrize("key", ["pair", "right", "stores", "learns", "letter", "mystery"])
def test_questions_of_the_kit_are_answered_by_what_there_is(app, desk, room, people, key):
    draw(desk, room, people, kind=Kind.TEACH)
    visit = visit_desk(app, room)
    visit.session_state[KIND] = Kind.GUESS
    app.again(visit)
    visit.selectbox(key="class_question").set_value(key)
    app.again(visit)
    pressed(app, visit, "begin_guess")
    question = desk.room(room.code).round.question
    assert question.kit == key and question.answer in range(len(question.choices))


def test_one_more_epoch_is_asked_of_a_run_that_had_three(app, desk, room):
    run = app.queued(total_steps=60)
    app.store.runs.progress.claim(run.id)
    points = [Metric(20 * n, float(n), 0.5, 0.8, 0.5, accuracy, 1.0) for n, accuracy in ((1, 0.8), (2, 0.9), (3, 0.93))]
    app.store.runs.progress.add(run.id, *points, images_per_second=1.0, total_steps=60)
    app.store.runs.progress.add_snapshot(run.id, step=60, epoch=3.0, network=pretrained("linear").to_bytes())
    visit = visit_desk(app, room)
    visit.session_state[KIND] = Kind.GUESS
    app.again(visit)
    visit.selectbox(key="class_question").set_value("epoch")
    app.again(visit)
    pressed(app, visit, "begin_guess")
    question = desk.room(room.code).round.question
    assert "After epoch 2" in question.text and question.answer == 3


def test_a_network_is_taught_by_one_press_and_sent_to_phones_once_it_is_there(app, desk, room, people):
    draw(desk, room, people, kind=Kind.TEACH)
    visit = visit_desk(app, room)
    button = next(each for each in visit.button if each.key.startswith("class_teach_"))
    button.click()
    app.again(visit)
    app.deliver_again(visit, button)
    (run_id,) = app.jobs.submitted
    (noted,) = desk.room(room.code).round.runs
    assert noted == run_id and "Waiting for a worker" in [each.proto.text for each in visit.get("progress")]
    finish(app, run_id, Result((20, 15, 18), (80, 60, 79), (500, 400, 395)))
    app.again(visit)
    assert desk.room(room.code).networks == (run_id, NETWORK)
    shown = html(visit_projector(app, room))
    assert "People it was not taught by" in shown and "18 of 20" in shown and "395 of 500" in shown


def test_what_is_taught_is_by_default_the_network_that_has_something_to_learn(app, desk, room, people):
    draw(desk, room, people, kind=Kind.TEACH)
    visit = visit_desk(app, room)
    choice = visit.selectbox(key="class_start_from")
    assert choice.value == "hidden" and "little left to learn" in choice.options[1]
    pressed(app, visit, "teach")
    (run_id,) = app.jobs.submitted
    assert app.store.lessons.get(run_id).parent == "hidden"
    wall = visit_projector(app, room)
    assert "learning from your drawings" in html(wall) and len(wall.get("progress")) == 1


def test_a_round_stays_as_it_was_revealed_and_a_switch_shows_it_after_the_lesson(app, desk, room, people):
    draw(desk, room, people)
    before = html(visit_projector(app, room))
    draw(desk, room, people, kind=Kind.TEACH)
    data = {"data_name": app.data.name, "data_digest": app.data.digest}
    run = lessons.teach(desk, room.code, 2, parent="hidden", network=pretrained("hidden"), **data)
    finish(app, run.id, Result((20, 15, 18), (80, 60, 79), (500, 400, 395)))
    desk.press(room.code, rounds.answer_with(run.id, NETWORK))
    wall = html(visit_projector(app, room))
    misread = re.search(r"Misread before the lesson: (\d+), after it: (\d+)", wall)
    assert misread and int(misread[1]) > int(misread[2]) and wall.count("<figcaption>before") == 10
    desk.press(room.code, rounds.go_to(1))
    visit = visit_projector(app, room)
    assert "Hidden layer reads" in html(visit) and "Hidden layer reads" in before
    (switch,) = visit.get("button_group")
    switch.set_value(run.id)
    app.again(visit)
    assert desk.room(room.code).round.network == run.id
    assert f"taught by class {room.code}" in html(visit_projector(app, room))
    desk.begin(room.code, Kind.HAND, about=2, question=questions.own("Whose?", ("few", "all")))
    for move in (rounds.close, rounds.reveal):
        desk.press(room.code, move)
    shown = html(visit_projector(app, room))
    assert "that Hidden layer misreads" in shown and "taught by" not in shown


def test_few_people_are_compared_with_many(app, desk, room, people):
    draw(desk, room, people, kind=Kind.TEACH)
    data = {"data_name": app.data.name, "data_digest": app.data.digest}
    taught = {"parent": NETWORK, "network": pretrained(NETWORK), **data}
    runs = [lessons.teach(desk, room.code, 1, **taught), *lessons.teach_few_and_many(desk, room.code, 1, **taught)]
    for run in runs:
        finish(app, run.id, Result((20, 15, 18), (10, 6, 9), (500, 400, 395)))
    shown = html(visit_projector(app, room))
    assert "Taught by 1 people" in shown or "Taught by 8 people" in shown
    assert "differ no more than chance" in shown


def test_the_best_foolings_come_with_what_undoes_them(app, desk, room, people):
    desk.begin(room.code, Kind.FOOL, digits=[3])
    for each in people:
        each.send(0, strokes=each.strokes(8))
    desk.press(room.code, rounds.close)
    desk.advance(room.code)
    for each in people:
        each.read([3])
    desk.press(room.code, rounds.close)
    desk.press(room.code, rounds.reveal)
    shown = html(visit_projector(app, room))
    assert "of 10 drawings fool Hidden layer" in shown and "changed, and it reads 3" in shown


def test_errors_are_shown_by_person_without_a_name(app, desk, room, people):
    draw(desk, room, people, kind=Kind.TEACH)
    visit = visit_desk(app, room)
    visit.session_state[KIND] = Kind.HAND
    app.again(visit)
    pressed(app, visit, "begin_hand")
    for each in people:
        each.vote(0)
    desk.press(room.code, rounds.close)
    desk.press(room.code, rounds.reveal)
    shown = html(visit_projector(app, room))
    assert "one bar a person" in shown and "of the ink in common" in shown
    assert not any(name in shown for name in names(desk, room))


def test_a_phone_is_sent_out_with_what_it_drew(app, desk, room, people):
    draw(desk, room, people)
    person = desk.attendance(room.code).people[0]
    visit = visit_desk(app, room)
    visit.session_state["class_remove"] = True
    app.again(visit)
    visit.button(key=f"class_out_{person.id}").click()
    app.again(visit)
    assert len(desk.attendance(room.code).people) == 10 and "delete what it sent?" in words(visit)
    visit.button(key="class_out_no").click()
    app.again(visit)
    assert "delete what it sent?" not in words(visit)
    visit.button(key=f"class_out_{person.id}").click()
    app.again(visit)
    pressed(app, visit, f"send_out_{person.id}")
    assert len(desk.attendance(room.code).people) == 9 and len(desk.drawings(room.code, 1)) == 9


def test_phones_to_remove_stay_in_their_places_while_others_join(app, desk, room, people):
    visit = visit_desk(app, room)
    visit.session_state["class_remove"] = True
    app.again(visit)
    before = to_remove(visit)
    simulated_class(app.store, room.code, 8, first=20)
    app.again(visit)
    assert to_remove(visit)[:10] == before and len(to_remove(visit)) == 18


def test_an_earlier_round_comes_back_as_it_was_left(app, desk, room, people):
    draw(desk, room, people)
    desk.begin(room.code, Kind.GUESS, question=questions.learns())
    visit = visit_desk(app, room)
    next(each for each in visit.selectbox if each.key.startswith("class_go_to")).set_value(1)
    app.again(visit)
    assert desk.room(room.code).round.state == State.REVEALED and len(images(visit_projector(app, room))) == 10


def test_drawings_are_kept_as_a_handwriting_and_the_class_is_gone_once_it_is_ended(app, desk, room, people):
    draw(desk, room, people)
    visit = visit_desk(app, room)
    visit.session_state["class_ending"] = True
    app.again(visit)
    visit.text_input(key=HAND).input("Class 7b")
    app.again(visit)
    visit = pressed(app, visit, "keep")
    assert int(app.store.drawings.digit_counts("Class 7b").sum()) == 10 and desk.room(room.code).kept
    assert len([each for each in visit.success if "10 drawings kept" in each.value]) == 2  # In the question, too.
    visit = pressed(app, visit, "end")
    assert desk.classes() == [] and "class" not in address(visit)
    assert "is over" in dead_links(app.visit(PAGE, **{"class": room.code}))
    visit = visit_projector(app, room)
    assert "Thank you." in html(visit) and "The class is over" in html(visit) and not dead_links(visit)


@pytest.mark.parametrize(
    ("found", "opened", "said"),
    [
        (Obstacle.LOCAL, 0, "listens for this machine only"),
        (Obstacle.OFFLINE, 0, "in no network"),
        (Obstacle.FIREWALL, 0, "Its firewall is in the way"),
        (Obstacle.NONE, 0, "client isolation"),
        (Obstacle.NONE, 2, "have opened the page 2 times"),
    ],
)
def test_the_check_names_what_stands_in_the_way(app, room, monkeypatch, found, opened, said):
    monkeypatch.setattr(OPENED, "times", opened)
    roots = () if found in (Obstacle.LOCAL, Obstacle.OFFLINE) else ("http://192.168.1.7:8501",)
    monkeypatch.setattr(joining, "where_phones_join", lambda: Place(roots, found == Obstacle.LOCAL, 8501))
    monkeypatch.setattr(joining, "obstacle", lambda where: found)
    visit = visit_desk(app, room)
    if roots:
        visit.button(key="class_check").click()
        app.again(visit)
    assert said in words(visit)
    commands = [each.value for each in visit.code]
    assert "Can a phone reach me?" in html(visit)
    assert commands == (["make run OPTIONS=--server.address=0.0.0.0"] if found == Obstacle.LOCAL else [])


@pytest.mark.parametrize("roots", [(), ("http://192.168.1.7:8501",)])
def test_phones_on_this_machine_itself_say_nothing_of_others(app, room, people, monkeypatch, roots):
    monkeypatch.setattr(OPENED, "times", 0)
    monkeypatch.setattr(joining, "where_phones_join", lambda: Place(roots, not roots, 8501))
    monkeypatch.setattr(joining, "obstacle", lambda where: Obstacle.NONE)
    visit = visit_desk(app, room)
    if roots:
        visit.button(key="class_check").click()
        app.again(visit)
    assert not visit.success and ("no other device" if roots else "this machine only") in words(visit)


@pytest.mark.parametrize("roots", [(), ("http://192.168.1.7:8501",)])
def test_the_wall_has_a_code_to_photograph_only_where_a_phone_can_come_by_it(app, desk, room, monkeypatch, roots):
    wall_module = import_module("ui.classroom.projector")  # The package has the function of that name.
    monkeypatch.setattr(wall_module, "where_phones_join", lambda: Place(roots, not roots, 8501))
    for begun in (False, True):
        if begun:
            desk.begin(room.code, Kind.DRAW, digits=[7])
        wall = html(visit_projector(app, room))
        assert ("dl-qr" in wall) == bool(roots) == ("192.168.1.7:8501/join" in wall)
        assert begun or ("No phone can come in yet" in wall) != bool(roots)
    desk.press(room.code, rounds.shut)
    assert "The door is closed" in html(visit_projector(app, room))
    assert "the door is closed" in html(visit_desk(app, room))


def test_a_code_that_can_be_none_is_told_in_the_notice(app):
    assert "a code of six letters" in dead_links(app.visit(PAGE, **{"class": "12345"}))


def to_remove(visit) -> list[str]:
    return [each.key for each in visit.button if (each.key or "").startswith("class_out_")]


def names(desk, room) -> list[str]:
    from mnist_core.classroom.nicknames import told

    return [told(each.nickname) for each in desk.attendance(room.code).people]


def finish(app: App, run_id: str, result: Result) -> None:
    """What a worker would leave of a lesson."""
    store = app.store
    store.runs.progress.claim(run_id)
    run = store.runs.get(run_id)
    store.runs.progress.add_snapshot(run_id, step=run.total_steps, epoch=1.0, network=pretrained(NETWORK).to_bytes())
    point = Metric(run.total_steps, 1.0, 0.1, 0.9, 0.1, 0.9, 1.0)
    store.runs.progress.add(run_id, point, images_per_second=1.0, total_steps=run.total_steps)
    store.lessons.set_result(run_id, result)
    scores = np.zeros((len(app.data.y_test), 10), np.float32)
    store.runs.progress.finish(run_id, Status.FINISHED, correct=395, tested=500, scores=scores)
