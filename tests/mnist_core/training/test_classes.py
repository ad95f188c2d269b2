"""Networks of as many outputs as the data set has classes, from training to what is worked out about them."""

from dataclasses import replace

import numpy as np
import pytest
from few_images import few_images

from mnist_core.data.samples import class_counts, mean_images
from mnist_core.drawing.images import DIGITS, MOST_CLASSES
from mnist_core.errors import ConfigError
from mnist_core.exchange import model_files
from mnist_core.insight.all_images import history, label_errors, stress
from mnist_core.insight.all_images.comparison import Comparison
from mnist_core.insight.one_image.certainty import limits_of
from mnist_core.insight.one_image.counterfactual import change_of_mind
from mnist_core.insight.one_image.neighbours import Neighbours
from mnist_core.network.choices import LOSSES
from mnist_core.network.evaluation import Evaluation, digit_figures, most_confused
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig, network_words
from mnist_core.store.runs.records import SnapshotInfo
from mnist_core.training import loop

THREE = ("Shirt", "Bag", "Ankle boot")
MANY = tuple(f"class {number}" for number in range(MOST_CLASSES))


def config(classes: tuple[str, ...], **settings: object) -> TrainingConfig:
    return TrainingConfig(**{"classes": len(classes), "epochs": 2, "hidden_units": 20, **settings})


@pytest.mark.parametrize("classes", [THREE, MANY], ids=len)
@pytest.mark.parametrize("architecture", ["linear", "hidden", "convolutional"])
def test_a_network_learns_as_many_classes_as_there_are(classes, architecture):
    data = few_images(classes=classes)
    run = loop.train(config(classes, architecture=architecture, epochs=5), data)
    assert run.scores.shape == (500, len(classes))
    assert run.test_accuracy > 0.8
    assert run.network.about["classes"] == list(classes)
    again = Network.from_bytes(run.network.to_bytes())
    assert again.outputs == len(classes)
    np.testing.assert_allclose(again.scores(data.x_test), run.scores, atol=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_takes_them(loss):
    run = loop.train(config(THREE, loss=loss), few_images(classes=THREE))
    assert run.test_accuracy > 0.9


def test_the_name_of_a_network_says_how_many_it_tells_apart():
    assert network_words(config(THREE)) == "Hidden layer 784-20-3"
    assert network_words(config(MANY, architecture="convolutional")) == f"Convolutional 8-16-{MOST_CLASSES}"


def test_settings_for_other_classes_than_the_data_has_are_refused():
    with pytest.raises(ConfigError, match="classes"):
        loop.train(config(DIGITS), few_images(classes=THREE))
    for classes in (1, MOST_CLASSES + 1):
        with pytest.raises(ConfigError, match="classes"):
            TrainingConfig(classes=classes)


def test_digits_as_people_write_them_are_refused_beside_other_things():
    with pytest.raises(ConfigError, match="digits"):
        loop.train(config(THREE, pen_styles=True), few_images(classes=THREE), pool=lambda: pytest.fail("drawn"))


def test_settings_of_earlier_versions_are_of_ten_classes():
    assert TrainingConfig.from_dict({"architecture": "linear"}).layers[-1].units == 10


def test_what_is_worked_out_about_a_network_follows_its_classes():
    data = few_images(classes=MANY)
    run = loop.train(config(MANY), data)
    evaluation = Evaluation.of(run.scores, data.y_test)
    matrix = evaluation.confusion_matrix
    assert matrix.shape == (len(MANY), len(MANY)) and matrix.sum() == len(data.y_test)
    slow = np.zeros_like(matrix)
    for true, read in zip(data.y_test, run.scores.argmax(axis=1), strict=True):
        slow[true, read] += 1
    assert np.array_equal(matrix, slow)
    assert [each.support for each in digit_figures(matrix)] == class_counts(data.y_test, len(MANY)).tolist()
    assert all(max(pair.true, pair.predicted) < len(MANY) for pair in most_confused(matrix))
    assert mean_images(data.x_train, data.y_train, len(MANY)).shape == (len(MANY), 28, 28)

    other = loop.train(config(MANY, seed=1), data)
    compared = Comparison.of(run.scores, other.scores, data.y_test)
    assert np.array_equal(compared.matrix_a, matrix)
    assert all(matrix[change.true, change.read] == change.by_a for change in compared.changes())

    told = history.answers([(SnapshotInfo(1, 1.0), run.network)], data.x_test)
    assert np.array_equal(history.matrices(told.labels, data.y_test, len(MANY))[0], matrix)
    assert told.logs.shape == (1, 500, len(MANY))

    neighbours = Neighbours(data.x_train, data.y_train)
    assert limits_of(neighbours, data, sample=50).distance > 0
    key, counts = next(iter(stress.curves(run.network, data.x_test[:50], data.y_test[:50])))
    assert counts.shape[1] == len(MANY), key
    assert change_of_mind(run.network, data.x_test[0], most=2).digit < len(MANY)


def test_suspected_labels_are_of_the_classes_there_are():
    data = few_images(classes=THREE)
    run = loop.train(config(THREE), data)
    predictions = label_errors.predicted(run.network.logits(data.x_test))
    found = label_errors.scored(predictions, data.y_test)
    assert set(found["suggested"]) <= set(range(len(THREE)))
    assert np.isfinite(found["confidence_weighted_entropy"]).all()


def test_networks_of_any_number_of_classes_leave_for_keras():
    run = loop.train(config(THREE), few_images(classes=THREE))
    assert model_files.keras_file(replace(run.network))
