"""The game of hard digits: which images, the score, and the accuracy with labels changed."""

import numpy as np
import pytest

from mnist_core.insight.all_images.mystery import DECK, HARDEST, NEITHER, VOTED, deck, majority, relabelled, tally
from mnist_core.insight.all_images.votes import VOTES, Votes
from mnist_core.network.network import pretrained


@pytest.fixture(scope="module")
def scores():
    return np.random.default_rng(3).random((10_000, 10)).astype(np.float32)


def test_a_deck_mixes_images_with_votes_and_those_the_network_is_least_sure_of(scores):
    places = deck(scores, VOTES, seed=5)
    assert len(places) == len(set(places)) == DECK
    voted = [place in VOTES for place in places]
    assert sum(voted) == VOTED and 0 < np.flatnonzero(voted).mean() < DECK - 1
    leads = [sorted(row)[-1] - sorted(row)[-2] for row in scores]
    hardest = [place for place in sorted(range(10_000), key=leads.__getitem__) if place not in VOTES][:HARDEST]
    assert {int(place) for place in places if place not in VOTES} <= set(hardest)


def test_a_seed_is_a_deck_and_another_seed_another(scores):
    np.testing.assert_array_equal(deck(scores, VOTES, seed=5), deck(scores, VOTES, seed=5))
    assert set(deck(scores, VOTES, seed=5)) != set(deck(scores, VOTES, seed=6))


def test_without_votes_the_deck_is_of_the_least_sure_alone_and_few_images_are_enough():
    few = np.random.default_rng(4).random((12, 10))
    assert sorted(deck(few, {}, seed=0)) == list(range(12))
    few[:6] = np.nan
    assert set(deck(few, {}, seed=0, size=6)) <= set(range(12))


def test_images_without_an_answer_are_taken_last(scores):
    broken = scores.copy()
    broken[:9_000] = np.nan
    assert (deck(broken, {}, seed=0) >= 9_000).all()


def test_the_score_is_kept_against_labels_and_against_voters():
    labels = np.array([1, 2, 3, 4, 5], np.uint8)
    predicted = np.array([1, 7, 3, 9, 5])
    votes = {
        1: Votes(1, 2, 7, 1, 4, 0),  # Most saw a 7.
        2: Votes(2, 3, 8, 1, 1, 3),  # Most saw neither.
        3: Votes(3, 4, 9, 2, 2, 1),  # Undecided: nobody is judged by it.
        4: Votes(4, 5, 6, 0, 5, 0),  # Not guessed yet.
    }
    score = tally({0: 1, 1: 7, 2: NEITHER, 3: 4}, labels, predicted, votes)
    assert (score.you_by_labels.right, score.you_by_labels.total) == (2, 4)
    assert (score.network_by_labels.right, score.network_by_labels.total) == (2, 4)
    assert (score.you_by_voters.right, score.you_by_voters.total) == (2, 2)
    assert (score.network_by_voters.right, score.network_by_voters.total) == (1, 2)
    assert (score.agreed.right, score.agreed.total) == (2, 4)
    assert tally({}, labels, predicted, votes).you_by_voters.total == 0


def test_a_majority_is_a_digit_neither_or_none():
    assert [majority(VOTES[place]) for place in (947, 2654, 2130)] == [9, NEITHER, None]


def test_accuracy_with_labels_changed_is_that_of_a_slow_loop(mnist):
    predicted = pretrained("hidden").classify(mnist.x_test)
    result = relabelled(mnist.y_test, predicted, VOTES)
    was = now = dropped = 0
    for place in range(10_000):
        said = VOTES.get(place)
        label = int(mnist.y_test[place])
        voted = said.guess if said and said.for_guess >= 3 else label
        was += predicted[place] == label
        now += predicted[place] == voted
        dropped += predicted[place] == voted and not (said and said.neither >= 3)
    assert (result.before.right, result.before.total) == (was, 10_000)
    assert (result.changed.right, result.changed.total) == (now, 10_000)
    assert (result.dropped.right, result.dropped.total) == (dropped, 9_997)
    assert now - was == len(result.gained) - len(result.lost) and len(result.gained) >= 3
    assert {*result.gained, *result.lost} <= set(VOTES)


def test_without_votes_nothing_changes():
    labels = np.array([1, 2, 3], np.uint8)
    result = relabelled(labels, np.array([1, 2, 9]), {})
    assert result.before == result.changed == result.dropped and not result.gained and not result.lost
