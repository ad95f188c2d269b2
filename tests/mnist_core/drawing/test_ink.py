"""Ink told apart from paper: the network must read a photo as it reads the clean drawing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photos import drawing, encoded, overlap, photo
from PIL import Image, ImageFilter

from mnist_core.drawing.ink import find_ink
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pieces import digits_of, pieces_of
from mnist_core.drawing.turn import turned_up
from mnist_core.errors import ImageError
from mnist_core.exchange.uploads import read_grey, read_picture
from mnist_core.network.network import pretrained

SCENES = ["paper", "lined", "squared", "shadow", "board"]


def placed(ink: np.ndarray, shape: tuple[int, int], top: int, left: int) -> np.ndarray:
    page = np.zeros(shape, np.uint8)
    page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return page


@pytest.mark.parametrize("scene", SCENES)
def test_a_photo_gives_the_28x28_image_of_the_clean_drawing(scene):
    overlaps, agreements = [], []
    for seed in range(2):
        for digit in range(10):
            clean = drawing(digit, seed, size=400)
            photographed = to_mnist(read_picture(photo(clean, scene, seed=10 * seed + digit)))
            turned = turned_up(clean)  # Some of these hands lean a lot.
            expected = to_mnist(clean if turned is None else turned)
            overlaps.append(overlap(photographed, expected))
            answers = pretrained("hidden").classify(np.stack([photographed, expected]))
            agreements.append(answers[0] == answers[1])
    assert min(overlaps) > 0.85
    assert sum(agreements) >= 18  # of 20: drawings that the network is in two minds about may tip over


@settings(max_examples=25, deadline=None)
@given(
    digit=st.integers(0, 9),
    scene=st.sampled_from(SCENES),
    seed=st.integers(0, 1_000),
    size=st.integers(160, 420),
    top=st.floats(0, 1),
    left=st.floats(0, 1),
)
def test_where_and_how_large_the_digit_is_on_the_page_makes_no_difference(digit, scene, seed, size, top, left):
    clean = drawing(digit, seed % 7, size=size)
    page = placed(clean, (640, 480), int(top * (640 - size)), int(left * (480 - size)) if size < 480 else 0)
    photographed = to_mnist(read_picture(photo(page, scene, seed=seed)))
    upright = turned_up(clean)  # One that leans far is set upright, whatever it was drawn on.
    expected = [each for each in (clean, upright) if each is not None]
    assert max(overlap(photographed, to_mnist(each)) for each in expected) > 0.5


@pytest.mark.parametrize("scene", ["paper", "board"])
def test_the_ink_of_a_photo_is_nothing_but_the_digit(scene):
    clean = placed(drawing(5, size=280), (500, 600), 100, 200)
    (found,) = find_ink(read_grey(photo(clean, scene, seed=3)))
    reach = np.asarray(Image.fromarray(clean).filter(ImageFilter.MaxFilter(9)))
    assert not found[reach == 0].any()


def test_specks_and_the_edge_of_a_table_are_left_out():
    clean = placed(drawing(3, size=280), (500, 600), 100, 160)
    dirty = clean.copy()
    dirty[40:44, 500:504] = 255  # a crumb
    dirty[:, :3] = 255  # what lies beside the sheet
    expected = to_mnist(clean)
    assert overlap(to_mnist(read_picture(photo(dirty, "paper", seed=1))), expected) > 0.85
    assert overlap(to_mnist(dirty), expected) < 0.5  # Without the search for ink, both count.


def test_a_digit_in_two_strokes_keeps_both():
    ink = np.zeros((300, 300), np.uint8)
    ink[60:80, 100:200] = 255  # the cap of a five, apart from
    ink[100:240, 100:122] = 255  # the rest
    (found,) = find_ink(read_grey(photo(ink, "paper")))
    assert found[70, 150] > 200 and found[200, 110] > 200


def test_ink_is_as_strong_in_the_shadow_as_in_the_light():
    stroke = np.zeros((400, 400), np.uint8)
    stroke[190:215, 40:360] = 255
    light = np.where(np.arange(400) < 200, 1.0, 0.45)
    grey = ((225 - 185 * (stroke / 255)) * light).astype(np.uint8)
    (found,) = find_ink(grey)
    assert found[200, 100] > 230 and found[200, 300] > 230
    assert not found[100].any() and not found[300].any()


@pytest.mark.parametrize("turned", [False, True], ids=["light on dark", "dark on light"])
def test_a_clean_small_picture_keeps_every_pixel(turned):
    image = to_mnist(drawing(8))
    assert np.array_equal(*find_ink(255 - image if turned else image), image)


@pytest.mark.parametrize("factor", [2, 10, 25])
@pytest.mark.parametrize("turned", [False, True], ids=["light on dark", "dark on light"])
def test_an_mnist_like_image_is_read_the_same_at_any_size(factor, turned):
    images = np.stack([to_mnist(drawing(digit)) for digit in range(10)])
    read = []
    for image in images:
        large = Image.fromarray(255 - image if turned else image).resize((28 * factor,) * 2, Image.Resampling.BICUBIC)
        read.append(to_mnist(read_picture(encoded(large))))
    assert np.mean([overlap(a, b) for a, b in zip(read, images, strict=True)]) > 0.75
    assert (pretrained("hidden").classify(np.stack(read)) == pretrained("hidden").classify(images)).mean() >= 0.8


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("factor", [1, 10])
@pytest.mark.parametrize("turned", [False, True], ids=["light on dark", "dark on light"])
def test_mnist_in_a_file_is_read_as_well_as_the_array(mnist, kind, factor, turned):
    images, labels = mnist.x_test[:200], mnist.y_test[:200]
    read = []
    for image in images:
        picture = Image.fromarray(255 - image if turned else image).resize(
            (28 * factor,) * 2, Image.Resampling.BILINEAR
        )
        read.append(to_mnist(read_picture(encoded(picture, kind))))
    network = pretrained("hidden")
    raw = (network.classify(images) == labels).mean()
    assert (network.classify(np.stack(read)) == labels).mean() >= raw - 0.02
    if kind == "PNG" and factor == 1:
        assert np.array_equal(np.stack(read), np.stack([to_mnist(image) for image in images]))


def test_strokes_of_a_thin_pen_become_as_wide_as_mnists():
    thin = drawing(7, size=400, pen=0.01)
    (found,) = find_ink(read_grey(photo(thin, "paper")))
    more = (found.shape[0] - 400) // 2  # Wide strokes need room around the picture.
    # All along the stroke but for its very ends, which the blur rounds off.
    assert (found[more:-more, more:-more][thin > 127] > 200).mean() > 0.97
    narrow, wide = to_mnist(thin), to_mnist(found)
    assert 1.3 * narrow.sum() < wide.sum() < 3 * narrow.sum()
    # MNIST's thinnest hundredth has 38.6 pixels of ink, its median image 99.9.
    assert 38.6 < wide.sum() / 255 < 99.9


def test_strokes_of_a_broad_pen_stay_as_they_are():
    broad = drawing(7, size=280, pen=0.1)
    assert np.array_equal(*find_ink(broad), broad)


@pytest.mark.parametrize(
    "page",
    [
        np.zeros((300, 300), np.uint8),
        np.full((300, 300), 255, np.uint8),
        np.full((1, 1), 7, np.uint8),
        np.tile(np.linspace(90, 220, 400).astype(np.uint8), (300, 1)),
        np.random.default_rng(0).normal(200, 6, (480, 640)).clip(0, 255).astype(np.uint8),
    ],
    ids=["black", "white", "one pixel", "gradient", "noise"],
)
def test_a_page_without_ink_is_refused_with_what_to_do(page):
    with pytest.raises(ImageError, match="Draw darker"):
        find_ink(page)


def test_a_photo_of_empty_paper_is_refused():
    for scene in ("paper", "lined", "board"):
        for seed in range(3):
            with pytest.raises(ImageError, match="stands out"):
                read_picture(photo(np.zeros((480, 640), np.uint8), scene, seed=seed))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 90), st.integers(1, 90), st.sampled_from([1, 4, 40, 256]))
def test_any_picture_gives_ink_or_a_reason(seed, height, width, shades):
    grey = (np.random.default_rng(seed).integers(0, shades, (height, width)) * (255 // shades)).astype(np.uint8)
    try:
        inks = find_ink(grey)
    except ImageError as problem:
        assert "stands out" in str(problem)
    else:
        assert all(each.dtype == np.uint8 and each.max() > 200 and to_mnist(each).any() for each in inks)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 12), st.floats(0, 1))
def test_pieces_are_those_of_a_slow_flood_fill(seed, height, width, share):
    mask = np.random.default_rng(seed).random((height, width)) < share
    labels, pieces = pieces_of(mask)
    assert np.array_equal(labels > 0, mask)
    assert [int((labels == number).sum()) for number in range(1, len(pieces) + 1)] == [p.area for p in pieces]
    for row, column in zip(*np.nonzero(mask), strict=True):
        assert labels[row, column] == labels[flood(mask, row, column)].max() == labels[flood(mask, row, column)].min()
    assert len(
        {frozenset(zip(*np.nonzero(flood(mask, *at)), strict=True)) for at in zip(*np.nonzero(mask), strict=True)}
    ) == len(pieces)
    for number, piece in enumerate(pieces, 1):
        rows, columns = np.nonzero(labels == number)
        box = (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1)
        assert (piece.top, piece.bottom, piece.left, piece.right) == box


def flood(mask: np.ndarray, row: int, column: int) -> np.ndarray:
    """The piece of the mask around a pixel, corners included."""
    reached = np.zeros_like(mask)
    reached[row, column] = True
    while True:
        wider = np.pad(reached, 1)
        near = np.zeros_like(mask)
        for down in range(3):
            for right in range(3):
                near |= wider[down : down + mask.shape[0], right : right + mask.shape[1]]
        if np.array_equal(near & mask, reached):
            return reached
        reached = near & mask


def test_what_is_far_from_the_digit_or_small_at_the_border_does_not_belong_to_it():
    mask = np.zeros((200, 200), bool)
    mask[50:150, 90:110] = True  # the digit
    mask[50:60, 115:140] = True  # its cap
    mask[190:200, 0:10] = True  # at the border
    mask[5:15, 180:190] = True  # far away
    mask[80:82, 120:122] = True  # a speck
    (kept,) = digits_of(mask)
    assert kept[100, 100] and kept[55, 120]
    assert not kept[195, 5] and not kept[10, 185] and not kept[81, 121]
