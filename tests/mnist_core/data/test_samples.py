"""Counts, seeded samples and mean images, against slow definitions."""

import numpy as np
from few_images import few_images

from mnist_core.data.samples import class_counts, mean_images, shuffled

LABELS = np.array([3, 1, 3, 3, 0], np.uint8)


def test_counts_name_every_digit_also_those_that_are_missing():
    assert class_counts(LABELS).tolist() == [1, 1, 0, 3, 0, 0, 0, 0, 0, 0]
    assert class_counts(np.zeros(0, np.uint8)).tolist() == [0] * 10


def test_samples_of_a_digit_are_all_of_its_images_and_no_other():
    assert sorted(shuffled(LABELS, 3, seed=5)) == [0, 2, 3]
    assert sorted(shuffled(LABELS, None, seed=5)) == [0, 1, 2, 3, 4]
    assert len(shuffled(LABELS, 9, seed=5)) == 0


def test_the_same_seed_gives_the_same_order_and_another_seed_another():
    labels = few_images().y_train
    assert np.array_equal(shuffled(labels, 7, seed=1), shuffled(labels, 7, seed=1))
    assert not np.array_equal(shuffled(labels, 7, seed=1), shuffled(labels, 7, seed=2))


def test_a_mean_image_is_the_mean_of_the_digits_images():
    data = few_images(train=200)
    means = mean_images(data.x_train, data.y_train)
    for digit in range(10):
        chosen = [
            image.astype(float) for image, label in zip(data.x_train, data.y_train, strict=True) if label == digit
        ]
        assert np.abs(means[digit] - sum(chosen) / len(chosen)).max() <= 0.5


def test_a_digit_without_images_has_a_black_mean():
    assert not mean_images(few_images().x_train[:5], LABELS)[9].any()


def test_the_figures_of_mnist_are_the_published_ones(mnist):
    assert class_counts(mnist.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert class_counts(mnist.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
