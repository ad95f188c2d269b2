"""A class from the first phone to its end, on each kind of database."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
import pytest
import sqlalchemy as sa
from class_of import ONE, Phone, drawn, path, said

from mnist_core.classroom import keeping, lessons, presence, questions, rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.limits import DAY, Limits
from mnist_core.classroom.phones import Phones, hashed
from mnist_core.classroom.rules import MAY, REASONS, Role
from mnist_core.errors import ConfigError, ModelError, Refused, RoomNotFound
from mnist_core.network.network import pretrained
from mnist_core.settings import Settings
from mnist_core.store.database import schema
from mnist_core.store.rooms.records import Kind, State
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store

MINE = questions.own("Which is larger?", ("one", "two", "three"), 1)


@pytest.fixture
def desk(store):
    return Desk(store, Role.TEACHER)


@pytest.fixture
def phones(store):
    return Phones(store)


@pytest.fixture
def room(desk):
    return desk.begin_class("de", "en", networks=("hidden-draw-ready",))


@pytest.fixture
def three(phones, room):
    """Three phones that have joined."""
    return [Phone(phones, room.code).join() for _ in range(3)]


@pytest.fixture
def elsewhere(store):
    """The same store on another server: it shares the database with the first, and nothing else."""
    other = Store(store.url)
    yield other
    other.close()


def rows(store) -> dict[str, int]:
    """How many rows each table of classes has."""
    tables = schema.rooms, schema.people, schema.answers
    with store.database.read() as connection:
        return {
            each.name: connection.execute(sa.select(sa.func.count()).select_from(each)).scalar_one() for each in tables
        }


def reason_of(act, *arguments) -> str:
    with pytest.raises(Refused) as refusal:
        act(*arguments)
    return refusal.value.reason


def test_a_class_goes_from_the_first_phone_to_its_end(store, desk, phones, room):
    phone = Phone(phones, room.code).join()
    assert phone.view.round is None and phone.view.networks == ("hidden-draw-ready",)
    assert phone.view.languages == ("de", "en")
    assert desk.begin(room.code, Kind.DRAW, digits=(7,), prompt="A 7 as you write it at home")
    shown = phone.view
    assert (shown.asks, shown.drawings, shown.round.digits) == (rounds.DRAW, 1, (7,)) and not shown.round.silent
    answer = phone.send(drawn())
    assert (answer.value, answer.image.dtype, answer.image.shape) == (7, np.uint8, (28, 28)) and answer.image.any()
    assert [(each.id, each.value) for each in phone.view.own] == [(answer.id, 7)]
    desk.press(room.code, rounds.close)
    desk.press(room.code, rounds.reveal)
    drawings = desk.drawings(room.code, 1)
    assert drawings.labels.tolist() == [7] and np.array_equal(drawings.images[0], answer.image)
    assert desk.end(room.code, revision=desk.room(room.code).revision)
    assert set(rows(store).values()) == {0}
    with pytest.raises(RoomNotFound, match=room.code):
        phone.view  # noqa: B018


def test_whoever_joins_twice_is_one_person_and_only_the_tokens_hash_is_kept(store, desk, phones, room):
    phone = Phone(phones, room.code)
    first, again = (phones.join(room.code, phone.token) for _ in range(2))
    assert first == again and len(desk.attendance(room.code).people) == 1
    with store.database.read() as connection:
        kept = connection.execute(sa.select(schema.people)).mappings().one()
    assert kept["token"] == hashed(phone.token) and phone.token not in str(dict(kept))
    assert set(kept) == {
        "id",
        "room",
        "token",
        "first",
        "second",
        "removed",
        "seen",
    }  # No address, no time but a minute.


def test_nothing_that_a_phone_sends_is_kept_with_a_time(store, desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    three[0].send(drawn(strokes=[[[10, 10], [10, 200]]]))
    kept = {column.name for column in schema.answers.c}
    assert not kept & {"created", "time", "address", "visitor"}
    assert all(len(point) == 2 for stroke in three[0].view.own[0].strokes for point in stroke)


def test_a_hundred_who_join_two_servers_at_once_are_a_hundred_with_a_nickname_each(phones, elsewhere, desk, room):
    there = [Phone(each, room.code) for each in (phones, Phones(elsewhere)) for _ in range(50)]
    with ThreadPoolExecutor(100) as pool:
        people = list(pool.map(lambda phone: phone.phones.join(phone.code, phone.token), there))
    there = desk.attendance(room.code).people
    assert len({each.id for each in people}) == len({each.nickname for each in people}) == len(there) == 100
    assert desk.room(room.code).activity == 100 and desk.room(room.code).revision == 0


def test_one_phone_that_joins_two_servers_many_times_at_once_is_one_person(phones, elsewhere, desk, room):
    token = Phone(phones, room.code).token
    with ThreadPoolExecutor(12) as pool:
        people = list(pool.map(lambda each: each.join(room.code, token), [phones, Phones(elsewhere)] * 12))
    assert len({each.id for each in people}) == len(desk.attendance(room.code).people) == 1


def test_a_full_class_and_a_shut_door_let_nobody_new_in_and_keep_nobody_out(store, desk, room):
    phones = Phones(store, Limits(people=2))
    inside = Phone(phones, room.code).join()
    Phone(phones, room.code).join()
    assert reason_of(Phone(phones, room.code).join) == "full"
    desk.press(room.code, rounds.shut)
    assert reason_of(Phone(Phones(store), room.code).join) == "shut"
    assert inside.join().view.nickname == inside.view.nickname
    desk.press(room.code, rounds.unshut)
    assert Phone(Phones(store), room.code).join().view.round is None


def test_a_nickname_can_be_drawn_again_and_nobody_else_has_the_new_one(phones, three, room):
    before = three[0].view.nickname
    after = phones.rename(room.code, three[0].token).nickname
    assert after != before and after not in {each.view.nickname for each in three[1:]}
    assert three[0].view.nickname == after


def test_an_answer_can_be_changed_until_the_round_is_closed(desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    first = three[0].send(drawn(take=1))
    second = three[0].send(drawn(take=2, strokes=ONE))
    assert first.id != second.id and not np.array_equal(first.image, second.image)
    assert [each.id for each in three[0].view.own] == [second.id]
    desk.press(room.code, rounds.close)
    assert reason_of(three[0].send, drawn(take=3)) == "closed"
    assert [each.id for each in three[0].view.own] == [second.id]


def test_an_answer_that_is_sent_twice_counts_once_also_where_the_round_is_closed_meanwhile(desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    message = drawn()
    first = three[0].send(message)
    activity = desk.room(room.code).activity
    assert three[0].send(message).id == first.id and desk.room(room.code).activity == activity
    desk.press(room.code, rounds.close)
    assert three[0].send(message).id == first.id  # It had arrived in time.
    assert len(desk.drawings(room.code, 1)) == 1


def test_a_drawing_that_was_overtaken_on_its_way_does_not_replace_the_later_one(desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    late = drawn(take=1)
    newer = three[0].send(drawn(take=2, strokes=ONE))
    assert three[0].send(late).id == newer.id and three[0].view.own[0].id == newer.id


def test_of_a_drawing_sent_to_two_servers_many_times_at_once_one_is_kept(desk, three, elsewhere, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    message = drawn()
    with ThreadPoolExecutor(12) as pool:
        same = Phone(Phones(elsewhere), room.code, three[0].token)
        kept = list(pool.map(lambda phone: phone.send(message).id, [three[0], same] * 12))
    assert len(set(kept)) == 1 == len(desk.drawings(room.code, 1))


def test_what_is_accepted_while_the_teacher_closes_is_there_and_what_is_refused_is_not(desk, elsewhere, room):
    phones = Phones(elsewhere)
    there = [Phone(phones, room.code).join() for _ in range(24)]
    desk.begin(room.code, Kind.DRAW, digits=(7,))

    def send(phone):
        try:
            return phone.send(drawn()).id
        except Refused as refusal:
            assert refusal.reason == "closed"
            return None

    with ThreadPoolExecutor(25) as pool:
        sent = [pool.submit(send, each) for each in there]
        closing = pool.submit(desk.press, room.code, rounds.close)
        accepted = {each.result() for each in sent} - {None}
        assert closing.result()
    assert set(desk.drawings(room.code, 1).ids) == accepted


def test_a_press_does_what_was_seen_once_however_many_press_on_two_servers(desk, elsewhere, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    seen = desk.room(room.code)
    with ThreadPoolExecutor(8) as pool:
        desks = [desk, Desk(elsewhere, Role.TEACHER)] * 8
        done = list(pool.map(lambda each: each.press(room.code, rounds.close, revision=seen.revision), desks))
    assert sum(done) == 1
    now = desk.room(room.code)
    assert (now.round.state, now.revision) == (State.CLOSED, seen.revision + 1)
    assert not desk.press(room.code, rounds.reopen, revision=seen.revision)
    assert not desk.end(room.code, revision=seen.revision) and not desk.advance(room.code, revision=seen.revision)


def test_phones_look_again_for_what_the_teacher_does_and_not_for_each_others_drawings(store, desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    before = store.rooms.counts()[room.code]
    answer = three[0].send(drawn())
    between = store.rooms.counts()[room.code]
    assert between.revision == before.revision and between.activity == before.activity + 1
    for press in (
        lambda: desk.press(room.code, rounds.pause),
        lambda: desk.hide(room.code, answer.id),
        lambda: desk.send_out(room.code, desk.attendance(room.code).people[0].id),
    ):
        revision = store.rooms.counts()[room.code].revision
        assert press() and store.rooms.counts()[room.code].revision == revision + 1
    desk.press(room.code, rounds.pause)  # Once more: nothing is new.
    assert store.rooms.counts()[room.code].revision == revision + 1


def test_teaching_asks_for_all_ten_digits_in_turn_whatever_the_phone_calls_them(desk, three, room):
    desk.begin(room.code, Kind.TEACH, each=2)
    assert three[0].view.drawings == 20 and three[0].view.round.silent
    for slot in (0, 9, 10, 19):
        assert three[0].send(drawn(slot=slot)).value == slot % 10
    assert reason_of(three[0].send, drawn(slot=20)) == "slot"


def test_attendance_says_who_is_done_and_counts_nobody_who_was_sent_out(desk, three, room):
    desk.begin(room.code, Kind.TEACH)
    for slot in range(10):
        three[0].send(drawn(slot=slot))
    three[1].send(drawn())
    found = desk.attendance(room.code)
    assert (len(found.people), len(found.done), found.answers, found.asked) == (3, 1, 11, 10)
    desk.send_out(room.code, next(iter(found.done)))
    found = desk.attendance(room.code)
    assert (len(found.people), len(found.done), found.answers) == (2, 0, 1)


def test_a_phone_that_has_not_asked_for_two_minutes_on_any_server_is_away_and_not_waited_for(
    store, desk, elsewhere, three, room, monkeypatch
):
    start = 60 * 1_000_000
    monkeypatch.setattr("time.time", lambda: start + 59.0)
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    for each in three:
        each.view  # noqa: B018
    gone = three[0].view.nickname
    activity = desk.room(room.code).activity
    three[2].send(drawn())
    for seconds, away in ((179.0, 0), (180.0, 1)):
        monkeypatch.setattr("time.time", lambda seconds=seconds: start + seconds)
        Phone(Phones(elsewhere), room.code, three[1].token).view  # noqa: B018
        there = desk.attendance(room.code)
        assert len(there.away - there.done) == away and there.away == desk.away(room.code)
    assert gone in {each.nickname for each in there.people if each.id in there.away}
    assert (len(there.people), len(there.expected), len(there.done)) == (3, 2, 1)  # One has drawn before it left.
    assert desk.room(room.code).activity == activity + 1  # That a phone asks is nothing to look at.
    three[0].view  # noqa: B018
    assert len(desk.attendance(room.code).expected) == 3
    with store.database.read() as connection:
        kept = connection.execute(sa.select(schema.people.c.seen)).scalars().all()
    assert set(kept) <= {start // 60, start // 60 + 2, start // 60 + 3}  # Whole minutes.


def test_phones_that_are_gone_are_given_no_drawings_to_read(desk, phones, room, monkeypatch):
    people = [Phone(phones, room.code).join() for _ in range(5)]
    desk.begin(room.code, Kind.FOOL, digits=(3,))
    for each in people:
        each.view  # noqa: B018
        each.send(drawn())
    desk.press(room.code, rounds.close)
    now = 60 * (presence.this_minute() + 5)
    monkeypatch.setattr("time.time", lambda: now)
    for each in people[:4]:
        each.view  # noqa: B018
    desk.advance(room.code)
    there = desk.attendance(room.code)
    assert len(desk.room(room.code).round.shown) == len(there.expected) == 4 and not there.done
    assert len(people[0].view.to_read) == 3
    assert (
        people[4].view.to_read == () and len(desk.attendance(room.code).expected) == 4
    )  # Back, and asked for nothing.


def test_whoever_is_sent_out_loses_what_was_sent_and_cannot_come_back_with_the_same_phone(desk, phones, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    answer = three[0].send(drawn())
    desk.send_out(room.code, answer.person)
    assert not desk.send_out(room.code, answer.person)
    assert len(desk.drawings(room.code, 1)) == 0
    for act in (three[0].join, lambda: three[0].view, lambda: three[0].send(drawn())):
        assert reason_of(act) == "removed"


def test_a_hidden_drawing_is_in_no_figure_and_can_be_put_back(desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    answer = three[0].send(drawn())
    assert desk.hide(room.code, answer.id) and not desk.hide(room.code, answer.id)
    assert len(desk.drawings(room.code, 1)) == 0 and len(desk.drawings(room.code, 1, hidden=True)) == 1
    assert three[0].view.own[0].hidden
    assert desk.hide(room.code, answer.id, hidden=False) and len(desk.drawings(room.code, 1)) == 1


def test_a_phone_deletes_what_it_sent_and_nothing_of_anybody_elses(desk, phones, three, room):
    desk.begin(room.code, Kind.TEACH)
    mine = [three[0].send(drawn(slot=slot)) for slot in range(3)]
    other = three[1].send(drawn())
    assert phones.delete(room.code, three[0].token, other.id) == 0
    assert phones.delete(room.code, three[0].token, mine[0].id) == 1
    assert phones.delete(room.code, three[0].token) == 2
    assert desk.drawings(room.code, 1).ids == (other.id,)
    desk.press(room.code, rounds.close)
    assert phones.delete(room.code, three[1].token) == 1  # Also once it is closed.


def test_a_phone_that_leaves_is_forgotten(store, desk, phones, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    three[0].send(drawn())
    phones.leave(room.code, three[0].token)
    phones.leave(room.code, three[0].token)
    assert rows(store) == {"rooms": 1, "people": 2, "answers": 0}
    assert reason_of(lambda: three[0].view) == "member"


def test_the_network_is_fooled_where_classmates_read_it_who_do_not_know_the_answer(desk, phones, room):
    there = [Phone(phones, room.code).join() for _ in range(5)]
    desk.begin(room.code, Kind.FOOL, digits=(3,), seed=4)
    ids = {phone.send(drawn(strokes=path(3, seed))).person: phone for seed, phone in enumerate(there[:4])}
    desk.press(room.code, rounds.close)
    assert there[0].view.to_read == ()
    assert desk.advance(room.code)
    for phone in there:
        shown = phone.view
        assert shown.asks == rounds.READ and len(shown.to_read) == 3
        assert not {each.id for each in shown.to_read} & {each.id for each in shown.own}
        assert set(asdict(shown.to_read[0])) == {"id", "strokes"} and shown.round.shown == {}
    mine = there[0].view.to_read
    assert reason_of(there[0].send, said(3, step=1, slot=0, about=mine[1].id)) == "reading"
    own = there[0].view.own[0].id
    assert reason_of(there[0].send, said(3, step=1, slot=0, about=own)) == "reading"
    assert reason_of(there[0].send, said(10, step=1, slot=0, about=mine[0].id)) == "choice"
    there[0].send(said(3, step=1, slot=0, about=mine[0].id))
    there[0].send(said(-1, step=1, slot=1, about=mine[1].id))
    assert sorted(desk.readings(room.code, 1)) == sorted([(mine[0].id, 3), (mine[1].id, -1)])
    assert len(desk.drawings(room.code, 1)) == 4  # What people read is no drawing.
    author = next(phone for phone in ids.values() if phone.view.own[0].id == mine[0].id)
    phones.delete(room.code, author.token)
    assert desk.readings(room.code, 1) == [(mine[1].id, -1)]  # It goes with the drawing.
    assert mine[0].id not in {each.id for each in there[4].view.to_read}


def test_a_fooling_round_of_one_drawing_cannot_be_judged(desk, three, room):
    desk.begin(room.code, Kind.FOOL, digits=(3,))
    three[0].send(drawn())
    desk.press(room.code, rounds.close)
    assert reason_of(desk.advance, room.code) == "few drawings"
    assert desk.room(room.code).round.state == State.CLOSED


def test_a_question_is_voted_on_twice_and_phones_learn_the_answer_when_it_is_revealed(desk, three, room):
    desk.begin(room.code, Kind.GUESS, question=MINE)
    for phone, choice in zip(three, (0, 0, 1), strict=True):
        phone.send(said(choice))
    three[0].send(said(2, take=2))
    assert reason_of(three[0].send, said(3)) == "choice" and reason_of(three[0].send, drawn()) == "message"
    assert three[0].view.round.question.answer is None and three[0].view.votes == ()
    desk.press(room.code, rounds.close)
    desk.advance(room.code)
    assert reason_of(three[0].send, said(1)) == "closed"  # The first vote.
    for phone in three[:2]:
        phone.send(said(1, step=1))
    desk.press(room.code, rounds.close)
    assert reason_of(desk.advance, room.code) == "move"
    desk.press(room.code, rounds.reveal)
    tally = desk.tally(room.code, 1)
    assert tally.counts.tolist() == [[1, 1, 1], [0, 3, 0]] and tally.right == (1, 3)  # One has stayed with a 1.
    assert three[2].view.votes == ((1, 1, 1), (0, 3, 0)) and three[2].view.round.question.answer == 1


def test_a_phone_that_slept_through_a_round_is_told_so_and_goes_on_with_the_next(desk, three, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    desk.begin(room.code, Kind.DRAW, digits=(1,))
    assert reason_of(three[0].send, drawn(round=1)) == "over"
    assert three[0].send(drawn(round=2)).value == 1
    desk.press(room.code, rounds.go_to(1))
    assert three[0].view.round.state == State.CLOSED and three[0].view.own == ()
    assert reason_of(three[0].send, drawn(round=1)) == "closed"
    desk.press(room.code, rounds.reopen)
    assert three[0].send(drawn(round=1)).value == 7


def test_what_a_phone_shows_is_plain_json(desk, three, room):
    desk.begin(room.code, Kind.GUESS, question=MINE)
    three[0].send(said(1))
    shown = json.loads(json.dumps(asdict(three[0].view)))
    assert shown["own"][0]["value"] == 1 and shown["round"]["question"]["choices"] == ["one", "two", "three"]


def test_only_the_teacher_has_a_desk_and_only_members_answer(store, phones, room):
    for role in (Role.MEMBER, Role.STRANGER):
        assert reason_of(Desk, store, role) == "teacher"
    stranger = Phone(phones, room.code)
    for act in (
        lambda: stranger.view,
        lambda: stranger.send(drawn()),
        lambda: phones.rename(room.code, stranger.token),
        lambda: phones.delete(room.code, stranger.token),
    ):
        assert reason_of(act) == "member"
    assert {role for roles in MAY.values() for role in roles} == {Role.TEACHER, Role.MEMBER, Role.STRANGER}


def test_a_code_that_was_guessed_names_no_class(phones, desk):
    for act in (phones.join, phones.view, phones.rename):
        with pytest.raises(RoomNotFound):
            act("BCDFGH", "0" * 32)
    with pytest.raises(RoomNotFound):
        desk.room("BCDFGH")


def test_phones_of_one_class_are_strangers_in_another(desk, phones, three, room):
    other = desk.begin_class()
    assert [each.code for each in desk.classes()] == [other.code, room.code]
    assert reason_of(phones.view, other.code, three[0].token) == "member"
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    answer = three[0].send(drawn())
    assert not desk.hide(other.code, answer.id) and not desk.send_out(other.code, answer.person)
    desk.end(other.code)
    assert len(desk.drawings(room.code, 1)) == 1


def test_there_are_so_many_classes_at_a_time_and_no_more(store):
    desk = Desk(store, Role.TEACHER, Limits(rooms=2))
    first = desk.begin_class()
    desk.begin_class()
    assert reason_of(desk.begin_class) == "rooms"
    desk.end(first.code)
    assert desk.begin_class().languages[0] == "en"


def test_a_class_that_nobody_ends_is_deleted_after_a_day_with_everything(store, desk, three, room, monkeypatch):
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    three[0].send(drawn())
    assert desk.sweep() == []
    monkeypatch.setattr("time.time", lambda: room.created + DAY + 1)
    assert desk.sweep() == [room.code] and set(rows(store).values()) == {0}


def test_drawings_that_the_teacher_keeps_are_a_handwriting_that_says_nothing_of_people(store, desk, three, room):
    desk.begin(room.code, Kind.TEACH)
    for seed, phone in enumerate(three):
        for slot in (3, 1):
            phone.send(drawn(slot=slot, strokes=path(slot, seed)))
    drawings = desk.drawings(room.code, 1, paths=True)
    assert keeping.keep(store, drawings, hand="Class 7b") == 6
    assert keeping.keep(store, drawings, hand="Class 7b") == 0  # The press once more.
    desk.end(room.code)
    kept = store.drawings.all("Class 7b")
    assert [each.label for each in kept] == [1, 1, 1, 3, 3, 3] and all(each.strokes for each in kept)
    assert {each.hand for each in kept} == {"Class 7b"}


def test_drawings_are_not_kept_in_somebodys_own_handwriting(store, desk, three, room):
    visitor = "0" * 32
    own = store.handwritings.own(visitor)
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    three[0].send(drawn())
    drawings = desk.drawings(room.code, 1, paths=True)
    store.drawings.keep(*keeping.kept(drawings, hand=own), owner=visitor)
    with pytest.raises(ConfigError, match="somebody's own"):
        keeping.keep(store, drawings, hand=own)


def test_a_class_teaches_a_network_and_its_lesson_is_emptied_when_it_ends(store, desk, phones, room):
    there = [Phone(phones, room.code).join() for _ in range(8)]
    desk.begin(room.code, Kind.TEACH)
    for seed, phone in enumerate(there):
        for slot in range(10):
            phone.send(drawn(slot=slot, strokes=path(slot, seed)))
    network = pretrained("hidden-draw-ready")
    options = {"parent": "hidden-draw-ready", "network": network, "data_name": "MNIST", "data_digest": "d" * 64}
    runs = [lessons.teach(desk, room.code, 1, **options, run_id="0123abcd") for _ in range(2)]
    assert runs[0] == runs[1]
    lesson = store.lessons.get(runs[0].id)
    assert len(lesson.labels) == 80 and lesson.held_back.sum() == 20  # Two people with all their drawings.
    few, many = lessons.teach_few_and_many(desk, room.code, 1, **options)
    assert desk.room(room.code).rounds[0].runs == ("0123abcd", few.id, many.id)
    store.runs.progress.claim("0123abcd")
    store.runs.progress.finish("0123abcd", Status.FINISHED, correct=9, tested=10)
    desk.end(room.code)
    assert store.lessons.parents()["0123abcd"] == "hidden-draw-ready"  # That it was taught stays known.
    with pytest.raises(ModelError, match="deleted with the class"):
        store.lessons.get("0123abcd")
    assert [store.runs.get(run).status for run in ("0123abcd", few.id)] == [Status.FINISHED, Status.STOPPED]


def test_every_reason_is_a_sentence_that_fits_a_phone():
    for reason, sentence in REASONS.items():
        assert sentence[0].isupper() and sentence.endswith((".", "{state}.")) and len(sentence) < 120, reason


def test_a_school_sets_how_much_a_class_takes(store, room):
    settings = Settings.from_environment({"DIGITLAB_CLASS_PEOPLE": "1", "DIGITLAB_CLASS_DRAWINGS": "12"})
    limits = Limits.of(settings)
    phones = Phones(store, limits)
    Phone(phones, room.code).join()
    assert reason_of(Phone(phones, room.code).join) == "full"
    desk = Desk(store, Role.TEACHER, limits)
    assert reason_of(lambda: desk.begin(room.code, Kind.TEACH, each=2)) == "digits"
    with pytest.raises(ConfigError, match="DIGITLAB_CLASS_PEOPLE"):
        Settings.from_environment({"DIGITLAB_CLASS_PEOPLE": "501"})
