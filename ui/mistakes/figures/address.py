"""What the address carries of the figures: by what it is told how sure a network is, and which images are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mnist_core.errors import ConfigError
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, OneOf

SURE, CHOSEN = "figures_sure", "figures_of"  # key of the choice; in session state: which images, of all sections
# Ways to make ten outputs parts of 1: what each is called, and what to know of it.
CONFIDENCE: Mapping[str, tuple[str, str]] = {
    "probability": (
        "Probability",
        "Probabilities are what this app calls how sure a network is: training aims at their being right as often as "
        "they say.",
    ),
    "shares": (
        "Shares of the outputs",
        "A share is an output divided by the sum of all ten. Several outputs can be near 1 at a time; their shares are "
        "then far from 1, though the answer may be right.",
    ),
}
SECTIONS: Mapping[str, re.Pattern[str]] = {  # of the view: the names of their images
    "digits": re.compile(r"(missed|mistaken)-[0-9]"),
    "shares": re.compile(r"bin-[0-9]{1,2}"),
    "writers": re.compile("students|census"),
}


def section_of(images: str) -> str:
    """The section that has images of this name."""
    for section, names in SECTIONS.items():
        if names.fullmatch(images):
            return section
    raise ConfigError("images", images, "those of a figure, such as missed-4, bin-14 or students")


def _images(text: str) -> str:
    section_of(text)
    return text


OF = Parameter("of", Checked(_images), key=CHOSEN, label="images", words="Choose some under a figure.")
ADDRESS = Address(
    OF,
    Parameter("sure", OneOf(CONFIDENCE, earlier={"softmax": "probability"}), "probability", key=SURE, label="how sure"),
)
