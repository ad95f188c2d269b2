"""The training images as pages search them, and answers with what they say of how sure those are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.insight.one_image.certainty import Likeness, Limits, likenesses, limits_of
from mnist_core.insight.one_image.neighbours import Neighbours
from mnist_core.insight.one_image.reference import certainty_limits
from mnist_core.network.network import Network
from ui.frame import state
from ui.parts.answers import Answer

SAMPLE = 200  # test images of a data set that is not MNIST, from which its threshold is taken: under a second


@dataclass(frozen=True)
class Searched:
    """The training images of the data set in use.

    Attributes:
        name: of the data set.
        images: (n, 28, 28) uint8, the data set's own array.
        neighbours: to search them.
        limits: the thresholds of `certainty`.
    """

    name: str
    images: np.ndarray
    neighbours: Neighbours
    limits: Limits


def searched() -> Searched | None:
    """The training images where they are here already; starts to load them and never waits."""
    data = state.loaded_dataset()
    return None if data is None else _searched(data.digest)


def likeness_to(image: np.ndarray, digits: Iterable[int]) -> dict[int, Likeness]:
    """How like the (28, 28) uint8 image is to each of these digits; empty while the data set is on its way."""
    data = state.loaded_dataset()
    return {} if data is None else _likenesses(data.digest, image, tuple(sorted(set(digits))))


def answers_to(image: np.ndarray, networks: Iterable[tuple[str, Network]], *, truth: int | None = None) -> list[Answer]:
    """What each network, with its name for people, answers to the (28, 28) uint8 image, and how sure it is.

    Args:
        image: what they see.
        networks: in the order of the answers.
        truth: the digit that the image's label says; `None` where it has none.
    """
    said = [(name, network.answers(image[None])) for name, network in networks]
    read = [int(each.probabilities[0].argmax()) for _, each in said]
    known = likeness_to(image, read)
    return [
        Answer(name, each.scores[0], each.probabilities[0], known.get(digit), truth)
        for (name, each), digit in zip(said, read, strict=True)
    ]


# Asked twice for every drawing: by the answers, and by the words that explain them.
@st.cache_data(max_entries=64, show_spinner=False)
def _likenesses(digest: str, image: np.ndarray, digits: tuple[int, ...]) -> dict[int, Likeness]:
    found = _searched(digest)
    return likenesses(found.neighbours, image, digits, found.limits)


@st.cache_resource(max_entries=1, show_spinner=False)
def _searched(digest: str) -> Searched:
    data = state.dataset()
    neighbours = Neighbours(data.x_train, data.y_train)
    limits = certainty_limits() if data.is_mnist else limits_of(neighbours, data, sample=SAMPLE)
    return Searched(data.name, data.x_train, neighbours, limits)
