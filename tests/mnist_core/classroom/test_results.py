"""What comes of rounds, held against slow and obvious ways to the same."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.classroom import questions, rounds
from mnist_core.classroom.results import fooling, hands, teaching, votes
from mnist_core.classroom.results.wall import Drawings, wall
from mnist_core.errors import Refused
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.network import pretrained
from mnist_core.store.lessons import MOST_TAUGHT
from mnist_core.store.rooms.records import Answer, Kind, Room

NETWORK = pretrained("hidden-draw-ready")


def images(number: int, seed: int = 0) -> np.ndarray:
    """Different images with some ink."""
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 256, (number, 28, 28)) * (rng.random((number, 28, 28)) < 0.2)).astype(np.uint8)


def class_of(people: int, each: int) -> Drawings:
    """So many people with so many drawings each: 0, 1, ... in turn."""
    answers = [
        Answer(
            f"{person:08x}",
            1,
            0,
            slot,
            slot % 10,
            1,
            "0" * 8,
            image=images(1, 1000 * person + slot)[0],
            strokes=(np.array([[person, slot], [9, 9]], np.int16),),
            id=f"{person:04x}{slot:04x}",
        )
        for person in range(people)
        for slot in range(each)
    ]
    return Drawings.of(answers)


def reason_of(act, *arguments, **options) -> str:
    with pytest.raises(Refused) as refusal:
        act(*arguments, **options)
    return refusal.value.reason


# The wall


def test_drawings_come_as_arrays_and_what_is_no_drawing_is_left_out():
    drawings = class_of(3, 2)
    assert drawings.images.shape == (6, 28, 28) and drawings.images.dtype == np.uint8
    assert drawings.labels.tolist() == [0, 1] * 3 and drawings.people.tolist() == [0, 0, 1, 1, 2, 2]
    votes_only = Drawings.of([Answer("a", 1, 0, 0, 3, 1, "0" * 8)])
    assert votes_only.images.shape == (0, 28, 28) and len(votes_only) == 0


def test_the_wall_is_sorted_by_what_is_read_and_then_by_how_surely():
    pictures, labels = images(40), np.arange(40) % 10
    found = wall(pictures, labels, NETWORK)
    assert np.array_equal(found.read, NETWORK.classify(pictures))
    sureness = found.probabilities.max(axis=1)
    slow = sorted(range(40), key=lambda place: (found.read[place], -sureness[place], place))
    assert found.order.tolist() == slow
    assert [place for places in found.sorted.values() for place in places] == slow
    assert list(found.sorted) == sorted(set(found.read.tolist()))


def test_the_matrix_of_a_class_counts_what_was_asked_and_what_was_read():
    labels = np.array([3, 3, 7])
    found = wall(images(3), labels, NETWORK)
    slow = np.zeros((10, 10), int)
    for label, read in zip(labels, found.read, strict=True):
        slow[label, read] += 1
    assert np.array_equal(found.matrix, slow)
    assert found.correct == np.trace(slow) and found.interval == accuracy_interval(found.correct, 3)


def test_there_is_no_wall_without_drawings():
    assert reason_of(wall, images(0), np.zeros(0, np.uint8), NETWORK) == "no drawings"


# Fool it


@given(st.integers(2, 30), st.integers(0, 10), st.integers(0, 1000), st.integers(1, 5))
def test_everybody_reads_as_many_as_others_each_drawing_as_often_and_nobody_their_own(authors, others, seed, each):
    drawings = {f"author {number}": f"drawing {number}" for number in range(authors)}
    people = [*drawings, *(f"other {number}" for number in range(others))]
    found = fooling.asked(drawings, people, seed=seed, each=each)
    assert set(found) == set(people)
    assert {len(given) for given in found.values()} == {min(each, authors - 1)}
    for person, given_to in found.items():
        assert len(set(given_to)) == len(given_to) and drawings.get(person) not in given_to
    times = Counter(drawing for given_to in found.values() for drawing in given_to)
    assert set(times) == set(drawings.values()) and max(times.values()) - min(times.values()) <= 1
    assert fooling.asked(drawings, people[::-1], seed=seed, each=each) == found


@given(st.integers(2, 30), st.integers(0, 10), st.integers(0, 1000), st.data())
def test_who_has_left_is_asked_for_nothing_and_what_they_drew_is_read_all_the_same(authors, others, seed, data):
    drawings = {f"author {number}": f"drawing {number}" for number in range(authors)}
    left = data.draw(st.sets(st.sampled_from(sorted(drawings))))
    people = [*(each for each in drawings if each not in left), *(f"other {number}" for number in range(others))]
    found = fooling.asked(drawings, people, seed=seed)
    assert set(found) == set(people)
    for person, given_to in found.items():
        assert len(set(given_to)) == min(3, authors - 1) == len(given_to) and drawings.get(person) not in given_to
    times = Counter(dict.fromkeys(drawings.values(), 0))
    times.update(drawing for given_to in found.values() for drawing in given_to)
    assert max(times.values()) - min(times.values()) <= 2


def test_one_drawing_can_be_read_by_nobody_else():
    assert reason_of(fooling.asked, {"a": "1"}, ["a", "b"], seed=0) == "few drawings"


def test_a_fooling_counts_where_most_of_two_classmates_read_it_and_the_network_does_not():
    pictures = images(6)
    read = NETWORK.classify(pictures)
    asked = (read + 1) % 10
    asked[5] = read[5]  # It does read this one.
    ids = [f"{number:08x}" for number in range(6)]
    other = int((asked[3] + 1) % 10)
    readings = [
        *((ids[0], int(asked[0])),) * 3,
        (ids[1], int(asked[1])),  # One classmate alone.
        *((ids[2], int(asked[2])), (ids[2], -1)),  # Half.
        *((ids[3], int(asked[3])), (ids[3], int(asked[3])), (ids[3], other)),
        *((ids[5], int(asked[5])),) * 3,
        ("ffffffff", 3),  # Deleted since.
    ]
    found = fooling.fooling(pictures, asked, ids, NETWORK, readings)
    assert found.readers.tolist() == [3, 1, 2, 3, 0, 3] and found.right.tolist() == [3, 1, 1, 2, 0, 3]
    assert np.flatnonzero(found.counts).tolist() == [0, 3] and sorted(found.best.tolist()) == [0, 3]
    assert found.confidence[found.best[0]] >= found.confidence[found.best[1]]


def test_few_pixels_undo_a_fooling():
    pictures = images(1)
    label = int(np.argsort(NETWORK.scores(pictures)[0])[-2])
    change = fooling.undone(pictures[0], label, NETWORK)
    assert change.found and NETWORK.classify(change.after(len(change.changes))[None])[0] == label


# Votes


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(0, 3)), max_size=40, unique_by=lambda v: v[:2])
)
def test_votes_are_counted_before_and_after_and_by_who_changed_their_mind(cast):
    tally = votes.tally(((str(who), step, choice) for who, step, choice in cast), choices=4, answer=2)
    for step in (0, 1):
        counted = Counter(choice for _, at, choice in cast if at == step)
        assert tally.counts[step].tolist() == [counted[choice] for choice in range(4)]
        assert tally.right[step] == counted[2]
        assert (tally.intervals[step] is None) == (not counted)
    by_person = {(who, step): choice for who, step, choice in cast}
    moved = Counter(
        (by_person[who, 0], by_person[who, 1]) for who in range(10) if {(who, 0), (who, 1)} <= set(by_person)
    )
    assert {tuple(cell): int(tally.moved[tuple(cell)]) for cell in np.argwhere(tally.moved).tolist()} == moved


def test_whoever_says_nothing_in_the_second_vote_stays_with_the_first():
    cast = [("a", 0, 1), ("b", 0, 1), ("b", 1, 0), ("c", 1, 0)]
    assert votes.tally(cast, choices=2, again=True).counts.tolist() == [[0, 2], [2, 1]]
    assert votes.tally(cast[:2], choices=2).counts.tolist() == [[0, 2], [0, 0]]  # It has not begun.


def test_a_question_without_an_answer_has_nobody_right():
    tally = votes.tally([("a", 0, 1)], choices=2)
    assert tally.right == (0, 0) and tally.intervals == (None, None) and tally.counts.tolist() == [[0, 1], [0, 0]]


# Whose hand


def test_alike_are_the_nearest_of_different_people_found_one_by_one(monkeypatch):
    monkeypatch.setattr(hands, "BLOCK", 4)
    pictures, people = images(11), np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 3])
    pictures[8] = pictures[2]
    found = hands.alike(pictures, people, most=3)
    assert (found[0].first, found[0].second, found[0].distance, found[0].overlap) == (2, 8, 0.0, 1.0)
    nearest = {}
    for one in range(11):
        apart = [
            (np.sqrt(((pictures[one].astype(float) - pictures[other]) ** 2).sum()), other)
            for other in range(11)
            if people[one] != people[other]
        ]
        nearest[one] = min(apart)
    for pair in found:
        assert people[pair.first] != people[pair.second] and pair.first < pair.second
        distances = [nearest[pair.first], nearest[pair.second]]
        assert any(np.isclose(pair.distance, distance) for distance, _ in distances)
    assert len({place for pair in found for place in pair[:2]}) == 2 * len(found)
    assert [pair.distance for pair in found] == sorted(pair.distance for pair in found)


def test_nobody_is_like_themselves():
    pictures = np.repeat(images(1), 4, axis=0)
    assert hands.alike(pictures, np.zeros(4, int)) == []
    assert hands.alike(images(0), np.zeros(0, int)) == []


def test_errors_of_one_person_are_a_few_peoples_and_scattered_ones_everybodys():
    people = np.repeat(np.arange(20), 10)
    one, scattered = people == 3, np.arange(200) % 20 == 0
    found = hands.errors(people, one)
    assert found.are_a_few_peoples and found.half == 1 and found.wrong[0] == 10 and found.chance < 0.001
    found = hands.errors(people, scattered)
    assert not found.are_a_few_peoples and found.half == 5 and found.wrong.sum() == 10


def test_chance_takes_everybodys_errors_for_a_few_peoples_in_one_class_of_twenty():
    rng = np.random.default_rng(1)
    people = np.repeat(np.arange(25), 10)
    wrong = rng.permuted(np.tile(np.arange(250) < 30, (60, 1)), axis=1)
    taken = [hands.errors(people, each, seed=number).are_a_few_peoples for number, each in enumerate(wrong)]
    assert sum(taken) <= 8  # 3 are expected of 60; 9 or more would be seen in 1 of 250 such tests.


def test_of_fewer_than_ten_errors_nobody_can_tell_whose_they_are():
    people, places = np.repeat(np.arange(20), 10), np.arange(200)
    nine, ten = (hands.errors(people, places < number) for number in (9, 10))
    assert nine.are_a_few_peoples and not nine.are_enough and ten.are_enough
    assert [questions.errors(each).answer for each in (nine, ten)] == [None, 0]


def test_errors_say_nothing_of_who_made_them():
    found = hands.errors(np.array([5, 5, 9, 9, 9]), np.array([0, 1, 1, 1, 0], bool))
    assert found.drawings.tolist() == [3, 2] and found.wrong.tolist() == [2, 1]
    assert reason_of(hands.errors, np.zeros(4, int), np.ones(4, bool)) == "few people"
    assert reason_of(hands.errors, np.arange(4), np.zeros(4, bool)) == "no errors"


# Teach it


@given(st.integers(1, 60), st.integers(0, 100))
def test_people_are_held_out_with_all_their_drawings_or_none(people, seed):
    of = np.repeat(np.arange(people), 3)
    held = teaching.held_out(of, seed=seed)
    by_person = held.reshape(people, 3)
    assert (by_person.all(axis=1) == by_person.any(axis=1)).all()
    expected = 0 if people < 4 else max(1, round(people / 5))
    assert by_person.any(axis=1).sum() == expected
    assert np.array_equal(held, teaching.held_out(of, seed=seed))


def test_a_lesson_takes_everybodys_first_drawings_where_there_are_too_many():
    drawings = class_of(60, 40)
    lesson = teaching.lesson(drawings, hand="class", parent="hidden-draw-ready", network=NETWORK, seed=0)
    assert len(lesson.labels) == MOST_TAUGHT
    people = Counter(int(strokes[0][0][0]) for strokes in lesson.strokes)
    assert set(people.values()) == {33, 34} and len(people) == 60
    held = {int(lesson.strokes[place][0][0][0]) for place in np.flatnonzero(lesson.held_back)}
    taught = {int(lesson.strokes[place][0][0][0]) for place in lesson.taught}
    assert len(held) == 12 and not held & taught
    assert reason_of(teaching.lesson, class_of(0, 0), hand="c", parent="p", network=NETWORK, seed=0) == "no drawings"


@settings(max_examples=30)
@given(st.integers(8, 40), st.sampled_from([5, 10, 20]), st.integers(0, 1000))
def test_few_and_many_people_give_as_many_drawings_of_each_digit(people, each, seed):
    of, labels = np.repeat(np.arange(people), each), np.tile(np.arange(each) % 10, people)
    found = teaching.arms(of, labels, seed=seed)
    assert np.array_equal(np.bincount(labels[found.few]), np.bincount(labels[found.many]))
    tested = set(of[found.tested])
    assert not tested & (set(of[found.few]) | set(of[found.many]))
    assert found.people == (max(1, round(people / 10)), len(set(of[found.many])))
    assert found.people[1] == min(len(found.few), people - len(tested))
    shares = Counter(of[found.many].tolist()).values()
    assert max(shares) - min(shares) <= 1
    assert len(set(found.many)) == len(found.many)


def test_the_two_lessons_are_tested_on_the_same_people():
    drawings = class_of(10, 10)
    compared = teaching.arms(drawings.people, drawings.labels, seed=3)
    options = {"hand": "class", "parent": "hidden-draw-ready", "network": NETWORK}
    few, many = teaching.lessons(drawings, compared, **options)
    for lesson, taught in ((few, compared.few), (many, compared.many)):
        assert np.array_equal(lesson.images[lesson.taught], drawings.images[taught])
        assert np.array_equal(lesson.images[lesson.held_back], drawings.images[compared.tested])
    tested = drawings.images[compared.tested], drawings.labels[compared.tested]
    assert teaching.comparison(NETWORK, NETWORK, *tested).p_value == 1
    assert reason_of(teaching.arms, np.arange(7), np.arange(7), seed=0) == "few people"


# Questions


def test_the_most_frequent_mistake_is_the_answer_and_none_that_is_as_frequent_a_choice():
    matrix = np.diag([9] * 10)
    matrix[4, 9], matrix[7, 1], matrix[3, 5], matrix[8, 3] = 5, 5, 2, 1
    for seed in range(8):
        question = questions.pair(matrix, seed=seed)
        assert question.choices[question.answer] == "4 → 9" and len(set(question.choices)) == 4
        assert "7 → 1" not in question.choices and {"3 → 5", "8 → 3"} <= set(question.choices)
    assert {questions.pair(matrix, seed=seed).answer for seed in range(20)} == {0, 1, 2, 3}
    assert reason_of(questions.pair, np.diag([9] * 10)) == "no errors"


@pytest.mark.parametrize(
    ("accuracies", "choice"),
    [
        ((0.9, 0.97, 0.96), "it gets worse"),
        ((0.9, 0.97, 0.97), "less than half a percentage point"),
        ((0.9, 0.97, 0.974), "less than half a percentage point"),
        ((0.9, 0.97, 0.976), "half to two percentage points"),
        ((0.9, 0.9, 0.95), "more than two percentage points"),
    ],
)
def test_what_one_more_epoch_bought_is_what_a_run_says(accuracies, choice):
    question = questions.epoch(accuracies, 2)
    assert question.choices[question.answer] == choice
    assert f"After epoch 2 it reads {100 * accuracies[1]:.1f} %" in question.text and question.values["epoch"] == 2


def test_the_kit_is_answered_by_what_is_so():
    assert questions.stores(NETWORK, 60_000).answer == 3  # 0.3 MB beside 47 MB.
    assert questions.stores(NETWORK, 1_000).answer == 2 and questions.stores(NETWORK, 10).answer == 0
    assert [questions.right(correct, 20).answer for correct in (9, 10, 15, 17, 18, 20)] == [0, 1, 2, 2, 3, 3]
    assert questions.letter().choices[questions.letter().answer] == "a digit all the same"
    assert NETWORK.probabilities(images(1)).sum() == pytest.approx(1)  # Whatever it is shown.
    people = np.repeat(np.arange(20), 10)
    assert questions.errors(hands.errors(people, people == 3)).answer == 0
    assert [questions.people(3, 30, *found).answer for found in ((0.01, -0.1), (0.01, 0.1), (0.5, 0.1))] == [0, 1, 2]
    mystery = questions.mystery(5, 7)
    assert (mystery.choices[mystery.answer], mystery.place) == ("7", 5)


def test_each_question_of_the_kit_is_one_that_a_round_takes():
    matrix = np.ones((10, 10), int) * 3
    matrix[4, 9] = 7
    asked = [
        questions.pair(matrix),
        questions.right(7, 9),
        questions.epoch((0.5, 0.6), 1),
        questions.stores(NETWORK, 60_000),
        questions.learns(),
        questions.letter(),
        questions.errors(hands.errors(np.arange(4) // 2, np.array([1, 0, 0, 0], bool))),
        questions.people(3, 30, 0.5, 0.0),
        questions.mystery(1, 2),
    ]
    assert {each.kit for each in asked} == set(questions.KIT)
    for question in asked:
        room = rounds.begin(Kind.GUESS, question=question)(Room("BCDFGH", 0.0))
        assert Room.of(room.state, code="BCDFGH", created=0.0).round.question == question
        assert questions.KIT[question.kit].text.format(**question.values) == question.text and "{" not in question.text
        assert len(questions.KIT[question.kit].lesson) > 20


def test_drawings_of_several_rounds_stand_together_and_who_is_who_stays():
    several = class_of(3, 2), class_of(2, 3)
    both = Drawings.together(several)
    assert len(both) == 12 and both.ids == several[0].ids + several[1].ids
    assert len(set(zip(both.owners, both.people.tolist(), strict=True))) == 3
    assert (both.images == np.concatenate([each.images for each in several])).all()
    assert len(Drawings.together([])) == 0 and Drawings.together([]).images.shape == (0, 28, 28)
