import numpy as np
import pytest

from mnist_core.errors import ImageError
from mnist_core.insight.one_image.neighbours import Neighbours


def slow_nearest(images, labels, image, count, digit=None):
    """(places, distances) by a loop over Python's own integers."""
    asked = [int(pixel) for pixel in image.reshape(-1)]
    found = []
    for place in range(len(images)):
        if digit is None or labels[place] == digit:
            pixels = images[place].reshape(-1).tolist()
            found.append((sum((a - b) ** 2 for a, b in zip(pixels, asked, strict=True)), place))
    found.sort()
    return [place for _, place in found[:count]], [squared**0.5 for squared, _ in found[:count]]


@pytest.fixture(scope="module")
def noise():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (1_200, 28, 28), np.uint8), rng.integers(0, 10, 1_200).astype(np.uint8)


def test_a_loop_over_the_training_images_of_mnist_finds_the_same(mnist):
    images, labels = mnist.x_train[:3_000], mnist.y_train[:3_000]
    neighbours = Neighbours(images, labels)
    for image in mnist.x_test[:3]:
        found = neighbours.nearest(image, 10)
        places, distances = slow_nearest(images, labels, image, 10)
        assert found.indices.tolist() == places
        assert found.distances == pytest.approx(distances)
        assert np.array_equal(found.labels, labels[places])


def test_among_all_of_mnist_integers_find_the_same(mnist):
    neighbours = Neighbours(mnist.x_train, mnist.y_train)
    for image in mnist.x_test[[7, 5_000, 9_999]]:
        squared = np.concatenate(
            [((block.astype(np.int64) - image) ** 2).sum(axis=(1, 2)) for block in np.split(mnist.x_train, 60)]
        )
        expected = np.argsort(squared, kind="stable")[:20]
        assert np.array_equal(neighbours.nearest(image, 20).indices, expected)
        threes = np.flatnonzero(mnist.y_train == 3)
        expected = threes[np.argsort(squared[threes], kind="stable")[:5]]
        assert np.array_equal(neighbours.nearest(image, 5, digit=3).indices, expected)


def test_images_so_heavy_that_floats_round_are_told_apart():
    """Squared distances of 50 million differ by 1, which 32-bit floats cannot hold."""
    images = np.full((600, 28, 28), 255, np.uint8)
    for place in range(600):
        images[place].reshape(-1)[place] = 254
    images[417].reshape(-1)[417] = 253
    found = Neighbours(images, np.zeros(600, np.uint8)).nearest(np.zeros((28, 28), np.uint8), 2)
    assert found.indices.tolist() == [417, 0]
    assert found.distances[0] ** 2 == pytest.approx(783 * 255**2 + 253**2, abs=0.01)


@pytest.mark.parametrize(
    "image", [np.zeros((28, 28)), np.eye(28) * 255, np.full((28, 28), 255)], ids=["no", "few", "all"]
)
def test_any_amount_of_ink_is_searched(noise, image):
    images, labels = noise
    image = image.astype(np.uint8)
    assert Neighbours(images, labels).nearest(image, 3).indices.tolist() == slow_nearest(images, labels, image, 3)[0]


def test_an_image_is_its_own_nearest_and_equals_come_by_place(noise):
    images, labels = noise
    images = np.concatenate([images, images[5:6], images[5:6]])
    found = Neighbours(images, np.append(labels, [1, 2])).nearest(images[5], 3)
    assert found.indices.tolist() == [5, 1_200, 1_201]
    assert not found.distances.any()


def test_fewer_images_than_asked_for_are_all_of_them(noise):
    images, labels = noise[0][:4], np.array([1, 1, 2, 3], np.uint8)
    neighbours = Neighbours(images, labels)
    assert len(neighbours.nearest(images[0], 9).indices) == 4
    assert neighbours.nearest(images[0], 9, digit=1).labels.tolist() == [1, 1]
    assert len(neighbours.nearest(images[0], 9, digit=7).indices) == 0


def test_several_digits_in_one_pass_are_as_one_by_one(noise):
    images, labels = noise
    neighbours = Neighbours(images, labels)
    for digit, found in zip((None, 4), neighbours.nearest_of(images[0], 6, (None, 4)), strict=True):
        assert np.array_equal(found.indices, neighbours.nearest(images[0], 6, digit=digit).indices)


def test_means_are_those_of_the_nearest_of_each_digit(noise):
    images, labels = noise
    labels = np.where(labels == 9, 8, labels)  # No nines.
    asked = np.random.default_rng(3).integers(0, 256, (4, 28, 28), np.uint8)
    neighbours = Neighbours(images, labels)
    means = neighbours.means(asked, 5)
    for image, row, shared in zip(asked, *means, strict=True):
        for digit in range(9):
            found = neighbours.nearest(image, 5, digit=digit)
            assert row[digit] == pytest.approx(found.distances.mean(), rel=1e-4)
            assert shared[digit] == pytest.approx(found.overlaps.mean(), abs=1e-4)
        assert row[9] == np.inf and shared[9] == 0


def test_overlaps_are_what_slow_loops_give(noise):
    images, labels = noise
    found = Neighbours(images, labels).nearest(images[3], 4)
    for index, shared in zip(found.indices, found.overlaps, strict=True):
        one, other = (image.ravel().astype(int).tolist() for image in (images[3], images[index]))
        product = sum(a * b for a, b in zip(one, other, strict=True))
        assert shared == pytest.approx(2 * product / (sum(a * a for a in one) + sum(b * b for b in other)))
    assert found.overlaps[0] == 1


def test_ink_apart_overlaps_nothing_and_blank_images_do_not_either():
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 3], images[1, 20] = 255, 255
    neighbours = Neighbours(images, np.arange(3, dtype=np.uint8))
    assert neighbours.nearest(images[0], 3).overlaps.tolist() == [1, 0, 0]
    assert neighbours.nearest(images[2], 1).overlaps.tolist() == [0]


def test_the_images_are_not_copied(noise):
    images, labels = noise
    neighbours = Neighbours(images, labels)
    held = [each for each in vars(neighbours).values() if isinstance(each, np.ndarray)]
    own = sum(each.nbytes for each in held if not np.shares_memory(each, images) and each is not labels)
    assert own <= 8 * len(images)


def test_other_arrays_are_refused(noise):
    images, labels = noise
    with pytest.raises(ImageError, match="n labels"):
        Neighbours(images, labels[:-1])
    with pytest.raises(ImageError, match="28, 28"):
        Neighbours(images, labels).nearest(images[:1], 3)
