"""A class goes from one state to the next, and never to one that is none: whatever is pressed, in whatever order."""

import contextlib
from dataclasses import replace

import pytest
from class_of import Phone, drawn, said
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mnist_core.classroom import questions, rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.limits import Limits
from mnist_core.classroom.phones import Phones
from mnist_core.classroom.rules import Role
from mnist_core.errors import Refused
from mnist_core.store.rooms.records import Kind, Room, State
from mnist_core.store.store import Store

QUESTION = questions.own("Which?", ("one", "two", "three"), 1)
LIMITS = Limits(rounds=6)
BEGINNINGS = {
    Kind.DRAW: {"digits": (7,)},
    Kind.TEACH: {},
    Kind.FOOL: {"digits": (3,)},
    Kind.GUESS: {"question": QUESTION},
    Kind.HAND: {"question": QUESTION, "about": 1},
}
SIMPLE = [
    rounds.close, rounds.reopen, rounds.discuss, rounds.reveal, rounds.hide, rounds.pause, rounds.go_on,
    rounds.shut, rounds.unshut, rounds.hide_names, rounds.show_names,
]  # fmt: skip


def begun(kind: str, **options) -> Room:
    room = Room("BCDFGH", 0.0)
    if kind == Kind.HAND:
        room = rounds.begin(Kind.DRAW, digits=(7,))(room)
    return rounds.begin(kind, **{**BEGINNINGS[kind], **options})(room)


def reason_of(act, *arguments, **options) -> str:
    with pytest.raises(Refused) as refusal:
        act(*arguments, **options)
    return refusal.value.reason


def check(room: Room) -> None:
    """What holds of every class at any time."""
    assert [each.number for each in room.rounds] == list(range(1, len(room.rounds) + 1))
    assert room.current == 0 if not room.rounds else room.round in room.rounds
    for each in room.rounds:
        assert each.state in (State.OPEN, State.CLOSED, State.DISCUSSED, State.REVEALED)
        assert 0 <= each.step < len(rounds.STEPS[each.kind])
        assert each.state != State.OPEN or each.number == room.current
    assert Room.of(room.state, code=room.code, created=0.0, revision=room.revision, activity=room.activity) == room


class AnyPresses(RuleBasedStateMachine):
    """Every press on a class, allowed or not."""

    def __init__(self):
        super().__init__()
        self.room = Room("BCDFGH", 0.0)

    def press(self, move) -> bool:
        before = self.room
        try:
            self.room = move(self.room)
        except Refused:
            assert self.room is before
            return False
        return True

    @rule(kind=st.sampled_from(list(BEGINNINGS)))
    def begin(self, kind):
        count = len(self.room.rounds)
        done = self.press(rounds.begin(kind, **BEGINNINGS[kind], limits=LIMITS))
        has_drawn = rounds.has_drawings(self.room, 1)
        assert done == (count < LIMITS.rounds and (kind != Kind.HAND or has_drawn))
        assert not done or (self.room.current == count + 1 and self.room.round.state == State.OPEN)

    @rule(move=st.sampled_from(SIMPLE))
    def do(self, move):
        round = self.room.round
        done = self.press(move)
        closed = (State.CLOSED, State.DISCUSSED)
        expected = {"close": (State.OPEN,), "reopen": closed, "reveal": closed, "hide": (State.REVEALED,)}
        expected["discuss"] = (State.CLOSED,) if round and (round.kind, round.step) == (Kind.GUESS, 0) else ()
        where = expected.get(move.__name__)
        assert done == (where is None or (round is not None and round.state in where))

    @rule()
    def advance(self):
        before = self.room.round
        done = self.press(rounds.advance)
        could = before is not None and before.state in (State.CLOSED, State.DISCUSSED)
        could = could and before.step + 1 < len(rounds.STEPS[before.kind])
        assert done == could
        if done:
            assert (self.room.round.step, self.room.round.state) == (before.step + 1, State.OPEN)

    @rule(number=st.integers(-1, 7))
    def go_to(self, number):
        before = self.room
        done = self.press(rounds.go_to(number))
        assert done == (1 <= number <= len(before.rounds))
        if done and before.current != number:
            assert self.room.round == before.rounds[number - 1] and self.room.round.state != State.OPEN

    @invariant()
    def is_a_class(self):
        check(self.room)


