"""The training images as pages search them, and the threshold from which an answer is sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.certainty import Certainty, certainties, limit_of
from mnist_core.neighbours import Neighbours
from mnist_core.reference import certainty_limit
from ui import state

SAMPLE = 200  # test images of a data set that is not MNIST, from which its threshold is taken: under a second


@dataclass(frozen=True)
class Searched:
    """The training images of the data set in use.

    Attributes:
        name: of the data set.
        images: (n, 28, 28) uint8, the data set's own array.
        neighbours: to search them.
        limit: the threshold of `certainty`.
    """

    name: str
    images: np.ndarray
    neighbours: Neighbours
    limit: float


def searched() -> Searched | None:
    """The training images where they are here already; starts to load them and never waits."""
    data = state.loaded_dataset()
    return None if data is None else _searched(data.digest)


def sure_of(image: np.ndarray, digits: tuple[int, ...]) -> dict[int, Certainty]:
    """How like the (28, 28) uint8 image is to each of these digits; empty while the data set is on its way."""
    data = state.loaded_dataset()
    return {} if data is None else _certainties(data.digest, image, tuple(sorted(set(digits))))


# Asked twice for every drawing: by the answers, and by the words that explain them.
@st.cache_data(max_entries=64, show_spinner=False)
def _certainties(digest: str, image: np.ndarray, digits: tuple[int, ...]) -> dict[int, Certainty]:
    found = _searched(digest)
    return certainties(found.neighbours, image, digits, found.limit)


@st.cache_resource(max_entries=1, show_spinner=False)
def _searched(digest: str) -> Searched:
    data = state.dataset()
    neighbours = Neighbours(data.x_train, data.y_train)
    limit = certainty_limit() if data.is_mnist else limit_of(neighbours, data, sample=SAMPLE)
    return Searched(data.name, data.x_train, neighbours, limit)
