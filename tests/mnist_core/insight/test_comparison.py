"""Two networks on the same images: the four cells, the test, the interval, what changed."""

import numpy as np
import pytest
from scipy import stats

from mnist_core.errors import ModelError
from mnist_core.insight.all_images.comparison import CELLS, Comparison, mcnemar, paired_interval
from mnist_core.network.evaluation import confusion_matrix


def some_scores(seed: int, labels: np.ndarray, right: float) -> np.ndarray:
    """Outputs that are right for about this share of the images."""
    rng = np.random.default_rng(seed)
    scores = rng.random((len(labels), 10)).astype(np.float32)
    sure = rng.random(len(labels)) < right
    scores[np.flatnonzero(sure), labels[sure]] = 2
    return scores


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 10, 700).astype(np.uint8)


@pytest.fixture(scope="module")
def comparison(labels) -> Comparison:
    return Comparison.of(some_scores(1, labels, 0.6), some_scores(2, labels, 0.8), labels)


def test_every_image_is_in_the_cell_of_those_who_read_it_right(labels, comparison):
    slow = {cell: [] for cell in CELLS}
    scores_a, scores_b = some_scores(1, labels, 0.6), some_scores(2, labels, 0.8)
    for place in range(len(labels)):
        a, b = scores_a[place].argmax() == labels[place], scores_b[place].argmax() == labels[place]
        slow["both" if a and b else "only_a" if a else "only_b" if b else "neither"].append(place)
    assert {cell: list(places) for cell, places in comparison.places.items()} == slow
    assert all(slow.values()) and sum(comparison.counts.values()) == 700
    right_a, right_b = len(slow["both"] + slow["only_a"]), len(slow["both"] + slow["only_b"])
    assert comparison.difference == pytest.approx((right_b - right_a) / 700)


@pytest.mark.parametrize(
    ("only_a", "only_b"), [(0, 0), (0, 1), (1, 0), (5, 5), (1, 9), (9, 1), (38, 541), (2_000, 2_130), (4_900, 5_100)]
)
def test_the_test_is_the_binomial_one_of_scipy(only_a, only_b):
    expected = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar(only_a, only_b) == pytest.approx(expected, rel=1e-9)


def test_a_chance_below_the_smallest_float_is_nought_and_no_error():
    assert mcnemar(0, 9_000) == 0.0


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        # Newcombe 1998, table II, example (a); Fagerland, Lydersen and Laake 2014, airway reactivity (sign of A - B).
        ((36, 2, 12, 0), 0.0569, 0.3404),
        ((1, 7, 1, 12), -0.507, -0.026),
    ],
)
def test_the_interval_is_the_published_one(cells, low, high):
    assert paired_interval(*cells) == pytest.approx((low, high), abs=0.0005)


def test_with_many_images_the_interval_is_that_of_the_normal_distribution():
    _both, only_a, only_b, _neither = cells = (9_000, 180, 320, 500)
    n = sum(cells)
    d = (only_b - only_a) / n
    half = 1.96 * np.sqrt((only_a + only_b) / n - d**2) / np.sqrt(n)
    assert paired_interval(*cells) == pytest.approx((d - half, d + half), abs=1e-4)


def test_the_interval_covers_the_truth_in_95_of_100_samples():
    rng = np.random.default_rng(0)
    shares = np.array([0.9, 0.02, 0.05, 0.03])
    intervals = [paired_interval(*map(int, rng.multinomial(1_000, shares))) for _ in range(3_000)]
    covered = np.mean([low <= shares[2] - shares[1] <= high for low, high in intervals])
    assert 0.935 < covered < 0.965


@pytest.mark.parametrize("cells", [(20, 0, 0, 0), (0, 0, 0, 20), (0, 20, 0, 0), (0, 0, 20, 0), (1, 0, 0, 0)])
def test_the_interval_stays_within_reason_where_cells_are_empty(cells):
    low, high = paired_interval(*cells)
    difference = (cells[2] - cells[1]) / sum(cells)
    assert -1 <= low <= difference <= high <= 1 and low < high


def test_without_images_there_is_no_interval():
    with pytest.raises(ValueError, match="got 0 of 0"):
        paired_interval(0, 0, 0, 0)


def test_swapping_a_and_b_turns_everything_round(labels, comparison):
    other = Comparison(labels, comparison.read_b, comparison.read_a)
    low, high = comparison.interval
    assert other.interval == pytest.approx((-high, -low))
    assert other.p_value == comparison.p_value and other.difference == -comparison.difference
    assert (other.matrix_difference == -comparison.matrix_difference).all()


def test_changes_are_the_cells_off_the_diagonal_that_differ_helped_most_first(labels, comparison):
    a, b = confusion_matrix(labels, comparison.read_a), confusion_matrix(labels, comparison.read_b)
    changes = comparison.changes()
    expected = {(t, r): (a[t, r], b[t, r]) for t in range(10) for r in range(10) if t != r and a[t, r] != b[t, r]}
    assert {(c.true, c.read): (c.by_a, c.by_b) for c in changes} == expected
    differences = [change.difference for change in changes]
    assert differences == sorted(differences) and differences[0] < 0 < differences[-1]
    assert (comparison.matrix_difference == b - a).all() and (comparison.matrix_difference.sum(axis=1) == 0).all()


def test_the_images_behind_a_change_are_those_that_one_network_alone_reads_so(labels, comparison):
    change = comparison.changes()[0]
    by = {each: comparison.read_so_only_by(each, change.true, change.read) for each in "ab"}
    for place in range(len(labels)):
        a = labels[place] == change.true and comparison.read_a[place] == change.read
        b = labels[place] == change.true and comparison.read_b[place] == change.read
        assert (place in by["a"]) == (a and not b) and (place in by["b"]) == (b and not a)
    assert len(by["b"]) - len(by["a"]) == change.difference


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_outputs_that_are_no_numbers_are_refused_by_name(labels, lost):
    whole, broken = some_scores(1, labels, 0.6), some_scores(2, labels, 0.8)
    broken[[4, 9], 3] = lost
    with pytest.raises(ModelError, match=r"outputs of B are not all numbers \(2 of 700 images\)"):
        Comparison.of(whole, broken, labels)


def test_outputs_for_other_images_are_refused(labels):
    with pytest.raises(ModelError, match=r"outputs of A are \(699, 10\), expected \(700, 10\)"):
        Comparison.of(some_scores(1, labels, 0.5)[:-1], some_scores(2, labels, 0.8), labels)