TestAnyPresses = AnyPresses.TestCase
TestAnyPresses.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_what_is_kept_is_what_was_accepted_whatever_the_teacher_and_the_phones_do(tmp_path):
    """Against a model that remembers what each phone was told: nothing is lost, and nothing comes in late."""
    store = Store(f"sqlite:///{tmp_path / 'digitlab.sqlite'}")

    class AnyClass(RuleBasedStateMachine):
        @initialize()
        def begin_class(self):
            self.desk = Desk(store, Role.TEACHER, LIMITS)
            self.code = self.desk.begin_class().code
            self.phones = [Phone(Phones(store), self.code).join() for _ in range(3)]
            self.kept = {}
            self.open = None

        def round(self):
            return self.desk.room(self.code).round

        @rule(kind=st.sampled_from([Kind.DRAW, Kind.TEACH, Kind.GUESS]))
        @precondition(lambda self: len(self.desk.room(self.code).rounds) < LIMITS.rounds)
        def begin(self, kind):
            self.desk.press(self.code, rounds.begin(kind, **BEGINNINGS[kind]))

        @rule(
            move=st.sampled_from(
                [rounds.close, rounds.reopen, rounds.discuss, rounds.advance, rounds.reveal, rounds.hide]
            )
        )
        def press(self, move):
            with contextlib.suppress(Refused):
                self.desk.press(self.code, move)

        @rule(number=st.integers(1, 6))
        def go_to(self, number):
            if number <= len(self.desk.room(self.code).rounds):
                self.desk.press(self.code, rounds.go_to(number))

        @rule(
            who=st.integers(0, 2),
            number=st.integers(1, 3),
            step=st.integers(0, 1),
            slot=st.integers(0, 2),
            take=st.integers(1, 4),
            draws=st.booleans(),
        )
        def send(self, who, number, step, slot, take, draws):
            given = {"step": step, "slot": slot, "take": take}
            message = drawn(number, **given) if draws else said(slot, number, **given)
            at, on = (who, number, step, slot), self.round()
            asked = on and rounds.asks(on)
            fits = draws == (asked == rounds.DRAW)
            slots = 1 if asked == rounds.VOTE else on and rounds.drawings_asked(on)
            is_open = on is not None and (on.number, on.step, on.state) == (number, step, State.OPEN)
            try:
                answer = self.phones[who].send(message)
            except Refused:
                assert not (is_open and fits and slot < slots)
                return
            assert is_open and fits and slot < slots
            if at not in self.kept or take >= self.kept[at][0]:
                self.kept[at] = take, message.sent
            assert (answer.take, answer.sent) == self.kept[at]
            assert self.phones[who].send(message).id == answer.id

        @invariant()
        def holds(self):
            if not hasattr(self, "desk"):
                return
            room = self.desk.room(self.code)
            check(replace(room, created=0.0))
            with store.rooms.read(self.code) as visit:
                there = visit.answers()
            people = {each.view.nickname: place for place, each in enumerate(self.phones)}
            owner = {each.id: people[each.nickname] for each in self.desk.attendance(self.code).people}
            found = {(owner[a.person], a.round, a.step, a.slot): (a.take, a.sent) for a in there}
            assert found == self.kept

        def teardown(self):
            if hasattr(self, "desk"):
                self.desk.end(self.code)

    options = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(AnyClass, settings=options)
    store.close()


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        (Kind.DRAW, ["open", "closed", "revealed"]),
        (Kind.TEACH, ["open", "closed", "revealed"]),
        (Kind.HAND, ["open", "closed", "revealed"]),
        (Kind.FOOL, ["open", "closed", "open", "closed", "revealed"]),
        (Kind.GUESS, ["open", "closed", "discussed", "open", "closed", "revealed"]),
    ],
)
def test_each_kind_of_round_goes_its_way(kind, states):
    room = begun(kind)
    seen = [room.round.state]
    while room.round.state != State.REVEALED:
        if room.round.state == State.OPEN:
            room = rounds.close(room)
        elif room.round.state == State.CLOSED and rounds.next_asked(room.round) == rounds.VOTE:
            room = rounds.discuss(room)
        elif room.round.step + 1 < len(rounds.STEPS[kind]):
            room = rounds.advance(room)
        else:
            room = rounds.reveal(room)
        seen.append(room.round.state)
    assert seen == states
    assert rounds.reopen(rounds.hide(room)).round.state == State.OPEN


def test_a_vote_can_be_revealed_without_a_second_one():
    room = rounds.reveal(rounds.close(begun(Kind.GUESS)))
    assert (room.round.step, room.round.state) == (0, State.REVEALED)


def test_a_round_keeps_the_network_that_has_read_it_whatever_phones_are_given_later():
    room = rounds.answer_with("before")(begun(Kind.DRAW))
    room = rounds.answer_with("taught", "before")(rounds.reveal(rounds.close(room)))
    assert room.round.network == "before"
    assert rounds.read_by("taught")(room).round.network == "taught"
    assert rounds.reveal(rounds.hide(room)).round.network == "taught"
    assert reason_of(rounds.read_by("taught"), rounds.hide(room)) == "move"


def test_going_to_another_round_closes_the_one_that_is_on_and_leaves_the_others_as_they_are():
    room = rounds.reveal(rounds.close(begun(Kind.DRAW)))
    room = rounds.begin(Kind.DRAW, digits=(1,))(room)
    room = rounds.go_to(1)(room)
    assert [each.state for each in room.rounds] == [State.REVEALED, State.CLOSED] and room.current == 1
    assert rounds.go_to(1)(room) is room


