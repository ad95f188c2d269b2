import numpy as np
import pytest

from benchmarks.certainty import not_digits
from mnist_core.certainty import NEAREST, REFUSED, Certainty, certainties, limit_of
from mnist_core.dataset import Dataset
from mnist_core.errors import DataError
from mnist_core.neighbours import Neighbours
from mnist_core.network import pretrained
from mnist_core.reference import certainty_limit


def few(train: int = 400, test: int = 100) -> Dataset:
    """Ten shapes with noise on them."""
    rng = np.random.default_rng(0)
    shapes, labels = rng.integers(0, 200, (10, 28, 28)), rng.integers(0, 10, train + test).astype(np.uint8)
    images = (shapes[labels] + rng.integers(0, 50, (train + test, 28, 28))).astype(np.uint8)
    return Dataset(
        images[:train], labels[:train], images[train:], labels[train:], name="Few", digest="few", location="tests"
    )


def test_the_distance_is_the_mean_over_the_nearest_of_the_digit_in_full_pixels():
    data = few()
    image = data.x_test[0]
    found = certainties(Neighbours(data.x_train, data.y_train), image, (4, 7, 4), 20.0)
    assert set(found) == {4, 7}
    for digit, certainty in found.items():
        own = data.x_train[data.y_train == digit].astype(float)
        distances = np.sort(np.sqrt(((own - image) ** 2).sum(axis=(1, 2))))[:NEAREST]
        assert certainty.distance == pytest.approx(distances.mean() / 255)
        assert certainty.digit == digit and certainty.limit == 20.0


def test_a_digit_without_training_images_is_never_sure():
    data = few()
    kept = data.y_train != 3
    found = certainties(Neighbours(data.x_train[kept], data.y_train[kept]), data.x_test[0], (3,), 20.0)
    assert not found[3].sure


def test_the_limit_itself_is_sure_and_beyond_it_is_not():
    assert Certainty(3, 6.75, 6.75).sure
    assert not Certainty(3, 6.76, 6.75).sure


def test_the_limit_leaves_the_stated_part_of_the_test_images_unsure():
    data = few(test=300)
    neighbours = Neighbours(data.x_train, data.y_train)
    limit = limit_of(neighbours, data)
    own = [
        certainties(neighbours, image, (int(label),), limit)[int(label)].sure
        for image, label in zip(data.x_test, data.y_test, strict=True)
    ]
    assert 1 - np.mean(own) == pytest.approx(REFUSED, abs=0.005)


def test_a_data_set_without_test_images_has_no_limit():
    data = few(test=0)
    with pytest.raises(DataError, match="no test images"):
        limit_of(Neighbours(data.x_train, data.y_train), data)


def test_letters_and_scribbles_are_mostly_unsure_and_digits_are_not(mnist):
    """The rates themselves are what `benchmark certainty` prints; these bounds leave them room."""
    neighbours, network = Neighbours(mnist.x_train, mnist.y_train), pretrained("hidden")
    sure = {}
    for kind, images in {"digits": mnist.x_test[::50], **not_digits(mnist, count=60)}.items():
        distances = neighbours.mean_distances(images, NEAREST) / 255
        sure[kind] = (distances[np.arange(len(images)), network.classify(images)] <= certainty_limit()).mean()
    assert sure["digits"] >= 0.94
    assert sure["letters and signs"] <= 0.45
    assert sure["scribbles"] <= 0.25
    assert sure["heaps of strokes"] <= 0.4
    assert sure["digits on their side"] <= 0.4
