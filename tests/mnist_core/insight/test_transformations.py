"""Images shifted, turned, scaled, thickened, thinned, blurred and made noisy, against SciPy, Pillow and slow loops."""

import math
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from mnist_core.errors import ImageError
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS

MIDDLE = 13.5


def images(count: int = 6) -> np.ndarray:
    """Smooth blobs with hard edges in them, a different one each."""
    rng = np.random.default_rng(0)
    smooth = ndimage.gaussian_filter(rng.random((count, 28, 28)), (0, 2, 2))
    return np.where(smooth > 0.5, np.rint(255 * np.clip(4 * (smooth - 0.45), 0, 1)), 0).astype(np.uint8)


def fetched(image: np.ndarray, source) -> np.ndarray:
    """(28, 28) float64: SciPy's bilinear value at `source(row, column)`, both from the middle."""
    rows, columns = np.indices((28, 28)) - MIDDLE
    at = np.stack(source(rows, columns)) + MIDDLE
    return ndimage.map_coordinates(image.astype(float), at, order=1, mode="grid-constant")


def turned(degrees: float):
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return lambda row, column: (cosine * row - sine * column, sine * row + cosine * column)


def slow_dilation(image: np.ndarray, radius: float) -> np.ndarray:
    """The largest neighbour, each times how much of the disc is left at its distance; edges repeat."""
    result = np.zeros((28, 28))
    for row in range(28):
        for column in range(28):
            for other in range(row - 4, row + 5):
                for beside in range(column - 4, column + 5):
                    weight = min(1.0, max(0.0, radius + 1 - math.hypot(other - row, beside - column)))
                    value = image[min(27, max(0, other)), min(27, max(0, beside))]
                    result[row, column] = max(result[row, column], weight * value)
    return result


@pytest.mark.parametrize("each", TRANSFORMATIONS.values(), ids=TRANSFORMATIONS)
def test_the_neutral_amount_changes_nothing_and_the_ends_do(each):
    some = images()
    np.testing.assert_array_equal(each.apply(some, each.neutral), some, strict=True)
    for end in {each.low, each.high} - {each.neutral}:
        changed = each.apply(some, end)
        assert changed.dtype == np.uint8 and (changed != some).any(axis=(1, 2)).all()


@pytest.mark.parametrize("each", TRANSFORMATIONS.values(), ids=TRANSFORMATIONS)
def test_settings_run_from_end_to_end_through_the_neutral_amount(each):
    assert (each.grid[0], each.grid[-1]) == (each.low, each.high)
    assert each.neutral in each.grid and 11 <= len(each.grid) <= 15
    assert np.allclose(np.diff(each.grid), each.step * each.stride)
    ends = [each.low, each.high] if len(each.ways) == 2 else [each.high]
    assert [each.steps(way)[-1] for way in each.ways] == ends
    for way in each.ways:
        assert each.steps(way)[0] == pytest.approx(each.neutral + 2 * way * each.step)


@pytest.mark.parametrize("each", TRANSFORMATIONS.values(), ids=TRANSFORMATIONS)
def test_an_image_is_changed_alone_as_among_many_and_none_gives_none(each):
    many = np.tile(images(), (100, 1, 1))
    amount = each.high - each.step
    assert (each.apply(many, amount)[597] == each.apply(many[597:598], amount)[0]).all()
    assert each.apply(many[:0], amount).shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("key", "amount", "source"),
    [
        ("shift_x", 3, lambda row, column: (row, column - 3)),
        ("shift_x", -6.5, lambda row, column: (row, column + 6.5)),
        ("shift_y", 2.5, lambda row, column: (row - 2.5, column)),
        ("shift_y", -1, lambda row, column: (row + 1, column)),
        ("scale", 0.4, lambda row, column: (row / 0.4, column / 0.4)),
        ("scale", 1.55, lambda row, column: (row / 1.55, column / 1.55)),
        ("rotate", 37, turned(37)),
        ("rotate", -60, turned(-60)),
    ],
)
def test_geometry_is_bilinear_about_the_middle(key, amount, source):
    for image in images():
        expected = fetched(image, source)
        assert np.abs(TRANSFORMATIONS[key].apply(image[None], amount)[0] - expected).max() <= 0.5 + 1e-3