def test_all_digits_are_asked_for_in_turn_and_then_again():
    round = begun(Kind.TEACH, each=3).round
    assert [rounds.digit_of(round, slot) for slot in range(30)] == [*range(10)] * 3
    assert rounds.drawings_asked(round) == 30 and rounds.drawings_asked(begun(Kind.GUESS).round) == 0


@pytest.mark.parametrize(
    ("kind", "options", "reason"),
    [
        ("dance", {}, "kind"),
        (Kind.DRAW, {}, "digits"),
        (Kind.DRAW, {"digits": (10,)}, "digits"),
        (Kind.DRAW, {"digits": (-1,)}, "digits"),
        (Kind.DRAW, {"digits": (3, 3)}, "digits"),
        (Kind.DRAW, {"digits": (3,), "each": 41}, "digits"),
        (Kind.DRAW, {"digits": (3,), "each": 0}, "digits"),
        (Kind.TEACH, {"each": 5}, "digits"),
        (Kind.FOOL, {"digits": (3, 4)}, "digits"),
        (Kind.FOOL, {"digits": (3,), "each": 2}, "digits"),
        (Kind.DRAW, {"digits": (3,), "prompt": "x" * 201}, "text"),
        (Kind.DRAW, {"digits": (3,), "prompt": "two\nlines"}, "text"),
        (Kind.GUESS, {}, "question"),
        (Kind.GUESS, {"question": questions.own("", ("a", "b"))}, "question"),
        (Kind.GUESS, {"question": questions.own("Which?", ("a",))}, "question"),
        (Kind.GUESS, {"question": questions.own("Which?", ("a", "a "))}, "question"),
        (Kind.GUESS, {"question": questions.own("Which?", ("a", "  "))}, "question"),
        (Kind.GUESS, {"question": questions.own("Which?", [str(each) for each in range(11)])}, "question"),
        (Kind.GUESS, {"question": questions.own("Which?", ("a", "b"), 2)}, "question"),
        (Kind.GUESS, {"question": questions.own("Which?", ("a", "x" * 61))}, "question"),
    ],
)
def test_a_round_that_cannot_be_is_not_begun(kind, options, reason):
    assert reason_of(lambda: rounds.begin(kind, **options)(Room("BCDFGH", 0.0))) == reason


def test_hands_are_compared_of_a_round_in_which_the_class_has_drawn():
    room = begun(Kind.GUESS)
    for about in (0, 1, 2):
        assert reason_of(rounds.begin(Kind.HAND, question=QUESTION, about=about), room) == "about"
    assert begun(Kind.HAND).round.about == 1


def test_pages_have_a_language_and_phones_a_few_networks():
    room = Room("BCDFGH", 0.0)
    assert rounds.speak("fi", "xx", "de", "fi")(room).languages == ("fi", "de")
    assert reason_of(rounds.speak, "xx") == "languages"
    assert rounds.answer_with("linear", "0badcafe")(room).networks == ("linear", "0badcafe")
    assert rounds.answer_with()(room).networks == ()
    assert reason_of(rounds.answer_with, *"abcd") == "networks"


def test_the_networks_that_a_round_has_taught_are_noted_once():
    room = rounds.begin(Kind.GUESS, question=QUESTION)(begun(Kind.TEACH))
    room = rounds.taught(1, "0badcafe")(rounds.taught(1, "0badcafe", "12345678")(room))
    assert room.rounds[0].runs == ("0badcafe", "12345678") and room.current == 2
    assert reason_of(rounds.taught(2, "0badcafe"), room) == "about"


def test_one_drawing_is_shown_large_until_another_round_comes():
    room = rounds.show_large("0123abcd")(begun(Kind.DRAW))
    assert room.large == "0123abcd" and rounds.show_large()(room).large == ""
    assert rounds.reveal(rounds.close(room)).large == "0123abcd"
    assert rounds.begin(Kind.TEACH)(room).large == ""
    assert rounds.go_to(1)(rounds.show_large("0123abcd")(rounds.begin(Kind.TEACH)(room))).large == ""


def test_runs_of_few_and_of_many_are_told_from_those_of_all():
    room = rounds.taught(1, "aaaaaaaa")(begun(Kind.TEACH))
    room = rounds.taught(1, "bbbbbbbb", "cccccccc", compared=True)(room)
    assert room.round.runs == ("aaaaaaaa", "bbbbbbbb", "cccccccc")
    assert room.round.compared == ("bbbbbbbb", "cccccccc")


def test_a_class_that_was_begun_before_it_could_do_so_is_read():
    room = begun(Kind.TEACH)
    state = room.state
    del state["large"]
    for each in state["rounds"]:
        del each["compared"]
    assert Room.of(state, code=room.code, created=0.0, revision=0, activity=0) == room
