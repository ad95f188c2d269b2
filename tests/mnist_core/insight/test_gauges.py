import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.drawing.normalise import to_mnist
from mnist_core.errors import ImageError
from mnist_core.insight.one_image import reference
from mnist_core.insight.one_image.gauges import gauges, measures, percentile
from mnist_core.insight.one_image.reference import certainty_limits, computed, quantiles

PERCENTILES = (1, 5, 50, 95, 99)


def stroke(width: float, *, top: float = 14.0, bottom: float = 14.0) -> np.ndarray:
    """(28, 28) uint8: one straight stroke, its middle at these columns; drawn large and shrunk."""
    image = Image.new("L", (560, 560))
    points = [(20 * top, 80), (20 * bottom, 480)]
    ImageDraw.Draw(image).line(points, fill=255, width=round(20 * width))
    return np.asarray(image.resize((28, 28), Image.Resampling.BOX))


def test_ink_and_width_of_mnist_are_those_of_the_field(mnist):
    """Ink is exact; the widths were measured by others, with another definition of an edge."""
    found = measures(mnist.x_train)
    assert np.percentile(found["ink"], PERCENTILES) == pytest.approx([38.6, 51.2, 99.9, 162.5, 192.9], abs=0.06)
    assert np.percentile(found["width"], PERCENTILES) == pytest.approx([1.9, 2.1, 3.0, 4.5, 5.4], abs=0.2)


def test_the_table_is_what_its_command_computes_from_mnist(mnist):
    table = reference._table()
    assert table["data_digest"] == mnist.digest
    again = computed(mnist, sample=1_000)
    assert again["certainty_limits"] == pytest.approx(certainty_limits()._asdict(), rel=0.03)  # It is of all 10,000.
    for name, values in quantiles().items():
        assert np.array(again["quantiles"][name]) == pytest.approx(values, abs=0.011)
        assert (np.diff(values, axis=-1) >= 0).all() and values.shape[-1] == 101


@pytest.mark.parametrize("width", [2.0, 3.0, 4.0])
def test_strokes_in_all_directions_are_as_wide_as_they_were_drawn(width):
    """Within the half pixel by which pixels of 28 can hold an edge."""
    turned = []
    for angle in np.linspace(0, np.pi, 12, endpoint=False):
        image = Image.new("L", (560, 560))
        across, down = 200 * np.sin(angle), 200 * np.cos(angle)
        ends = [(280 - across, 280 - down), (280 + across, 280 + down)]
        ImageDraw.Draw(image).line(ends, fill=255, width=round(20 * width))
        turned.append(np.asarray(image.resize((28, 28), Image.Resampling.BOX)))
    assert measures(np.stack(turned))["width"].mean() == pytest.approx(width, abs=0.6)


def test_a_wider_pen_measures_wider_and_leaves_more_ink():
    found = measures(np.stack([stroke(width) for width in (1.5, 2, 3, 4, 5)]))
    assert (np.diff(found["width"]) > 0).all() and (np.diff(found["ink"]) > 0).all()


@pytest.mark.parametrize("shift", [-6, -3, 0, 3, 6])
def test_slant_is_the_angle_of_a_straight_stroke_and_right_is_positive(shift):
    angle = measures(stroke(2, top=14 + shift / 2, bottom=14 - shift / 2)[None])["slant"][0]
    assert angle == pytest.approx(np.degrees(np.arctan(shift / 20)), abs=1.0)


def test_words_say_on_which_side_of_mnist_it_lies():
    thin, thick = stroke(1, top=14.5, bottom=14.5), stroke(6)
    pen = {name: gauges(image, quantiles(), digit=1)[0] for name, image in (("thin", thin), ("thick", thick))}
    assert "thinner than" in pen["thin"].words and pen["thin"].percentile < 5
    assert "thicker than" in pen["thick"].words and pen["thick"].percentile > 95


def test_slant_is_compared_within_the_digit():
    """Upright is where most zeros lean to the left of, and most nines do not."""
    image = stroke(3)
    slants = {digit: gauges(image, quantiles(), digit=digit)[2] for digit in (0, 9)}
    assert slants[0].words.endswith("MNIST's 0s.") and slants[9].words.endswith("MNIST's 9s.")
    assert slants[0].percentile < slants[9].percentile


def test_nothing_is_thinner_than_more_than_all():
    table = np.linspace(0, 100, 101)
    assert (percentile(-5, table), percentile(50, table), percentile(500, table)) == (0, 50, 100)
    thinnest = {"width": table + 100, "ink": table, "slant": np.tile(table, (10, 1))}
    assert gauges(stroke(2), thinnest)[0].words == "Your pen is thinner than all of MNIST."


def test_size_and_place_are_those_of_the_drawing_on_its_canvas():
    canvas = np.zeros((320, 320), np.uint8)
    canvas[32:128, 240:256] = 255
    by_label = {each.label: each for each in gauges(to_mnist(canvas), quantiles(), drawing=canvas)}
    assert by_label["Size"].value == "30 % of the canvas"
    assert by_label["Position"].value == "28 % right and 25 % up of the middle"
    centred = np.zeros((320, 320), np.uint8)
    centred[100:222, 150:172] = 255
    by_label = {each.label: each for each in gauges(to_mnist(centred), quantiles(), drawing=centred)}
    assert by_label["Position"].value == "in the middle"


def test_blank_and_other_arrays_are_refused():
    with pytest.raises(ImageError, match="blank"):
        gauges(np.zeros((28, 28), np.uint8), quantiles())
    with pytest.raises(ImageError, match="28, 28"):
        measures(np.zeros((28, 28), np.uint8))
