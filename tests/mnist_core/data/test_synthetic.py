"""The stand-in for MNIST: its statistics, its seeds, its styles, its cache."""

import itertools
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.data import synthetic
from mnist_core.data.files import npz
from mnist_core.data.synthetic import HABITS, PEOPLE, STYLES, Variation, draw_digit, draw_images, hand, images, render
from mnist_core.data.synthetic.splines import evenly, through
from mnist_core.data.synthetic.style import style
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import DIGIT, PEN, render_many
from mnist_core.errors import ConfigError, DataError, DigitLabError, ImageError

EVERY_STYLE = [pytest.param(digit, each, id=f"{digit} {each.name}") for digit in STYLES for each in STYLES[digit]]
EVERY_HABIT = [pytest.param(digit, each, id=f"{digit} {each.name}") for digit in HABITS for each in HABITS[digit]]
SMALL = {"train": 30, "test": 20}


@pytest.fixture(scope="module")
def made() -> images.Arrays:
    """Enough images for percentiles."""
    return synthetic.make(1_500, 300)


def same(one, other) -> bool:
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def stroke_widths(drawn: np.ndarray) -> np.ndarray:
    """(n,) twice the area over the length of the outline, which is the total variation."""
    ink = np.pad(drawn / 255, ((0, 0), (1, 1), (1, 1)))
    across = (ink[:, 1:-1, 2:] - ink[:, 1:-1, :-2]) / 2
    down = (ink[:, 2:, 1:-1] - ink[:, :-2, 1:-1]) / 2
    return 2 * ink.sum((1, 2)) / np.hypot(across, down).sum((1, 2))


