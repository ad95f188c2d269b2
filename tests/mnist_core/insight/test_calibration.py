"""Calibration and the two halves: against slow loops, scikit-learn and published intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from mnist_core.errors import DataError, ModelError
from mnist_core.insight.all_images.calibration import BINS, COOLEST, calibration, temperature
from mnist_core.insight.all_images.halves import difference_interval, halves
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.network import pretrained, pretrained_names
from mnist_core.network.operations import shares, softmax


def answers(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    parts = rng.random((n, 10)).astype(np.float32) ** 12
    return parts / parts.sum(axis=1, keepdims=True), rng.integers(0, 10, n).astype(np.uint8)


@given(st.integers(0, 1_000), st.integers(1, 300))
def test_bins_and_error_are_those_of_a_slow_loop(seed, n):
    parts, labels = answers(seed, n)
    members = [[] for _ in range(BINS)]
    for place in range(n):
        share = float(parts[place].max())
        number = next(i for i in range(BINS) if share <= (i + 1) / BINS)
        members[number].append((place, share, int(parts[place].argmax()) == labels[place]))
    found = calibration(parts, labels)
    error = 0.0
    for each, expected in zip(found.bins, members, strict=True):
        assert each.places.tolist() == [place for place, _, _ in expected]
        if expected:
            accuracy = sum(right for _, _, right in expected) / len(expected)
            confidence = sum(share for _, share, _ in expected) / len(expected)
            error += len(expected) / n * abs(accuracy - confidence)
            assert each.accuracy == pytest.approx(accuracy) and each.confidence == pytest.approx(confidence, abs=1e-6)
            assert each.interval == accuracy_interval(each.correct, each.count)
            assert each.interval.low <= each.accuracy <= each.interval.high
        else:
            assert each.accuracy is each.confidence is each.interval is None
    assert found.error == pytest.approx(error, abs=1e-6)


def test_the_curve_is_that_of_scikit_learn():
    parts, labels = answers(3, 2_000)
    top = parts.max(axis=1)
    right = parts.argmax(axis=1) == labels
    accuracies, confidences = calibration_curve(right, top, n_bins=BINS)
    filled = [each for each in calibration(parts, labels).bins if each.count]
    np.testing.assert_allclose([each.accuracy for each in filled], accuracies, atol=1e-9)
    np.testing.assert_allclose([each.confidence for each in filled], confidences, atol=1e-6)


def test_a_network_that_is_always_sure_and_half_right_is_off_by_a_half():
    labels = np.repeat([0, 1], 50).astype(np.uint8)
    parts = np.zeros((100, 10), np.float32)
    parts[:, 0] = 1
    found = calibration(parts, labels)
    assert (found.error, found.confidence, found.accuracy) == (0.5, 1.0, 0.5)
    assert found.bins[-1].count == 100


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_outputs_that_are_no_numbers_are_refused(wrong):
    parts, labels = answers(0, 5)
    parts[2, 3] = wrong
    with pytest.raises(ModelError, match="not numbers"):
        calibration(parts, labels)
    with pytest.raises(ModelError, match="at least one"):
        calibration(parts[:0], labels[:0])


def test_a_temperature_is_found_that_sums_were_made_with():
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 3, (20_000, 10))
    labels = np.array([rng.choice(10, p=row) for row in softmax(logits / 1.7)])
    assert temperature(logits, labels) == pytest.approx(1.7, rel=0.03)
    doubled = np.concatenate([logits, rng.normal(0, 3, (50, 10))]), np.concatenate([labels, np.zeros(50, int)])
    weights = np.concatenate([np.ones(20_000), np.zeros(50)])
    assert temperature(*doubled, weights) == pytest.approx(temperature(logits, labels))


def test_a_temperature_makes_the_labels_most_probable():
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 10, 300)
    logits = rng.normal(0, 2, (300, 10)) + 3 * np.eye(10)[labels]
    found = temperature(logits, labels)

    def loss(by: float) -> float:
        return -np.log(softmax(logits / by)[np.arange(300), labels]).mean()

    assert loss(found) <= min(loss(0.98 * found), loss(1.02 * found))
    sure = 4 * np.eye(10)
    assert temperature(sure, np.arange(10)) == pytest.approx(COOLEST, rel=1e-3)  # Always right: there is no best one.


@pytest.mark.parametrize("name", pretrained_names())
def test_the_networks_that_come_along_are_as_sure_as_they_are_right_and_shares_are_not(name, mnist):
    network, others = pretrained(name), slice(1, None, 2)
    scores, probabilities = network.answers(mnist.x_test[others])
    labels = mnist.y_test[others]
    assert calibration(probabilities, labels).error < 0.02
    assert calibration(shares(scores), labels).error > 0.3
    assert network.calibrated_on.startswith("5,000 of MNIST's test images")
    if not name.endswith("-draw-ready"):  # Of the others, people's drawings are needed to fit it again.
        refitted = temperature(network.logits(mnist.x_test[::2]), mnist.y_test[::2])
        assert network.temperature == pytest.approx(refitted, abs=0.002)


def test_the_students_wrote_the_first_5001_images():
    right = np.ones(10_000, bool)
    right[[0, 5_000, 5_001, 5_002, 9_999]] = False
    found = halves(right)
    assert found.students.errors.tolist() == [0, 5_000] and found.students.count == 5_001
    assert found.census.errors.tolist() == [5_001, 5_002, 9_999] and found.census.count == 4_999
    assert found.difference == pytest.approx(2 / 5_001 - 3 / 4_999)
    assert found.interval.low < found.difference < found.interval.high
    with pytest.raises(DataError, match="500 images"):
        halves(right[:500])


# Newcombe 1998, table II, method 10, examples (a), (b), (c), (d), (f) and (h).
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(counts, low, high):
    found = difference_interval(*counts)
    assert found.low == pytest.approx(low, abs=6e-5) and found.high == pytest.approx(high, abs=6e-5)
    a, of_a, b, of_b = counts
    turned = difference_interval(b, of_b, a, of_a)
    assert math.isclose(turned.low, -found.high) and math.isclose(turned.high, -found.low)
