"""Digits are found in pictures of every kind that people take: what they are written on comes before the ink."""

import numpy as np
import pytest
from photos import drawing, encoded, photo
from PIL import Image

from benchmarks.pictures import people
from benchmarks.scenes import KINDS, REPORTED, Scene
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.picture import find_digits
from mnist_core.drawing.pieces import digits_of
from mnist_core.drawing.rulings import in_boxes, without_rulings
from mnist_core.drawing.sheet import cut_out, find_sheet
from mnist_core.drawing.turn import lean, turned_up
from mnist_core.errors import ImageError
from mnist_core.exchange.uploads import read_grey
from mnist_core.network.network import pretrained

CONVOLUTIONAL = pretrained("convolutional-draw-ready")


def read(grey: np.ndarray) -> str:
    """The number in a picture; nothing where it is refused."""
    try:
        found = find_digits(grey)
    except ImageError:
        return ""
    return "".join(map(str, CONVOLUTIONAL.classify(np.stack([to_mnist(ink) for ink in found.digits]))))


def number(*digits: int, gap: int = 60) -> np.ndarray:
    """(H, W) uint8 ink of digits beside each other."""
    inks = [np.pad(each[:, each.any(axis=0)], ((60, 60), (0, gap))) for each in map(drawing, digits)]
    return np.pad(np.concatenate(inks, axis=1), ((0, 0), (gap, 0)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_digits_that_are_read_when_clean_are_read_in_pictures_of_every_kind(kind, monkeypatch):
    monkeypatch.delenv("DIGITLAB_PEN_DRAWINGS", raising=False)
    monkeypatch.delenv("DIGITLAB_MNIST", raising=False)
    drawings, _ = people(REPORTED)
    right = wanted = 0
    for place in range(6):
        rng = np.random.default_rng([place, *kind.title.encode()])
        rows = rng.choice(len(drawings.labels), rng.integers(kind.digits[0], kind.digits[1] + 1))
        digits = [int(drawings.labels[row]) for row in rows]
        scene = Scene([drawings.strokes[row] for row in rows], digits, rng, REPORTED)
        content = kind.picture(scene)
        clean = [
            read(Scene([drawings.strokes[row]], [0], np.random.default_rng(0), REPORTED).page(400, 400)) for row in rows
        ]
        if clean == [str(digit) for digit in digits]:
            wanted += 1
            right += read(read_grey(content)) == "".join(clean)
    assert wanted >= 3 and right >= wanted - 1


@pytest.mark.parametrize("shades", [(70, 220, 30), (200, 12, 250)], ids=["paper on a desk", "a canvas on a page"])
def test_a_sheet_is_found_to_a_few_pixels_and_nothing_of_what_is_around_it_is_left(shades):
    around, ground, ink = shades
    picture = np.full((480, 640), around, np.uint8)
    digit = drawing(7, size=280)
    picture[100:400, 150:500] = ground
    picture[110:390, 180:460] = (ground + (ink - float(ground)) * (digit / 255)).astype(np.uint8)
    corners = find_sheet(picture)
    assert np.abs(corners - [[150, 100], [500, 100], [500, 400], [150, 400]]).max() <= 6
    cut = cut_out(picture, corners)
    border = np.concatenate([cut[0], cut[-1], cut[:, 0], cut[:, -1]])
    assert np.abs(border.astype(int) - ground).max() <= 3
    assert read(picture) == "7"
    assert [step.name for step in find_digits(picture).steps] == ["Picture", "Sheet"]


@pytest.mark.parametrize("scene", ["paper", "lined", "squared", "shadow", "board"])
def test_a_picture_without_a_sheet_in_it_is_not_cut(scene):
    for seed in range(4):
        assert find_sheet(read_grey(photo(drawing(8, seed, size=400), scene, seed=seed))) is None


def test_an_empty_sheet_is_no_place_to_look_for_digits():
    picture = np.full((480, 640), 70, np.uint8)
    picture[100:400, 150:500] = 220
    assert find_sheet(picture) is None


def test_rulings_as_dark_as_the_pen_are_taken_away_and_the_pen_goes_on_across_them():
    strength = np.zeros((400, 600), np.float32)
    strength[::80] = strength[1::80] = strength[2::80] = 0.8
    strength[:, 50::80] = strength[:, 51::80] = 0.8
    strength[100:380, 295:315] = 1.0
    left = without_rulings(strength, 0.3)
    assert (left[104:376, 297:313] > 0.5).mean() > 0.98
    left[95:385, 285:325] = 0
    assert (left > 0.3).mean() < 0.005


def test_a_stroke_as_long_as_a_digit_is_no_ruling():
    strength = np.zeros((400, 600), np.float32)
    strength[200:206, 100:450] = 1.0
    assert without_rulings(strength, 0.3) is strength


def test_what_is_in_a_closed_box_is_kept_and_a_loop_with_a_tail_is_no_box():
    ink = np.zeros((400, 400), bool)
    ink[50:350, 80:300] = True
    ink[54:346, 84:296] = False
    digit = drawing(6, size=200) > 127
    ink[100:300, 90:290] |= digit
    inside = in_boxes(ink)
    assert inside[100:300, 90:290][digit].all() and not inside[52].any() and not inside[:, 82].any()
    assert in_boxes(np.pad(digit, 50)) is None


@pytest.mark.parametrize("digits", [(2, 7), (1, 0, 4), (9, 9)])
def test_digits_beside_each_other_are_read_in_order_as_a_number(digits):
    ink = number(*digits)
    assert len(digits_of(ink > 127)) == len(digits)
    expected = "".join(read(drawing(digit)) for digit in digits)
    assert read(ink) == expected and read(read_grey(photo(ink, "paper"))) == expected


def test_the_strokes_of_one_digit_are_not_taken_for_several():
    ink = np.zeros((300, 300), bool)
    ink[60:80, 100:200] = True  # the cap of a five, apart from
    ink[100:240, 100:122] = True  # the rest
    assert len(digits_of(ink)) == 1
    ink = np.zeros((300, 300), bool)
    ink[60:160, 100:115] = ink[150:165, 100:168] = True  # a four of two strokes
    ink[60:240, 170:185] = True
    assert len(digits_of(ink)) == 1


@pytest.mark.parametrize("angle", [-45, 45])
def test_what_leans_more_than_people_write_is_turned_by_half(angle):
    stroke = np.zeros((300, 300), np.uint8)
    stroke[40:260, 140:160] = 255
    leaning = np.asarray(Image.fromarray(stroke).rotate(-angle, Image.Resampling.BICUBIC))
    assert lean(leaning) == pytest.approx(angle, abs=1)
    assert lean(turned_up(leaning)) == pytest.approx(angle / 2, abs=1)


def test_a_slant_as_people_write_it_stays_and_so_does_what_has_no_axis():
    assert turned_up(drawing(7)) is None
    disc = (np.hypot(*np.mgrid[-50:50, -50:50]) < 40).astype(np.uint8) * 255
    assert lean(disc) == 0 and lean(np.zeros((9, 9), np.uint8)) == 0


def test_an_image_of_mnists_size_is_taken_as_it_is():
    image = to_mnist(drawing(1))
    found = find_digits(read_grey(encoded(image)))
    assert len(found.digits) == 1 and np.array_equal(found.digits[0], image)
