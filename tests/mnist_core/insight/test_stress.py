"""How much a network bears: curves, and the smallest change that breaks an answer."""

from dataclasses import replace

import numpy as np
import pytest
from few_images import few_images

from mnist_core.errors import ImageError, JobError
from mnist_core.insight.all_images import stress
from mnist_core.insight.all_images.stress import places_asked, smallest_changes
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS
from mnist_core.insight.work import version_of
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.analyses import Analysis
from mnist_core.store.store import Store
from mnist_core.workers.methods import compute


def halves() -> Network:
    """A network that says 1 where more ink is in the right half, 7 where it is not."""
    kernel = np.zeros((28, 28, 10), np.float32)
    kernel[:, 14:, 1], kernel[:, :14, 7] = 0.01, 0.01
    bias = np.zeros(10, np.float32)
    bias[7] = 1e-6
    return replace(pretrained("linear"), weights=((), (kernel.reshape(784, 10), bias)))


def bar(left: int) -> np.ndarray:
    """(28, 28) uint8: a bar 4 pixels wide, its left edge at a column."""
    image = np.zeros((28, 28), np.uint8)
    image[6:22, left : left + 4] = 255
    return image


def change(key: str, way: int, image: np.ndarray, network: Network | None = None):
    found = smallest_changes(network or halves(), image)
    return next(each for each in found if each.transformation.key == key and each.way == way)


def test_the_smallest_shift_is_where_half_of_the_bar_has_crossed_the_middle():
    found = change("shift_x", 1, bar(8))  # Its middle is 10 pixels from the left, that of the image 14.
    assert found.found and (found.said, found.says) == (7, 1)
    low, high = found.amounts
    assert low <= 4 <= high and high - low == pytest.approx(1 / 2**stress.HALVINGS)
    for image, amount in zip(found.images, found.amounts, strict=True):
        np.testing.assert_array_equal(image, TRANSFORMATIONS["shift_x"].apply(bar(8)[None], amount)[0])
    assert halves().classify(found.images).tolist() == [7, 1]


def test_what_changes_no_answer_is_said_to_be_so_at_the_end_of_the_range():
    for key, way, end in (("shift_x", -1, -7), ("shift_y", 1, 7), ("thicken", 1, 2.5), ("scale", -1, 0.4)):
        found = change(key, way, bar(8))
        assert not found.found and found.amounts == (end, end), key


@pytest.mark.parametrize("name", ["hidden", "convolutional"])
def test_each_answer_changes_between_the_two_amounts_and_at_no_step_before(name):
    network, image = pretrained(name), bar(11)
    said = int(network.classify(image[None])[0])
    found = smallest_changes(network, image)
    assert [(each.transformation.key, each.way) for each in found] == [
        (each.key, way) for each in TRANSFORMATIONS.values() for way in each.ways
    ]
    assert any(each.found for each in found)
    for each in found:
        assert each.said == said
        answers = network.classify(each.images)
        assert answers[0] == said and answers[1] == each.says and each.found == (each.says != said)
        for amount in each.transformation.steps(each.way):
            if abs(amount - each.transformation.neutral) > abs(each.amounts[0] - each.transformation.neutral):
                break
            assert network.classify(each.transformation.apply(image[None], float(amount)))[0] == said


def test_one_image_is_asked_for():
    with pytest.raises(ImageError):
        smallest_changes(halves(), np.zeros((2, 28, 28), np.uint8))


def test_convolutional_networks_are_asked_about_a_sample_and_others_about_all():
    dense, convolutional = pretrained("hidden"), pretrained("convolutional")
    np.testing.assert_array_equal(places_asked(dense, 5_000), np.arange(5_000))
    np.testing.assert_array_equal(places_asked(convolutional, 500), np.arange(500))
    sample = places_asked(convolutional, 5_000)
    assert len(sample) == stress.SAMPLE and (np.diff(sample) > 0).all() and sample[-1] < 5_000
    np.testing.assert_array_equal(sample, places_asked(convolutional, 5_000))


def test_the_curves_are_the_networks_own_answers(tmp_path):
    store, data, network = (
        Store(f"sqlite:///{tmp_path / 'store.sqlite'}"),
        few_images(train=20, test=60),
        pretrained("hidden"),
    )
    result = compute(Analysis("stress", data.digest, "hidden", version_of(store, "hidden")), data, store)
    store.close()
    assert result["totals"].tolist() == [(data.y_test == digit).sum() for digit in range(10)]
    for key, each in TRANSFORMATIONS.items():
        settings, correct = result[f"{key}_settings"], result[f"{key}_correct"]
        assert settings.tolist() == each.grid.tolist() and correct.shape == (len(settings), 10)
        for at in (0, len(settings) // 2, len(settings) - 1):
            said = network.classify(each.apply(data.x_test, settings[at]))
            expected = [((said == digit) & (data.y_test == digit)).sum() for digit in range(10)]
            assert correct[at].tolist() == expected, (key, at)


def test_a_snapshot_is_asked_about_by_its_step(tmp_path):
    store, data = Store(f"sqlite:///{tmp_path / 'store.sqlite'}"), few_images(train=20, test=10)
    run = store.runs.create(
        TrainingConfig(architecture="linear", epochs=2), data_name="", data_digest="", total_steps=126
    )
    for step, name in ((40, "hidden"), (60, "linear")):
        store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 60, network=pretrained(name).to_bytes())

    def asked(step: int) -> Analysis:
        return Analysis("stress", data.digest, run.id, version_of(store, run.id), {"step": step})

    right = compute(asked(40), data, store)["noise_correct"].sum(axis=1)
    for amount, count in zip(TRANSFORMATIONS["noise"].grid, right, strict=True):
        changed = TRANSFORMATIONS["noise"].apply(data.x_test, amount)
        assert (pretrained("hidden").classify(changed) == data.y_test).sum() == count
    with pytest.raises(JobError, match="no weights at step 50"):
        compute(asked(50), data, store)
    store.close()
    store.close()
