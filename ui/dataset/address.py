"""What the Dataset page's address carries."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mnist_core.errors import ConfigError
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, OneOf, UpTo, Whole

SPLITS: Mapping[str, str] = {"train": "Training", "test": "Test"}
PER_PAGE = 60
MAX_SEED = 2**32 - 1
SPLIT, DIGIT, SEED, PAGE, IMAGE = "split", "digit", "seed", "page", "image"  # keys of widgets


def classes() -> list[str]:
    """What can be chosen: "all", and the places of the classes of the data set in use."""
    return ["all", *map(str, range(len(state.dataset().classes)))]


def _class(text: str) -> str:
    if text not in classes():
        raise ConfigError("digit", text, f"all, or 0 to {len(classes()) - 2}")
    return text


def _images() -> int:
    data = state.dataset()
    return len(data.y_train if st.session_state[SPLIT] == "train" else data.y_test)


ADDRESS = Address(
    Parameter("split", OneOf(SPLITS), "train", key=SPLIT),
    Parameter("digit", Checked(_class), "all", key=DIGIT, choice=True),
    Parameter("seed", Whole(0, MAX_SEED), 0, key=SEED),
    Parameter("page", UpTo(1, lambda: -(-_images() // PER_PAGE)), 1, key=PAGE),
    Parameter("image", UpTo(0, lambda: _images() - 1), 0, key=IMAGE),
)