def test_whole_pixels_to_the_right_and_down_only_move():
    image = images(1)
    moved = TRANSFORMATIONS["shift_y"].apply(TRANSFORMATIONS["shift_x"].apply(image, 2), 3)
    np.testing.assert_array_equal(moved[0, 3:, 2:], image[0, :-3, :-2])
    assert not moved[0, :3].any() and not moved[0, :, :2].any()


def test_turning_is_clockwise_as_pillow_turns_by_the_opposite_angle():
    for image in images():
        expected = Image.fromarray(image).rotate(-25, Image.Resampling.BILINEAR)
        inside = (slice(5, 23),) * 2  # Pillow repeats the edge, which is ground here, only further out.
        ours = TRANSFORMATIONS["rotate"].apply(image[None], 25)[0]
        assert np.abs(ours[inside].astype(int) - np.asarray(expected)[inside]).max() <= 2


@pytest.mark.parametrize("radius", [0.3, 1.0, 1.5, 2.2])
def test_thickening_is_a_dilation_by_a_soft_disc_and_thinning_is_that_of_the_ground(radius):
    image = images(1)[0]
    thick = TRANSFORMATIONS["thicken"].apply(image[None], radius)[0]
    assert np.abs(thick - slow_dilation(image, radius)).max() <= 0.5 + 1e-3
    radius = min(radius, 2)
    thin = TRANSFORMATIONS["thin"].apply(image[None], radius)[0]
    assert np.abs(thin - (255 - slow_dilation(255 - image, radius))).max() <= 0.5 + 1e-3


def test_whole_discs_are_scipys_grey_dilation():
    cross = ndimage.generate_binary_structure(2, 1)
    for image in images():
        thick = TRANSFORMATIONS["thicken"].apply(image[None], 1)[0]
        # With radius 1 the diagonal neighbours still count for 2 - sqrt(2).
        diagonal = ndimage.grey_dilation(image, footprint=np.ones((3, 3)), mode="nearest") * (2 - math.sqrt(2))
        expected = np.maximum(ndimage.grey_dilation(image, footprint=cross, mode="nearest"), diagonal)
        assert np.abs(thick - expected).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("key", ["thicken", "thin"])
def test_more_never_means_less(key):
    each = TRANSFORMATIONS[key]
    ink = [each.apply(images(), amount).astype(int) for amount in each.grid]
    sign = 1 if key == "thicken" else -1
    assert all((sign * (after - before) >= 0).all() for before, after in pairwise(ink))


@pytest.mark.parametrize("sigma", [0.3, 1.0, 4.0])
def test_blur_is_scipys_gaussian(sigma):
    for image in images():
        expected = ndimage.gaussian_filter(image.astype(float), sigma, mode="constant")
        assert np.abs(TRANSFORMATIONS["blur"].apply(image[None], sigma)[0] - expected).max() <= 0.5 + 1e-2


def test_noise_has_the_spread_it_says_and_is_cut_at_the_ends():
    grey = np.full((200, 28, 28), 128, np.uint8)
    grey[np.arange(200), 0, 0] = np.arange(200)  # Each image another one, and so its noise.
    noisy = TRANSFORMATIONS["noise"].apply(grey, 10)[:, 1:]
    assert noisy.mean() == pytest.approx(128, abs=0.3) and noisy.std() == pytest.approx(25.5, rel=0.01)
    assert abs(np.corrcoef(noisy[0].ravel(), noisy[1].ravel())[0, 1]) < 0.15
    full = TRANSFORMATIONS["noise"].apply(grey, 100)
    assert (full.min(), full.max()) == (0, 255)


def test_an_image_keeps_its_noise_whatever_else_is_asked_and_only_its_strength_changes():
    some, noise = images(), TRANSFORMATIONS["noise"]
    np.testing.assert_array_equal(noise.apply(some[[4, 2]], 30), noise.apply(some, 30)[[4, 2]])
    grey = np.full((1, 28, 28), 128, np.uint8)
    weak, strong = (noise.apply(grey, amount).astype(float)[0] - 128 for amount in (6, 12))
    assert np.abs(strong - 2 * weak).max() <= 1.5


def test_amounts_outside_the_range_and_anything_but_images_are_refused():
    shift = TRANSFORMATIONS["shift_x"]
    for amount in (7.5, -8, float("nan")):
        with pytest.raises(ValueError, match="expected shift_x from -7 to 7 px"):
            shift.apply(images(), amount)
    with pytest.raises(ImageError, match=r"got \(28, 28\) uint8"):
        shift.apply(images()[0], 1)
