"""Suspected labels against slow loops, against cleanlab's own scores, and against the published votes."""

from dataclasses import replace

import numpy as np
import pytest
from cleanlab.rank import get_label_quality_scores
from few_images import few_images

from mnist_core.errors import JobError
from mnist_core.insight.all_images import label_errors
from mnist_core.insight.all_images.label_errors import (
    FOLDS,
    SCORES,
    Suspects,
    compute,
    counted,
    folds,
    predicted,
    scored,
)
from mnist_core.insight.all_images.votes import another_label
from mnist_core.insight.work import Work
from mnist_core.network.network import pretrained
from mnist_core.training import loop


@pytest.fixture(scope="module")
def noisy():
    """(600, 10) predictions that are sure of one digit, and labels of which every twelfth says another."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 10, 600)
    predictions = predicted(rng.normal(0, 1, (600, 10)) + 5 * np.eye(10)[truth])
    labels = truth.astype(np.uint8)
    labels[::12] = (labels[::12] + rng.integers(1, 10, 50)) % 10
    return predictions, labels


def suspects(predictions, labels) -> Suspects:
    return Suspects.of({**scored(predictions, labels), "counted": counted(predictions, labels)}, labels)


def test_confident_learning_counts_what_a_slow_confident_joint_counts(noisy):
    predictions, labels = noisy
    threshold = [np.mean([predictions[i][j] for i in range(600) if labels[i] == j]) for j in range(10)]
    expected = []
    for i in range(600):
        confident = [j for j in range(10) if predictions[i][j] >= threshold[j]]
        best = max(confident, key=lambda j: predictions[i][j], default=labels[i])
        expected.append(best != labels[i])
    assert 20 < sum(expected) < 60
    np.testing.assert_array_equal(counted(predictions, labels), expected)


def test_scores_and_suggestions_are_those_of_a_slow_loop(noisy):
    predictions, labels = noisy
    result = scored(predictions, labels)
    for i in range(0, 600, 7):
        others = {j: predictions[i][j] for j in range(10) if j != labels[i]}
        best = max(others, key=others.get)
        entropy = -sum(p * np.log(p) for p in predictions[i]) / np.log(10)
        own = predictions[i][labels[i]]
        assert result["suggested"][i] == best
        assert result["normalized_margin"][i] == pytest.approx(own - others[best], rel=1e-5, abs=1e-6)
        assert result["self_confidence"][i] == pytest.approx(own, rel=1e-5)
        assert result["confidence_weighted_entropy"][i] == pytest.approx(own / entropy, rel=1e-5)
    assert result["correct"] == sum(int(np.argmax(predictions[i]) == labels[i]) for i in range(600))


def test_the_scores_put_labels_in_the_order_of_cleanlab(noisy):
    predictions, labels = noisy
    for name in SCORES:
        theirs = get_label_quality_scores(labels.astype(int), predictions, method=name)
        np.testing.assert_array_equal(np.argsort(scored(predictions, labels)[name]), np.argsort(theirs), err_msg=name)


def test_the_entropy_score_keeps_the_order_where_cleanlab_loses_it():
    # Sure beyond what log(1 + x) resolves: the label is right, and the score has to say so.
    predictions = predicted(np.array([[60.0] + 9 * [0.0], [0.0, 3.0] + 8 * [0.0]]))
    result = scored(predictions, np.array([0, 2], np.uint8))
    assert result["confidence_weighted_entropy"][0] > result["confidence_weighted_entropy"][1]


def test_changed_labels_rank_first_and_what_they_were_is_suggested(noisy):
    predictions, labels = noisy
    found = suspects(predictions, labels)
    changed = np.arange(0, 600, 12)
    for name in SCORES:
        ranks = found.ranks(name)
        assert sorted(ranks) == list(range(1, 601))
        assert (ranks[changed] <= 60).sum() >= 48, name
        np.testing.assert_array_equal(ranks[found.order(name)], np.arange(1, 601))
    sure = changed[predictions[changed].max(axis=1) > 0.9]
    np.testing.assert_array_equal(found.suggested[sure], predictions[sure].argmax(axis=1))
    np.testing.assert_allclose(found.suggested_share[sure], predictions[sure].max(axis=1), rtol=1e-5)


def test_predictions_survive_large_sums_and_refuse_what_is_no_number():
    large = np.array([[1e4, 0, -1e4, *7 * [0]]], np.float32)
    assert predicted(large)[0, 0] == 1 and predicted(large).sum() == 1
    for bad in (np.nan, np.inf):
        logits = np.zeros((3, 10), np.float32)
        logits[1, 4] = bad
        with pytest.raises(JobError, match=r"not numbers for 1 of 3 images"):
            predicted(logits)


def test_folds_are_even_whole_and_the_same_each_time():
    numbers = folds(2_003)
    assert np.array_equal(numbers, folds(2_003)) and sorted(set(np.bincount(numbers))) == [400, 401]
    assert len(np.bincount(numbers)) == FOLDS


def test_every_training_image_is_judged_by_a_network_that_never_saw_it(monkeypatch):
    data = few_images(train=500, test=120)
    # Straightening aside, an image is told by its first row.
    monkeypatch.setattr(label_errors, "straighten", lambda images: images)
    rows = {image.tobytes(): place for place, image in enumerate(data.x_train)}
    learned, seeds = [], []

    class Witness:
        def __init__(self, seen):
            self.seen = seen

        def logits(self, images):
            asked = {rows[image.tobytes()] for image in images}
            assert not asked & self.seen
            learned.append((asked, self.seen))
            return np.zeros((len(images), 10), np.float32)

    def train(config, dataset):
        seeds.append(config.seed)
        np.testing.assert_array_equal(
            data.y_train[[rows[image.tobytes()] for image in dataset.x_train]], dataset.y_train
        )
        seen = {rows[image.tobytes()] for image in dataset.x_train}
        return type("Trained", (), {"network": Witness(seen)})

    monkeypatch.setattr(loop, "train", train)
    predictions = label_errors.cross_validated(data)
    assert predictions.shape == (500, 10) and np.allclose(predictions.sum(axis=1), 1)
    assert seeds == list(range(FOLDS))
    assert set().union(*(asked for asked, _ in learned)) == set(range(500))
    assert all(len(asked) == 100 and len(seen) == 400 for asked, seen in learned)


def test_wrong_labels_among_training_images_are_found_by_cross_validation(monkeypatch):
    monkeypatch.setattr(label_errors, "LEARNER", replace(label_errors.LEARNER, epochs=4, hidden_units=20))
    data = few_images(train=1_000, test=120)
    labels = data.y_train.copy()
    wrong = np.arange(0, 1_000, 50)
    labels[wrong] = (labels[wrong] + 3) % 10
    work = Work(replace(data, y_train=labels), {"split": "train"}, None)
    first = compute(work)
    found = Suspects.of(first, labels)
    assert (found.ranks()[wrong] <= 40).sum() >= 18
    right = np.setdiff1d(np.arange(1_000), wrong)
    assert found.counted[wrong].sum() >= 8 and found.counted[right].mean() < 0.02
    again = compute(work)
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name], err_msg=name)


def test_a_named_network_judges_alone_and_without_one_the_company_does():
    data = few_images(train=10, test=200)
    alone = compute(Work(data, {"split": "test"}, None, "linear"))
    expected = predicted(pretrained("linear").logits(data.x_test))
    np.testing.assert_allclose(alone["self_confidence"], expected[np.arange(200), data.y_test], rtol=1e-5)
    together = compute(Work(data, {"split": "test"}, None))
    parts = [predicted(pretrained(name).logits(data.x_test)) for name in label_errors.COMPANY]
    np.testing.assert_allclose(together["self_confidence"], (sum(parts) / 4)[np.arange(200), data.y_test], rtol=1e-5)


def test_a_split_that_is_none_is_named():
    with pytest.raises(JobError, match="no split 'dev'"):
        compute(Work(few_images(train=10, test=20), {"split": "dev"}, None))


def test_the_first_hundred_suspects_hold_seven_of_the_ten_published_ones(mnist):
    found = Suspects.of(compute(Work(mnist, {"split": "test"}, None)), mnist.y_test)
    ranks = found.ranks()
    assert sum(ranks[place] <= 100 for place in another_label()) >= 7
