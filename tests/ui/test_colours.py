"""The registry of colours: seen on the ground of the page, and told apart by people who miss a kind of cones, too."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.colours import (
    BETTER,
    BLUE,
    DIGITS,
    GREY,
    ORANGE,
    PROPERTIES,
    SEQUENTIAL,
    THEMES,
    WORSE,
    between,
    ink_on,
    plain_style,
    style,
)

ROOT = Path(__file__).parents[2]
# Machado, Oliveira and Fernandes 2009, at full severity, for linear RGB.
CONES = {
    "all": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
# Ottosson 2020: linear RGB to Oklab.
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def linear(colour: str) -> np.ndarray:
    """(3,) red, green and blue in [0, 1], proportional to light."""
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """As the Web Content Accessibility Guidelines define it, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, cones: list) -> np.ndarray:
    """(3,) in Oklab."""
    return np.cbrt(np.clip(np.array(cones) @ linear(colour), 0, 1) @ np.transpose(TO_CONES)) @ np.transpose(TO_LAB)


def apart(colours: tuple[str, ...], cones: list) -> float:
    """How far the closest two are from each other, to an eye with these cones."""
    return min(np.linalg.norm(seen(one, cones) - seen(other, cones)) for one, other in combinations(colours, 2))


@pytest.mark.parametrize("theme", THEMES)
def test_streamlit_is_given_the_colours_of_the_registry(theme: str):
    """Python 3.10 reads no TOML."""
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    section = re.search(rf"^\[theme\.{theme}\]$(.*?)(?=^\[|\Z)", config, re.S | re.M)[1]
    given = {name: tuple(re.findall(r"#\w+", value)) for name, value in re.findall(r"^(\w+) = (.*#.*)$", section, re.M)}
    registered = {name: (value,) if isinstance(value, str) else value for name, value in THEMES[theme].items()}
    assert given == registered


def test_a_page_gives_its_styles_every_property_that_they_ask_for():
    files = [path for folder in ("ui", "web", "pages") for path in (ROOT / folder).rglob("*.*")]
    asked = set()
    for path in files:
        if path.suffix in (".py", ".js", ".css"):
            asked |= set(re.findall(r"--digitlab-[a-z-]*[a-z]", path.read_text(encoding="utf-8")))
    of_phones = set(re.findall(r"(--digitlab-[a-z-]*[a-z]):", plain_style()))
    assert asked == set(PROPERTIES) | of_phones
    assert all(f"{name}:{colour}" in style() for name, colour in PROPERTIES.items())


@pytest.mark.parametrize("colour", [BLUE, ORANGE, GREY])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("theme", THEMES)
def test_the_marks_are_seen_on_every_ground(theme: str, ground: str, colour: str):
    assert contrast(colour, THEMES[theme][ground]) >= 3


def test_text_is_read_on_marks_and_on_the_primary_colour():
    assert all(contrast(PROPERTIES["--digitlab-on-mark"], colour) >= 4.5 for colour in (BLUE, ORANGE, GREY))
    assert all(contrast(PROPERTIES["--digitlab-on-primary"], each["primaryColor"]) >= 4.5 for each in THEMES.values())


@pytest.mark.parametrize("theme", THEMES)
def test_every_digit_is_seen_on_the_ground_of_its_theme(theme: str):
    assert min(contrast(colour, THEMES[theme]["backgroundColor"]) for colour in DIGITS[theme]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_no_digit_is_dull_and_no_two_look_alike_to_most_people(theme: str):
    shown = DIGITS[theme]
    assert min(np.hypot(*seen(colour, CONES["all"])[1:]) for colour in shown) >= 0.07  # chroma
    assert apart(shown, CONES["all"]) > 0.18


def test_digits_stand_out_from_the_dark():
    assert min(contrast(colour, THEMES["dark"]["backgroundColor"]) for colour in DIGITS["dark"]) >= 3.5


@pytest.mark.parametrize("cones", CONES)
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_digits_look_alike_whichever_cones_an_eye_has(theme: str, cones: str):
    assert len(DIGITS[theme]) == 10 and apart(DIGITS[theme], CONES[cones]) > 0.12


@pytest.mark.parametrize("cones", CONES)
def test_blue_and_orange_are_told_apart_whichever_cones_an_eye_has(cones: str):
    assert apart((BLUE, ORANGE), CONES[cones]) > 0.12


def test_a_scale_runs_from_its_first_colour_to_its_last():
    assert between(SEQUENTIAL, 0.0) == SEQUENTIAL[0] and between(SEQUENTIAL, 1.0) == SEQUENTIAL[-1]
    assert between(SEQUENTIAL, 0.5) == SEQUENTIAL[3]


def test_the_scale_of_counts_grows_brighter_throughout_so_that_it_is_read_without_colour():
    levels = [luminance(between(SEQUENTIAL, level)) for level in np.linspace(0, 1, 101)]
    assert all(after > before for before, after in pairwise(levels))


@given(st.sampled_from([SEQUENTIAL, BETTER, WORSE]), st.floats(0, 1))
def test_numbers_are_readable_on_every_colour_of_a_scale(stops: tuple[str, ...], level: float):
    colour = between(stops, level)
    assert contrast(ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_darkest_cell_stands_out_from_the_page(theme: str):
    assert contrast(SEQUENTIAL[0], THEMES[theme]["backgroundColor"]) >= 1.5
