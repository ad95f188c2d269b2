import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mnist_core.drawing.normalise import ink_box, ink_of, many_to_mnist, normalisation_steps, plain_resize, to_mnist
from mnist_core.errors import ImageError


def canvas(ink: np.ndarray, *, transparent: bool = False) -> np.ndarray:
    """(H, W) ink as the RGBA picture that a canvas gives: white on black, or on nothing."""
    rgba = np.zeros((*ink.shape, 4), np.uint8)
    rgba[..., :3] = 255 if transparent else ink[..., None]
    rgba[..., 3] = ink if transparent else 255
    return rgba


@st.composite
def drawings(draw) -> np.ndarray:
    """A few strokes with one pen, no thinner than a twentieth of the canvas."""
    height, width = draw(st.integers(40, 300)), draw(st.integers(40, 300))
    pen, ink = -(-max(height, width) // 20), np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(1, 4))):
        top, left = draw(st.integers(0, height - pen)), draw(st.integers(0, width - pen))
        ink[top : top + draw(st.integers(pen, 200)), left : left + draw(st.integers(pen, 200))] = 255
    return ink


def halves_evenly(ink: np.ndarray) -> bool:
    """Whether the box of the ink grows to a square by whole pixels on both sides."""
    top, bottom, left, right = ink_box(ink)
    return (bottom - top - right + left) % 2 == 0


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    middle = np.arange(len(image)) + 0.5
    return image.sum(1) @ middle / image.sum(), image.sum(0) @ middle / image.sum()


def test_mnist_images_come_back_as_they_are(mnist):
    images = mnist.x_train[::50]
    returned = np.stack([to_mnist(image) for image in images])
    # A tenth of them has 254 as its brightest pixel, which becomes 255.
    same = np.abs(returned.astype(int) - images).max(axis=(1, 2)) <= 1
    assert same.mean() > 0.998


def test_enlarged_mnist_images_come_back_as_they_were(mnist):
    for image in filter(halves_evenly, mnist.x_train[:200]):
        large = np.kron(image, np.ones((12, 12), np.uint8))
        assert np.abs(to_mnist(large).astype(int) - to_mnist(image)).max() <= 1


@given(drawings())
@settings(max_examples=150, deadline=None)
def test_every_drawing_gets_mnists_geometry(ink):
    image = to_mnist(ink)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    rows, columns = centre_of_mass(image)
    top, bottom, left, right = ink_box(image)
    # Where the ink is far to one side, MNIST itself lets go of what falls off the edge, and truncates upwards.
    small = normalisation_steps(ink)[-2].image
    assume(image.sum() == small.sum() and max(centre_of_mass(small)) <= 15)
    assert max(bottom - top, right - left) == 20
    assert 14 < rows <= 15
    assert 14 < columns <= 15


@given(drawings(), st.integers(0, 50), st.integers(0, 50))
@settings(max_examples=50, deadline=None)
def test_where_on_the_canvas_one_draws_changes_nothing(ink, down, right):
    moved = np.pad(ink, ((down, 7), (right, 3)))
    assert np.array_equal(to_mnist(moved), to_mnist(ink))


def test_how_large_one_draws_changes_next_to_nothing():
    ink = np.zeros((60, 60), np.uint8)
    ink[10:50, 24:32] = 255
    ink[10:18, 8:32] = 255
    larger = np.kron(ink, np.ones((4, 4), np.uint8))
    assert np.abs(to_mnist(larger).astype(int) - to_mnist(ink)).max() <= 1


def test_a_plain_resize_is_not_what_comes_out():
    ink = np.zeros((280, 280), np.uint8)
    ink[20:80, 20:30] = 255
    assert not to_mnist(ink)[:9, :9].any()  # where a resize would have left the stroke
    assert np.ptp(np.flatnonzero(to_mnist(ink).any(axis=1))) == 19


@pytest.mark.parametrize("transparent", [False, True])
def test_ink_on_black_and_ink_on_nothing_are_the_same_drawing(transparent):
    ink = np.zeros((100, 100), np.uint8)
    ink[20:80, 40:60] = 200
    assert np.array_equal(ink_of(canvas(ink, transparent=transparent)), ink)
    assert np.array_equal(to_mnist(canvas(ink, transparent=transparent)), to_mnist(ink))


def test_white_with_nothing_behind_it_is_no_ink():
    rgba = np.full((50, 50, 4), 255, np.uint8)
    rgba[..., 3] = 0
    assert not to_mnist(rgba).any()


@pytest.mark.parametrize("shape", [(280, 280), (280, 280, 4), (1, 1)])
def test_an_empty_canvas_gives_an_empty_image(shape):
    image = to_mnist(np.zeros(shape, np.uint8))
    assert image.shape == (28, 28)
    assert not image.any()


def test_a_single_pixel_and_a_full_canvas_are_drawings_too():
    dot = np.zeros((280, 280), np.uint8)
    dot[3, 270] = 1
    for ink in (dot, np.full((280, 280), 255, np.uint8)):
        image = to_mnist(ink)
        assert np.count_nonzero(image) == 400
        assert image.min() == 0
        assert image.max() == 255


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28, 3), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.zeros(784, np.uint8),
        None,
        [[0, 255]],
    ],
)
def test_what_is_not_a_drawing_is_refused(image):
    with pytest.raises(ImageError, match="expected"):
        to_mnist(image)


@given(drawings())
@settings(max_examples=30, deadline=None)
def test_the_steps_end_in_what_the_network_sees(ink):
    steps = normalisation_steps(canvas(ink))
    assert np.array_equal(steps[-1].image, to_mnist(canvas(ink)))
    assert [step.name for step in steps] == ["Drawing", "Cropped", "Squared", "20x20", "28x28"]
    assert steps[2].image.shape[0] == steps[2].image.shape[1]
    assert steps[2].image.sum() == steps[1].image.sum()


def test_the_steps_of_an_empty_canvas_say_that_nothing_is_drawn():
    steps = normalisation_steps(np.zeros((280, 280, 4), np.uint8))
    assert [step.name for step in steps] == ["Drawing", "28x28"]
    assert not steps[-1].image.any()


def test_many_drawings_at_once_give_what_each_gives_alone():
    rng = np.random.default_rng(0)
    drawings = np.zeros((150, 84, 70), np.uint8)
    for drawing in drawings[1:]:  # The first is blank.
        for _ in range(3):
            row, column, height, width = (int(each) for each in rng.integers(1, 60, 4))
            drawing[row : row + height, column : column + width] = rng.integers(0, 256)
    together = many_to_mnist(drawings)
    assert together.shape == (150, 28, 28) and not together[0].any() and together.any(axis=(1, 2)).sum() > 140
    assert np.array_equal(together, np.stack([to_mnist(each) for each in drawings]))
    assert many_to_mnist(drawings[:0]).shape == (0, 28, 28)


def test_the_drawing_itself_is_left_as_it_was():
    ink = np.zeros((50, 50), np.uint8)
    ink[10:40, 20:30] = 255
    before = ink.copy()
    to_mnist(ink)[:] = 7
    assert np.array_equal(ink, before)


@pytest.mark.parametrize("shape", [(280, 280), (100, 300), (20, 20), (28, 28)])
def test_a_plain_resize_shrinks_or_squashes_the_whole_picture(shape):
    image = np.zeros(shape, np.uint8)
    image[: shape[0] // 2] = 255
    small = plain_resize(image)
    assert small.shape == (28, 28) and small.dtype == np.uint8
    assert (small[:12] > 250).all() and (small[16:] < 5).all()
