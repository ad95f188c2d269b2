"""The history of a run: its answers at each snapshot, and when each image was learned."""

import numpy as np
import pytest

from mnist_core.insight.all_images import history
from mnist_core.insight.all_images.history import MOST, NOTHING, History, answers, learned
from mnist_core.network.layers import Dense, Flatten
from mnist_core.network.network import Network
from mnist_core.store.runs.records import SnapshotInfo

RNG = np.random.default_rng(3)
IMAGES = RNG.integers(0, 256, (40, 28, 28)).astype(np.uint8)


def linear(seed: int, *, scale: float = 0.05) -> Network:
    kernel = np.random.default_rng(seed).normal(0, scale, (784, 10)).astype(np.float32)
    return Network((Flatten(), Dense(10, "sigmoid")), ((), (kernel, np.zeros(10, np.float32))))


def snapshots(count: int = 4) -> list[tuple[SnapshotInfo, Network]]:
    return [(SnapshotInfo(100 * (i + 1), (i + 1) / 8), linear(i)) for i in range(count)]


def some_labels(k: int = 6, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    truth = RNG.integers(0, 10, n).astype(np.uint8)
    labels = np.where(RNG.random((k, n)) < 0.6, truth, RNG.integers(0, 10, (k, n))).astype(np.uint8)
    labels[0, :5] = NOTHING
    return labels, truth


def test_when_an_image_is_learned_is_what_a_slow_loop_finds():
    labels, truth = some_labels()
    found = learned(labels, truth)
    for image in range(len(truth)):
        right = [bool(read[image] == truth[image]) for read in labels]
        first = next((step for step in range(len(right)) if all(right[step:])), len(right))
        assert found.first[image] == first
        assert found.never[image] == (not any(right))
        assert found.forgotten[image] == (any(right) and not right[-1])
        assert found.always[image] == all(right)
    assert found.first.dtype == np.int64
    assert min(found.never.sum(), found.forgotten.sum(), found.always.sum()) > 0


def test_labels_and_truth_must_fit_and_there_must_be_a_snapshot():
    labels, truth = some_labels()
    for wrong in (labels[:0], labels[0], labels[:, 1:]):
        with pytest.raises(ValueError, match="expected"):
            learned(wrong, truth)


def test_the_matrices_are_what_a_slow_loop_counts_and_leave_out_what_was_not_read():
    labels, truth = some_labels(k=3)
    expected = np.zeros((3, 10, 10), np.int64)
    for step, read in enumerate(labels):
        for true, digit in zip(truth, read, strict=True):
            if digit != NOTHING:
                expected[step, true, digit] += 1
    found = history.matrices(labels, truth)
    assert (found == expected).all() and found.dtype == np.int64
    assert found.sum(axis=(1, 2)).tolist() == [295, 300, 300]
    assert history.correct(labels, truth).tolist() == [int(np.trace(matrix)) for matrix in expected]


def test_a_difference_counts_what_one_matrix_has_more_of():
    first, second = history.matrices(*some_labels(k=2))
    assert (history.difference(second, first) + first == second).all()
    with pytest.raises(ValueError, match="10, 10"):
        history.difference(first, second[:5])


@pytest.mark.parametrize(
    ("reads", "words"),
    [
        ([3, 3, 3], "Right at every snapshot."),
        ([5, 3, 3], "Learned: right from epoch 0.25 on."),
        ([3, 5, 3], "Learned: right from epoch 1 on, after it had been lost again."),
        ([5, 3, 5], "Forgotten: right for the last time at epoch 0.25."),
        ([8, 5, 5], "Never read right; most often as 5."),
        ([NOTHING, NOTHING, 0], "Never read right; most often as 0."),
        ([NOTHING] * 3, "Never read as any digit."),
    ],
)
def test_the_fate_of_an_image_is_told_in_words(reads, words):
    assert history.fate(np.array(reads, np.uint8), 3, np.array([0.125, 0.25, 1])) == words


def test_a_history_holds_what_each_snapshot_says():
    pairs = snapshots()
    found = answers(pairs, IMAGES)
    assert found.steps.tolist() == [100, 200, 300, 400] and found.epochs.tolist() == [0.125, 0.25, 0.375, 0.5]
    for place, (_, network) in enumerate(pairs):
        scores = network.scores(IMAGES)
        assert (found.labels[place] == scores.argmax(axis=1)).all()
        bound = np.abs(np.log(scores)) / 2048 * scores * 1.01 + 1e-7
        assert (np.abs(found.scores(place) - scores) <= bound).all()
        assert np.allclose(found.kernels[place], network.weights[1][0].T.reshape(10, 28, 28), rtol=1e-3, atol=1e-6)
    again = History.of(found.arrays())
    assert (again.labels == found.labels).all() and again.logs.dtype == np.float16


def test_of_a_wide_layer_the_ten_units_that_changed_most_are_kept():
    first, last = (RNG.normal(0, 0.1, (784, 30)).astype(np.float32) for _ in range(2))
    last[:, 5:20] = first[:, 5:20]
    last[:, [7, 19]] += 1
    rest = (np.zeros(30, np.float32),), (np.ones((30, 10), np.float32), np.zeros(10, np.float32))
    layers = (Flatten(), Dense(30, "relu"), Dense(10, "sigmoid"))
    pairs = [
        (SnapshotInfo(i, i), Network(layers, ((), (each, *rest[0]), rest[1]))) for i, each in enumerate((first, last))
    ]
    found = answers(pairs, IMAGES)
    change = [sum((last[:, unit] - first[:, unit]) ** 2) for unit in range(30)]
    assert found.units.tolist() == sorted(sorted(range(30), key=lambda unit: -change[unit])[:10])
    assert {7, 19} < set(found.units.tolist())
    assert np.allclose(found.kernels[1], last.T[found.units].reshape(10, 28, 28), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("scale", [1e-4, 0.05, 3.0])
def test_the_highest_score_stays_at_the_digit_that_was_read_however_close_they_are(scale):
    images = RNG.integers(0, 256, (500, 28, 28)).astype(np.uint8)
    network = linear(1, scale=scale)
    found = answers([(SnapshotInfo(1, 1.0), network)], images)
    read = network.scores(images).argmax(axis=1)
    assert (found.scores(0).argmax(axis=1) == read).all()
    if scale == 1e-4:  # Otherwise nothing was at stake.
        assert (np.exp(found.logs[0].astype(np.float32)).argmax(axis=1) != read).any()


def test_outputs_that_are_no_numbers_are_read_as_nothing():
    scores = np.full((2, 10), 0.5, np.float32)
    scores[0, 7] = np.nan
    found = answers(snapshots(1), IMAGES[:2], last=scores)
    assert found.labels[0].tolist() == [NOTHING, 0]
    assert np.isnan(found.scores(0)[0, 7])


def test_stored_outputs_stand_for_the_last_snapshot():
    last = RNG.random((40, 10)).astype(np.float32)
    found = answers(snapshots(3), IMAGES, last=last)
    assert (found.labels[-1] == last.argmax(axis=1)).all()
    assert (found.labels[0] == linear(0).classify(IMAGES)).all()


def test_histories_of_one_snapshot_each_join_to_that_of_all():
    pairs = snapshots(3)
    found, whole = history.joined([answers([pair], IMAGES) for pair in pairs]), answers(pairs, IMAGES)
    assert all((getattr(found, name) == array).all() for name, array in whole.arrays().items())


def test_a_step_has_a_place_and_an_unknown_one_has_none():
    found = answers(snapshots(), IMAGES)
    assert [found.place(step) for step in (100, 400, None, 150)] == [0, 3, 3, None]


@pytest.mark.parametrize("count", [1, 9, MOST, MOST + 1, 1_003])
def test_of_many_snapshots_the_first_and_the_last_are_kept(count):
    places = history.kept(count)
    assert len(places) == min(count, MOST) == len(set(places.tolist()))
    assert places[0] == 0 and places[-1] == count - 1
    assert (np.diff(places) > 0).all() and (places[:8] == np.arange(min(count, 8))).all()


def test_a_run_without_snapshots_has_an_empty_history():
    found = answers([], IMAGES)
    assert found.labels.shape == (0, 40) and found.logs.shape == (0, 40, 10)
