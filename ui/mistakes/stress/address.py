"""What the address carries of the stress lab: a change and its amount, the other networks, the image that is tested."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import ConfigError
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS, Transformation
from mnist_core.numerals import decimal
from ui import networks
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, Listed, OneOf, UpTo

# Keys of widgets, and in session state: an amount has a widget for each change.
WHAT, AMOUNT, WITH, TESTED = "stress_what", "stress_amount", "stress_with", "stress_tested"
MOST = 2  # networks beside the page's own


def what() -> Transformation:
    """The change that is chosen."""
    return TRANSFORMATIONS[st.session_state[WHAT]]


def usual_amount() -> float:
    """A setting of it that hurts without destroying: the second one measured above the neutral."""
    each = what()
    return float(round(each.neutral + 2 * each.stride * each.step, 6))


def _amount(text: str) -> float:
    """The amount nearest to it that one can choose."""
    each, amount = what(), decimal(text)
    if amount is None or not each.low <= amount <= each.high:
        raise ConfigError("amount", text, f"from {each.low:g} to {each.high:g} {each.unit}")
    return float(round(each.low + round((amount - each.low) / each.step) * each.step, 6))


ADDRESS = Address(
    Parameter("transform", OneOf(TRANSFORMATIONS), next(iter(TRANSFORMATIONS)), key=WHAT, label="change", always=True),
    Parameter("amount", Checked(_amount, "{:g}".format), usual_amount, key=AMOUNT, always=True),
    Parameter("with", Listed(networks.NAMED, MOST), list, key=WITH, label="other networks", choice=True),
    Parameter("tested", UpTo(0, lambda: len(state.dataset().y_test) - 1), key=TESTED, label="test image"),
)
