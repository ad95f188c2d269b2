import numpy as np
import pytest

from benchmarks.certainty import not_digits, sure_of
from mnist_core.data.dataset import Dataset
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.errors import DataError
from mnist_core.insight.one_image.certainty import (
    APART,
    BLOT,
    FAR,
    LEAST,
    NEAREST,
    Likeness,
    Limits,
    is_sure,
    likenesses,
    limits_of,
)
from mnist_core.insight.one_image.gauges import measures
from mnist_core.insight.one_image.neighbours import Neighbours
from mnist_core.insight.one_image.reference import certainty_limits
from mnist_core.network.network import pretrained


def few(train: int = 400, test: int = 100) -> Dataset:
    """Ten shapes with noise on them."""
    rng = np.random.default_rng(0)
    shapes, labels = rng.integers(0, 200, (10, 28, 28)), rng.integers(0, 10, train + test).astype(np.uint8)
    images = (shapes[labels] + rng.integers(0, 50, (train + test, 28, 28))).astype(np.uint8)
    return Dataset(
        images[:train], labels[:train], images[train:], labels[train:], name="Few", digest="few", location="tests"
    )


LIMITS = Limits(20.0, 0.5)


def test_distance_and_overlap_are_means_over_the_nearest_of_the_digit():
    data = few()
    image = data.x_test[0]
    found = likenesses(Neighbours(data.x_train, data.y_train), image, (4, 7, 4), LIMITS)
    assert set(found) == {4, 7}
    for digit, likeness in found.items():
        own = data.x_train[data.y_train == digit].astype(float)
        distances = np.sqrt(((own - image) ** 2).sum(axis=(1, 2)))
        nearest = np.argsort(distances)[:NEAREST]
        squares = (image.astype(float) ** 2).sum()
        shared = [2 * (each * image).sum() / ((each**2).sum() + squares) for each in own[nearest]]
        assert likeness.distance == pytest.approx(distances[nearest].mean() / 255)
        assert likeness.overlap == pytest.approx(np.mean(shared))
        assert likeness.width == measures(image[None])["width"][0]
        assert likeness.digit == digit and likeness.limits == LIMITS


def test_a_digit_without_training_images_is_never_sure():
    data = few()
    kept = data.y_train != 3
    found = likenesses(Neighbours(data.x_train[kept], data.y_train[kept]), data.x_test[0], (3,), LIMITS)
    assert not found[3].is_near and not is_sure(1.0, found[3])


def test_a_blank_image_is_like_no_digit():
    data = few()
    found = likenesses(Neighbours(data.x_train, data.y_train), np.zeros((28, 28), np.uint8), (1,), Limits(100, 0.5))
    assert not found[1].is_near


@pytest.mark.parametrize(
    ("probability", "distance", "overlap", "width", "sure"),
    [
        (LEAST, 6.75, 0.67, BLOT, True),
        (LEAST - 0.01, 6.75, 0.67, 3, False),
        (1, 6.76, 0.67, 3, False),
        (1, 6.75, 0.66, 3, False),
        (1, 6.75, 0.67, BLOT + 0.1, False),
    ],
)
def test_each_limit_itself_is_sure_and_beyond_any_of_them_nothing_is(probability, distance, overlap, width, sure):
    assert is_sure(probability, Likeness(3, distance, overlap, width, Limits(6.75, 0.67))) is sure


def test_the_limits_leave_the_stated_parts_of_the_test_images_unlike_their_digit():
    data = few(test=300)
    neighbours = Neighbours(data.x_train, data.y_train)
    limits = limits_of(neighbours, data)
    own = [
        likenesses(neighbours, image, (int(label),), limits)[int(label)]
        for image, label in zip(data.x_test, data.y_test, strict=True)
    ]
    assert np.mean([each.distance > limits.distance for each in own]) == pytest.approx(FAR, abs=0.005)
    assert np.mean([each.overlap < limits.overlap for each in own]) == pytest.approx(APART, abs=0.005)


def test_a_data_set_without_test_images_has_no_limit():
    data = few(test=0)
    with pytest.raises(DataError, match="no test images"):
        limits_of(Neighbours(data.x_train, data.y_train), data)


def test_letters_dashes_and_scribbles_are_mostly_unsure_and_digits_are_not(mnist):
    """The rates themselves are what `benchmark certainty` prints; these bounds leave them room."""
    neighbours, network = Neighbours(mnist.x_train, mnist.y_train), pretrained("hidden-draw-ready")
    sure = {}
    for kind, images in {"digits": mnist.x_test[::50], **not_digits(mnist, count=60)}.items():
        sure[kind] = sure_of(network, images, neighbours.means(images, NEAREST), certainty_limits()).mean()
    assert sure.pop("digits") >= 0.94
    assert sure.pop("dashes") <= 0.02 and sure.pop("dots") == 0
    assert sure.pop("two dashes") <= 0.25 and sure.pop("digits on their side") <= 0.15
    assert sure.pop("letters and signs") <= 0.45
    assert sure.pop("scribbles") <= 0.25
    assert sure.pop("heaps of strokes") <= 0.3
    assert not sure


def test_a_straight_line_down_is_a_one_and_one_across_is_nothing(mnist):
    network = pretrained("hidden-draw-ready")
    neighbours = Neighbours(mnist.x_train, mnist.y_train)
    sure = {}
    for name, end in {"down": (160, 260), "across": (260, 160)}.items():
        image = to_mnist(reink([np.array([[320 - end[0], 320 - end[1]], end], float)]))
        probabilities = network.probabilities(image[None])[0]
        digit = int(probabilities.argmax())
        likeness = likenesses(neighbours, image, (digit,), certainty_limits())[digit]
        sure[name] = digit if is_sure(float(probabilities[digit]), likeness) else None
    assert sure == {"down": 1, "across": None}
