"""What the Dataset page's address carries."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mnist_core.drawing.images import CLASSES
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import OneOf, UpTo, Whole

SPLITS: Mapping[str, str] = {"train": "Training", "test": "Test"}
DIGITS = ["all", *map(str, range(CLASSES))]
PER_PAGE = 60
MAX_SEED = 2**32 - 1
SPLIT, DIGIT, SEED, PAGE, IMAGE = "split", "digit", "seed", "page", "image"  # keys of widgets


def _images() -> int:
    data = state.dataset()
    return len(data.y_train if st.session_state[SPLIT] == "train" else data.y_test)


ADDRESS = Address(
    Parameter("split", OneOf(SPLITS), "train", key=SPLIT),
    Parameter("digit", OneOf(DIGITS), "all", key=DIGIT),
    Parameter("seed", Whole(0, MAX_SEED), 0, key=SEED),
    Parameter("page", UpTo(1, lambda: -(-_images() // PER_PAGE)), 1, key=PAGE),
    Parameter("image", UpTo(0, lambda: _images() - 1), 0, key=IMAGE),
)
