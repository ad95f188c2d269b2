import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_core.insight.all_images import history
from mnist_core.network import evaluation
from mnist_core.network.evaluation import Evaluation, accuracy_interval, confusion_matrix, digit_figures, most_confused

digits = arrays(np.uint8, 60, elements=st.integers(0, 9))


def answers(labels: list[int], read: list[int], confidence: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    scores = np.full((len(labels), 10), 0.05, np.float32)
    scores[np.arange(len(labels)), read] = confidence
    return scores, np.array(labels, np.uint8)


@given(digits, digits)
def test_the_confusion_matrix_is_what_a_slow_double_loop_counts(labels, predicted):
    matrix = confusion_matrix(labels, predicted)
    for true in range(10):
        for read in range(10):
            assert matrix[true, read] == sum(a == true and b == read for a, b in zip(labels, predicted, strict=True))


def test_rows_are_true_digits_and_columns_are_what_was_read():
    matrix = confusion_matrix(np.array([4], np.uint8), np.array([9]))
    assert matrix[4, 9] == 1
    assert matrix[9, 4] == 0


@given(digits, digits)
def test_figures_per_digit_agree_with_their_definitions(labels, predicted):
    for figures in digit_figures(confusion_matrix(labels, predicted)):
        right = ((labels == figures.digit) & (predicted == figures.digit)).sum()
        read, there = (predicted == figures.digit).sum(), (labels == figures.digit).sum()
        assert figures.support == there
        assert figures.precision == (right / read if read else None)
        assert figures.recall == (right / there if there else None)
        if figures.precision and figures.recall:
            harmonic = 2 / (1 / figures.precision + 1 / figures.recall)
            assert figures.f1 == pytest.approx(harmonic)


def test_a_digit_that_never_occurs_has_no_recall_rather_than_zero():
    figures = digit_figures(confusion_matrix(np.array([1], np.uint8), np.array([1])))
    assert figures[7].recall is None
    assert figures[1].recall == 1


def test_the_most_confused_pairs_leave_out_the_diagonal_and_empty_cells():
    matrix = np.diag([100] * 10)
    matrix[4, 9], matrix[7, 2] = 12, 20
    pairs = most_confused(matrix)
    assert pairs == [(7, 2, 20), (4, 9, 12)]
    assert matrix[3, 3] == 100  # the caller's matrix is left as it was


def test_images_come_worst_first_and_equal_ones_as_they_were():
    probabilities, labels = answers([3, 3, 3, 5], [8, 8, 3, 8])
    probabilities[1, 3] = 0.001
    probabilities[3, 5] = 1e-30  # Far below what Keras clips at, and still told from 0.
    assert evaluation.worst_first(probabilities, labels).tolist() == [3, 1, 0, 2]
    probabilities[0, 3] = 0
    assert evaluation.worst_first(probabilities, labels).tolist() == [0, 3, 1, 2]


def test_accuracy_counts_what_was_read_right():
    result = Evaluation.of(*answers([1, 2, 3], [1, 2, 4]))
    assert result.correct == 2
    assert result.accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_an_image_with_an_output_that_is_no_number_is_read_wrong_and_in_no_cell(lost):
    scores, labels = answers([3, 3, 5], [3, 3, 5])
    scores[0, 3] = lost  # Where NumPy's argmax finds the highest.
    result = Evaluation.of(scores, labels)
    assert result.predicted.tolist() == [evaluation.UNREAD, 3, 5] and result.correct == 2
    assert result.confusion_matrix.sum() == 2
    assert (result.digits[3].support, result.digits[3].recall, result.digits[3].precision) == (2, 0.5, 1)
    assert history.read(scores).tolist() == [history.NOTHING, 3, 5]  # A run's history says the same.


def test_losses_are_minus_the_logarithm_of_the_probability_of_the_truth():
    probabilities, labels = answers([3, 4], [3, 3])
    assert evaluation.losses(probabilities, labels) == pytest.approx([-np.log(0.9), -np.log(0.05)], abs=1e-6)


def test_the_interval_of_the_field_is_reproduced():
    low, high = accuracy_interval(9_780, 10_000)
    assert (high - low) / 2 == pytest.approx(0.0029, abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_accuracy_and_stays_between_0_and_1(counts):
    low, high = accuracy_interval(*counts)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1


@pytest.mark.parametrize("counts", [(0, 0), (2, 1), (-1, 5)])
def test_impossible_counts_have_no_interval(counts):
    with pytest.raises(ValueError, match="expected 0 <= correct <= total"):
        accuracy_interval(*counts)