def centroids(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([x[y == digit].mean(0) for digit in range(10)]).reshape(10, -1)


def read(means: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(n,) the digit whose mean image is nearest."""
    flat = x.reshape(len(x), -1).astype(np.float64)
    return ((means**2).sum(1) - 2 * flat @ means.T).argmin(1)


# The set


def test_a_set_has_mnists_shapes_and_types(made):
    x_train, y_train, x_test, y_test = made
    assert x_train.shape == (1_500, 28, 28) and y_train.shape == (1_500,)
    assert x_test.shape == (300, 28, 28) and y_test.shape == (300,)
    assert {array.dtype for array in made} == {np.dtype(np.uint8)}


def test_the_longest_side_is_20_pixels_as_in_mnist(made):
    for image in made[0]:
        sides = [np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (0, 1)]
        assert max(sides) == 20


def test_the_centre_of_mass_lies_where_mnists_does(made):
    x, middle = made[0].astype(np.int64), np.arange(28) + 0.5
    for axis in (1, 2):
        centre = x.sum(axis=axis) @ middle / x.sum((1, 2))
        assert ((centre > 14) & (centre <= 15)).all()
        assert centre.mean() == pytest.approx(14.5, abs=0.03)


def test_the_brightest_pixel_is_255(made):
    assert (made[0].max((1, 2)) == 255).all()


def test_there_is_as_much_ink_as_in_mnist(made):
    ink = made[0].sum((1, 2)) / 255
    # The same percentiles over MNIST's training images.
    assert np.percentile(ink, [1, 5, 50, 95, 99]) == pytest.approx([38.6, 51.2, 99.9, 162.5, 192.9], rel=0.1)


def test_strokes_are_as_wide_as_in_mnist(made, mnist):
    percentiles = [1, 5, 50, 95, 99]
    # By an odd step: every other image of MNIST comes from the same one of its two sources.
    expected = np.percentile(stroke_widths(mnist.x_train[::11]), percentiles)
    assert np.percentile(stroke_widths(made[0]), percentiles) == pytest.approx(expected, rel=0.1)


def test_ink_is_anti_aliased_and_not_a_blur(made):
    ink = made[0][made[0] > 0]
    assert 0.2 < (ink == 255).mean() < 0.6
    assert len(np.unique(ink)) > 200


def test_each_digit_is_there_equally_often_and_in_no_fixed_order(made):
    for labels in (made[1], made[3]):
        assert (np.bincount(labels, minlength=10) == len(labels) // 10).all()
        tens = labels.reshape(-1, 10)
        assert (np.sort(tens, axis=1) == np.arange(10)).all()
        assert len(np.unique(tens, axis=0)) > 0.95 * len(tens)


def test_no_image_is_there_twice_and_none_of_the_test_set_is_in_the_training_set(made):
    both = np.concatenate([made[0], made[2]]).reshape(1_800, -1)
    assert len(np.unique(both, axis=0)) == 1_800


def test_labels_belong_to_their_images(made):
    x_train, y_train, x_test, y_test = made
    right = read(centroids(x_train, y_train), x_test) == y_test
    # A nearest-mean classifier reads 82 % of MNIST; chance is 10 %.
    assert right.mean() > 0.65
    assert all(right[y_test == digit].mean() > 0.4 for digit in range(10))


def test_means_of_drawn_digits_read_mnist(made, mnist):
    assert (read(centroids(*made[:2]), mnist.x_test) == mnist.y_test).mean() > 0.7


@pytest.mark.parametrize("counts", [(0, 0), (0, 3), (7, 0), (13, 1)])
def test_any_number_of_images_can_be_made(counts):
    arrays = synthetic.make(*counts)
    assert [len(array) for array in arrays] == [counts[0], counts[0], counts[1], counts[1]]
    assert arrays[0].shape[1:] == arrays[2].shape[1:] == (28, 28)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"train": -1}, "train"),
        ({"train": 10**9}, "train"),
        ({"test": 2.5}, "test"),
        ({"test": True}, "test"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"seed": "0"}, "seed"),
    ],
)
def test_impossible_sets_are_refused_by_name(arguments, field):
    with pytest.raises(ConfigError) as caught:
        synthetic.make(**{**SMALL, **arguments})
    assert caught.value.field == field


def test_progress_is_told_in_order_up_to_the_end(monkeypatch):
    monkeypatch.setattr(images, "CHUNK", 8)
    told = []
    synthetic.make(20, 10, on_progress=lambda sentence, fraction: told.append((sentence, fraction)))
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1 and len(told) == 5
    assert told[0][0] == "Drawing digits: 8 of 30"


# Seeds


def test_the_same_seed_gives_the_same_images(made):
    assert same(synthetic.make(0, 300)[2:], made[2:])


def test_another_seed_gives_other_images_and_another_order():
    one, other = synthetic.make(**SMALL, seed=1), synthetic.make(**SMALL, seed=2)
    assert not np.array_equal(one[1], other[1])
    assert not any((image == other[0]).all((1, 2)).any() for image in one[0])


@pytest.mark.parametrize("chunk", [1, 7, 64, 10_000])
def test_how_the_work_is_cut_changes_nothing(made, monkeypatch, chunk):
    monkeypatch.setattr(images, "CHUNK", chunk)
    assert same(synthetic.make(70, 20), (made[0][:70], made[1][:70], made[2][:20], made[3][:20]))


def test_parts_drawn_elsewhere_and_in_any_order_fit_together(made):
    parts = {}
    for first in (60, 0, 33):
        last = {0: 33, 33: 60, 60: 100}[first]
        parts[first] = draw_images(made[1][first:last], seed=(0, 0), first=first)
    assert np.array_equal(np.concatenate([parts[first] for first in sorted(parts)]), made[0][:100])


def test_an_image_does_not_depend_on_its_neighbours_digits():
    one = draw_images(np.array([3, 8, 1]), seed=(5,))
    other = draw_images(np.array([3, 0, 1]), seed=(5,))
    assert np.array_equal(one[[0, 2]], other[[0, 2]])
    assert not np.array_equal(one[1], other[1])


@pytest.mark.parametrize("digits", [[10], [-1], [[1, 2]], [0.5], ["7"]])
def test_only_digits_are_drawn(digits):
    with pytest.raises(ConfigError, match="whole numbers from 0 to 9"):
        draw_images(np.array(digits), seed=(0,))


def test_no_digits_give_no_images():
    assert draw_images(np.zeros(0, np.uint8), seed=(0,)).shape == (0, 28, 28)


# Styles


def test_every_digit_is_written_in_several_ways_with_names_of_their_own():
    assert list(STYLES) == list(HABITS) == list(range(10))
    for styles in (*STYLES.values(), *HABITS.values()):
        assert len(styles) >= 4
        assert len({each.name for each in styles}) == len(styles)


@pytest.mark.parametrize(("digit", "each"), EVERY_STYLE + EVERY_HABIT)
def test_every_style_is_drawn_within_the_canvas(digit, each):
    rows = [hand.numbers(np.random.default_rng([7, digit, row])) for row in range(60)]
    points, pens = hand.write(each, *(np.stack(part) for part in zip(*rows, strict=True)))
    assert np.isfinite(points).all()
    edge = pens[:, None, None] / 2
    assert (points - edge > 0).all() and (points + edge < 1).all()


@pytest.mark.parametrize(("digit", "each"), EVERY_STYLE + EVERY_HABIT)
def test_every_style_has_enough_random_numbers_and_never_uses_one_twice(digit, each, monkeypatch):
    taken = []
    take = hand._Columns.take
    monkeypatch.setattr(hand._Columns, "take", lambda self, *shape: taken.append(self) or take(self, *shape))
    hand.write(each, np.full((1, hand.UNIFORMS), 0.5), np.zeros((1, hand.NORMALS)))
    uniform, normal = dict.fromkeys(taken)
    assert uniform._next <= hand.UNIFORMS - 2  # The first chooses the style, the last the pen.
    assert normal._next <= hand.NORMALS


@pytest.mark.parametrize(("digit", "each"), EVERY_STYLE)
def test_a_style_can_be_asked_for_by_name(digit, each):
    strokes = draw_digit(digit, np.random.default_rng(3), each.name)
    assert len(strokes) == each.strokes
    for stroke in strokes:
        assert stroke.ndim == 2 and stroke.shape[1] == 2 and stroke.dtype == np.float64
    assert render(strokes).max() == 255


@pytest.mark.parametrize(
    ("digit", "name", "strokes"),
    [
        (1, "plain", 1),
        (1, "hooked", 1),
        (1, "foot bar", 2),
        (2, "looped", 1),
        (4, "open", 2),
        (4, "closed", 2),
        (5, "separate top bar", 2),
        (5, "one stroke", 1),
        (7, "plain", 1),
        (7, "crossed", 2),
        (8, "one stroke", 1),
        (8, "two circles", 2),
        (0, "slashed", 2),
    ],
)
def test_the_pen_is_lifted_where_people_lift_it(digit, name, strokes):
    assert hand.style_named(digit, name).strokes == strokes


def test_an_undistorted_style_is_what_was_written_down():
    still = Variation(**dict.fromkeys(Variation.__dataclass_fields__, 0.0))
    (stroke,) = draw_digit(7, np.random.default_rng(0), "plain", variation=still)
    corner = stroke[np.argmax(stroke[:, 0] - stroke[:, 1])]
    assert corner[0] == pytest.approx(stroke[:, 0].max(), abs=1e-9)
    assert stroke[0, 0] < stroke[-1, 0] < corner[0]
    assert stroke[-1, 1] == stroke[:, 1].max()


def test_a_drawing_is_never_the_same_twice():
    rng = np.random.default_rng(0)
    one, other = draw_digit(3, rng, "round"), draw_digit(3, rng, "round")
    assert not np.allclose(one[0], other[0], atol=0.01)


def test_the_same_generator_draws_the_same_digit():
    one, other = (draw_digit(3, np.random.default_rng(4)) for _ in range(2))
    assert same(one, other)


def test_styles_are_drawn_as_often_as_their_weights_say():
    shares = (np.arange(10_000) + 0.5) / 10_000
    for digit, styles in STYLES.items():
        chosen = np.bincount([hand.USUAL.style_index(digit, share) for share in shares], minlength=len(styles))
        weights = np.array([each.weight for each in styles])
        assert chosen / 10_000 == pytest.approx(weights / weights.sum(), abs=2e-4)


@pytest.mark.parametrize("digit", [10, -1, "3", None, True, 2.5])
def test_no_other_digits_are_drawn(digit):
    with pytest.raises(ConfigError) as caught:
        draw_digit(digit, np.random.default_rng(0))
    assert caught.value.field == "digit"


def slow_people(home) -> tuple[np.ndarray, np.ndarray]:
    return synthetic.load_people(home, count=400)


def test_people_elsewhere_write_each_digit_equally_often_and_it_is_drawn_once(tmp_path, monkeypatch):
    drawn, labels = slow_people(tmp_path)
    assert drawn.shape == (400, 28, 28) and drawn.dtype == labels.dtype == np.uint8
    assert (np.bincount(labels) == 40).all()
    assert len(np.unique(drawn.reshape(400, -1), axis=0)) == 400
    monkeypatch.setattr(images, "draw_images", None)
    assert same(slow_people(tmp_path), (drawn, labels))


def test_people_elsewhere_write_in_their_own_styles_as_often_as_the_weights_say():
    shares = (np.arange(1_000) + 0.5) / 1_000
    for digit, own in HABITS.items():
        chosen = np.array([PEOPLE.style_index(digit, share) for share in shares])
        weights = sum(each.weight for each in own), sum(each.weight for each in STYLES[digit])
        assert (chosen < len(own)).mean() == pytest.approx(weights[0] / sum(weights), abs=2e-3)


def test_half_of_them_have_the_pen_that_a_drawing_is_inked_anew_with():
    rows = [hand.numbers(np.random.default_rng([3, row])) for row in range(400)]
    rows = [np.stack(part) for part in zip(*rows, strict=True)]
    points, pens = hand.write(HABITS[7][0], *rows, PEOPLE.variation, PEOPLE.even_pens)
    share = pens / np.ptp(points, axis=1).max(axis=1)
    assert np.isclose(share, PEN / (DIGIT - PEN)).mean() == pytest.approx(0.5, abs=0.08)
    assert np.quantile(share, 0.95) > 1.3 * np.median(share)


def test_an_unknown_style_is_answered_with_those_that_exist():
    with pytest.raises(ConfigError, match="crossed") as caught:
        draw_digit(7, np.random.default_rng(0), "looped")
    assert caught.value.field == "style"


def test_poses_that_do_not_fit_together_are_refused():
    style("fine", 1, "0,0 5,5* 9,0", "0,0 6,6* 9,0")
    for other in ("0,0 9,0", "0,0 5,5 9,0", "0,0 5,5* / 9,0 9,9"):
        with pytest.raises(ValueError, match="poses of 'odd'"):
            style("odd", 1, "0,0 5,5* 9,0", other)


@given(st.integers(0, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_drawing_becomes_an_image_of_mnists_format(digit, seed):
    image = to_mnist(render(draw_digit(digit, np.random.default_rng(seed)), pen=0.08))
    assert image.max() == 255
    assert max(np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (0, 1)) == 20


def test_the_images_of_a_set_are_its_strokes_rendered_without_gaps(monkeypatch):
    digits = np.arange(600) % 10
    seen = {}

    def watched(drawings, pens):
        seen.update(pens=pens, canvases=render_many(drawings, pens))
        return seen["canvases"]

    monkeypatch.setattr(images, "render_many", watched)
    drawn = draw_images(digits, seed=(8,))
    for place, digit in enumerate(digits):
        strokes = draw_digit(int(digit), np.random.default_rng([8, place]))
        expected = render(strokes, pen=seen["pens"][place])
        assert np.abs(seen["canvases"][place].astype(int) - expected).max() < 80  # a third of one of 84 pixels
        assert np.array_equal(drawn[place], to_mnist(seen["canvases"][place]))


# Curves


CONTROLS = np.array([[0.1, 0.2], [0.5, 0.0], [0.9, 0.3], [0.4, 0.6], [0.5, 1.0]])


@pytest.mark.parametrize("corner", [None, 1, 2, 3])
def test_a_curve_passes_through_its_control_points(corner):
    corners = np.arange(5) == corner
    points = through(CONTROLS, corners, 0.01)(CONTROLS[None])[0]
    for control in CONTROLS:
        assert np.abs(points - control).sum(axis=1).min() < 1e-12
    assert points[0] == pytest.approx(CONTROLS[0]) and points[-1] == pytest.approx(CONTROLS[-1])


def test_a_curve_turns_sharply_at_corners_only():
    def sharpest(corners):
        steps = np.diff(through(CONTROLS, corners, 0.005)(CONTROLS[None])[0], axis=0)
        directions = steps / np.linalg.norm(steps, axis=1, keepdims=True)
        return np.arccos(np.clip((directions[1:] * directions[:-1]).sum(axis=1), -1, 1)).max()

    assert sharpest(np.zeros(5, bool)) < 0.3
    assert sharpest(np.arange(5) == 2) > 1


def test_a_curve_through_points_on_a_line_is_that_line():
    line = np.linspace(0, 1, 4)[:, None] * [0.6, 0.8]
    points = through(line, np.zeros(4, bool), 0.05)(line[None])[0]
    assert points[:, 0] * 0.8 == pytest.approx(points[:, 1] * 0.6)
    assert (np.diff(points[:, 0]) > 0).all()
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() <= 0.05


def test_a_moved_shape_gives_a_moved_curve():
    curve = through(CONTROLS, np.zeros(5, bool), 0.05)
    assert curve((CONTROLS + 3)[None]) == pytest.approx(curve(CONTROLS[None]) + 3)


@pytest.mark.parametrize("samples", [2, 3, 20, 150])
@pytest.mark.parametrize("controls", [2, 3, 9])
def test_even_knots_span_all_samples(samples, controls):
    curve = evenly(samples, controls)
    values = curve(np.linspace(0, 1, controls)[None, :, None].repeat(2, axis=2))[0, :, 0]
    assert len(curve) == samples
    assert values == pytest.approx(np.linspace(0, 1, samples), abs=0.02)


# The pen


def coverage(strokes, size: int, pen: float) -> np.ndarray:
    """Ink of a round pen, pixel by pixel from the distance to every line: slow and plain."""
    ink = np.zeros((size, size))
    for row, column in itertools.product(range(size), repeat=2):
        place = np.array([column + 0.5, row + 0.5])
        nearest = np.inf
        for stroke in strokes:
            for a, b in itertools.pairwise(np.asarray(stroke) * size):
                share = np.clip((place - a) @ (b - a) / max((b - a) @ (b - a), 1e-12), 0, 1)
                nearest = min(nearest, np.linalg.norm(place - a - share * (b - a)))
        ink[row, column] = np.clip(pen * size / 2 + 0.5 - nearest, 0, 1)
    return ink * 255


def test_ink_is_what_the_distance_to_the_lines_says():
    strokes = [np.array([[0.2, 0.2], [0.8, 0.3], [0.4, 0.9]]), np.array([[0.1, 0.7], [0.95, 0.6]])]
    for pen in (0.05, 0.15):
        image = render(strokes, size=48, pen=pen)
        assert image.dtype == np.uint8 and image.shape == (48, 48)
        assert np.abs(image - coverage(strokes, 48, pen)).max() < 20


def test_a_single_point_is_a_round_dot():
    image = render([np.array([[0.5, 0.5]])], size=200, pen=0.4)
    assert image.sum() / 255 == pytest.approx(np.pi * 40**2, rel=0.01)
    assert np.array_equal(image, image.T) and np.array_equal(image, image[::-1])


def test_long_lines_have_no_gaps():
    image = render([np.array([[0.1, 0.5], [0.9, 0.5]])], size=300, pen=0.02)
    assert (image[150, 31:270] == 255).all()


def test_what_lies_outside_the_canvas_is_cut_off():
    inside = render([np.array([[-0.5, 0.5], [1.5, 0.5]])], size=60, pen=0.2)
    assert (inside[25:35] == 255).all() and not inside[:20].any()
    assert not render([np.array([[4.0, 4.0], [9.0, -7.0]])], size=60, pen=0.2).any()
    at_the_edge = render([np.array([[-0.05, 0.5]])], size=60, pen=0.2)
    assert at_the_edge[30, 0] == 255 and not at_the_edge[:, 6:].any()


def test_nothing_drawn_is_a_blank_canvas():
    assert not render([]).any()


def test_drawings_rendered_together_are_those_rendered_alone():
    rng = np.random.default_rng(1)
    drawings = [rng.uniform(0.2, 0.8, (count, 2)) for count in rng.integers(1, 60, 150)]
    pens = rng.uniform(0.02, 0.3, 150)
    together = render_many(drawings, pens)
    alone = np.concatenate([render_many([one], pen[None]) for one, pen in zip(drawings, pens, strict=True)])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize(
    ("strokes", "options"),
    [
        ([np.zeros((3, 3))], {}),
        ([np.zeros(2)], {}),
        ([np.zeros((0, 2))], {}),
        ([np.array([[0.5, np.nan]])], {}),
        ([np.array([[0.5, np.inf], [0, 0]])], {}),
        ([np.zeros((1, 2))], {"size": 0}),
        ([np.zeros((1, 2))], {"size": 10**6}),
        ([np.zeros((1, 2))], {"pen": 0}),
        ([np.zeros((1, 2))], {"pen": float("nan")}),
        ([np.zeros((1, 2))], {"pen": 1.5}),
    ],
)
def test_what_no_pen_can_draw_is_refused(strokes, options):
    with pytest.raises(ImageError):
        render(strokes, **options)


# The cache


@pytest.fixture
def never_made(monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("drawn again")

    return lambda: monkeypatch.setattr(images, "make", forbidden)


def only_file(folder):
    (path,) = folder.iterdir()
    return path


def test_a_set_is_drawn_once_and_kept_in_a_new_folder(tmp_path, never_made):
    home = tmp_path / "a" / "home"
    first = synthetic.load(home, **SMALL)
    assert same(first, synthetic.make(**SMALL))
    assert only_file(home).name == f"synthetic-{images.VERSION}-30-20-0.npz"
    never_made()
    assert same(synthetic.load(home, **SMALL), first)


def test_other_seeds_and_versions_have_caches_of_their_own(tmp_path, monkeypatch):
    zero = synthetic.load(tmp_path, **SMALL)
    one = synthetic.load(tmp_path, **SMALL, seed=1)
    assert not same(zero, one)
    monkeypatch.setattr(images, "VERSION", images.VERSION + 1)
    synthetic.load(tmp_path, **SMALL)
    assert len(list(tmp_path.iterdir())) == 3


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 3
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [_cut, _flipped, lambda content: b"", lambda content: b"PK" + bytes(999)])
def test_a_damaged_cache_is_made_again(tmp_path, damage, never_made):
    first = synthetic.load(tmp_path, **SMALL)
    path = only_file(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert same(synthetic.load(tmp_path, **SMALL), first)
    never_made()
    assert same(synthetic.load(tmp_path, **SMALL), first)


def test_a_cache_with_other_arrays_is_made_again(tmp_path):
    first = synthetic.load(tmp_path, **SMALL)
    path = only_file(tmp_path)
    npz.write(path, {"x_train": first[0][:5], "y_train": first[1], "x_test": first[2], "y_test": first[3]})
    assert same(synthetic.load(tmp_path, **SMALL), first)


def test_where_nothing_can_be_kept_the_images_come_all_the_same(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert same(synthetic.load(tmp_path / "file" / "home", **SMALL), synthetic.make(**SMALL))


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert same(synthetic.load(tmp_path, **SMALL), synthetic.make(**SMALL))
    assert not list(tmp_path.iterdir())


def test_drawing_that_is_interrupted_leaves_nothing_behind(tmp_path):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthetic.load(tmp_path, **SMALL, on_progress=stop)
    assert not list(tmp_path.iterdir())


def test_impossible_arguments_are_refused_before_anything_is_looked_for(tmp_path):
    with pytest.raises(DigitLabError) as caught:
        synthetic.load(tmp_path / "home", train=-1)
    assert isinstance(caught.value, ConfigError) and not isinstance(caught.value, DataError)
    assert not (tmp_path / "home").exists()
