"""The ten colours of the map are seen on the page's ground, and told apart also by people who miss a kind of cones."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from ui.experiments.parallel import LINES
from ui.parts.scatter import DIGIT_COLOURS

CONFIG = Path(__file__).parents[3] / ".streamlit" / "config.toml"
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


def contrast(one: str, other: str) -> float:
    """As the Web Content Accessibility Guidelines define it, 1 to 21."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, cones: list) -> np.ndarray:
    """(3,) in Oklab."""
    return np.cbrt(np.clip(np.array(cones) @ linear(colour), 0, 1) @ np.transpose(TO_CONES)) @ np.transpose(TO_LAB)


def ground(theme: str) -> str:
    """The colour of the page."""
    return re.search(rf"\[theme\.{theme}\].*?backgroundColor = \"(#\w{{6}})\"", CONFIG.read_text(), re.S)[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_digit_is_seen_on_the_ground_of_either_theme(theme: str):
    assert min(contrast(colour, ground(theme)) for colour in DIGIT_COLOURS[theme]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lines_of_the_best_and_of_the_worst_trial_are_seen_on_either_ground(theme: str):
    assert min(contrast(colour, ground(theme)) for _, colour in LINES) >= 2.9


@pytest.mark.parametrize("cones", CONES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_digits_look_alike_whichever_cones_an_eye_has(theme: str, cones: str):
    shown = [seen(colour, CONES[cones]) for colour in DIGIT_COLOURS[theme]]
    assert len(shown) == 10 and min(np.linalg.norm(a - b) for a, b in combinations(shown, 2)) > 0.12
