"""What a gallery of test images can be sorted by, and which of them it can leave out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.insight.all_images.properties import margins, order, shapes
from mnist_core.network.evaluation import losses
from mnist_core.numerals import numeral, percent, signed
from ui.images.fates import fates
from ui.networks.on_test_images import Judged
from ui.words.glossary import GLOSSARY

LEARNED = "learned"  # the order that needs a history


@dataclass(frozen=True)
class Order:
    """One thing to sort by.

    Attributes:
        label: for the select box.
        words: one sentence that says what it is.
        falling: what comes first when the largest values do.
        rising: what comes first when the smallest do.
        values: (n,) float64 of the (n,) places; `nan` where there is none.
        caption: one of the values in eight characters; empty where the gallery shows it anyway.
    """

    label: str
    words: str
    falling: str
    rising: str
    values: Callable[[Judged, np.ndarray], np.ndarray]
    caption: Callable[[Judged, float], str] = lambda judged, value: ""


def _by(method: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[Judged, np.ndarray], np.ndarray]:
    def values(judged: Judged, places: np.ndarray) -> np.ndarray:
        return method(judged.probabilities(places), judged.data.y_test[places])

    return values


def _shape(name: str) -> Callable[[Judged, np.ndarray], np.ndarray]:
    return lambda judged, places: shapes_of(judged.data, places)[name]


def shapes_of(data: Dataset, places: np.ndarray) -> dict[str, np.ndarray]:
    """`properties.shapes` of the test images at the (n,) places; kept for the next click."""
    return _shapes(data.digest, places, data.x_test)


@st.cache_data(max_entries=16, show_spinner=False)
def _shapes(digest: str, places: np.ndarray, _images: np.ndarray) -> dict[str, np.ndarray]:
    return shapes(_images[places])


def _moments(judged: Judged, places: np.ndarray) -> np.ndarray:
    found = fates(judged)
    return np.full(len(places), np.nan) if found is None else found.moments(places)


def _moment_words(judged: Judged, value: float) -> str:
    found = fates(judged)
    return "" if found is None else found.short(value)


ORDERS: Mapping[str, Order] = {
    "loss": Order(
        "Loss",
        GLOSSARY["loss"],
        "Worst first",
        "Best first",
        _by(losses),
    ),
    "margin": Order(
        "Margin",
        "The probability of the likeliest other digit minus that of the true one: above 0 where it was read wrong.",
        "Worst first",
        "Safest first",
        _by(margins),
        lambda judged, value: f"{signed(100 * value, 1)} pt",
    ),
    "ink": Order(
        "Ink",
        "The sum of all pixels, in full ones.",
        "Most first",
        "Least first",
        _shape("ink"),
        lambda judged, value: f"{numeral(value)} px",
    ),
    "slant": Order(
        "Slant",
        "Degrees from upright, above 0 where the top leans right.",
        "Most right first",
        "Most left first",
        _shape("slant"),
        lambda judged, value: f"{signed(value)}°",
    ),
    "width": Order(
        "Stroke width",
        "How wide the pen was, in pixels.",
        "Thickest first",
        "Thinnest first",
        _shape("width"),
        lambda judged, value: f"{numeral(value, 1)} px",
    ),
    LEARNED: Order(
        "When learned",
        "The first snapshot of the run from which the image stays right; some are forgotten, some never learned.",
        "Latest first",
        "Earliest first",
        _moments,
        _moment_words,
    ),
    "place": Order(
        "Place in test set",
        "The order in which the data set holds them.",
        "Last first",
        "First first",
        lambda judged, places: places.astype(np.float64),
        lambda judged, value: numeral(value),
    ),
}
RISING = "-rising"  # at the end of an order's name in the address


def sorted_places(judged: Judged, places: np.ndarray, name: str, *, falling: bool) -> tuple[np.ndarray, np.ndarray]:
    """The (n,) places sorted by the order of this name, and the (n,) values they were sorted by."""
    values = ORDERS[name].values(judged, places)
    by = order(values, falling=falling)
    return places[by], values[by]


def captions(judged: Judged, places: np.ndarray, values: np.ndarray, name: str) -> list[str]:
    """What stands under each image: what it was read as where that differs, how sure, and what it is sorted by.

    A caption says only what the title of a cell does not: of images of one digit that
    were all read as one digit, the probability alone.
    """
    labels, read, names = judged.data.y_test[places], judged.evaluation.predicted[places], judged.data.classes
    one_label, one_read = len(np.unique(labels)) == 1, len(np.unique(read)) == 1
    texts = []
    for label, digit, part, value in zip(labels, read, judged.probabilities(places), values, strict=True):
        if not np.isfinite(part).all():
            first = "none"
        else:
            likely = percent(float(part[digit]), 0).replace("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")
            said = f"{names[digit]} " if label == digit else f"\N{RIGHTWARDS ARROW}{names[digit]} "
            if label != digit and not one_label:
                said = f"{names[label]}{said}"
            first = likely if one_label and one_read else f"{said}{likely}"
        second = ORDERS[name].caption(judged, float(value)) if np.isfinite(value) else ""
        texts.append(f"{first}\n{second}" if second else first)
    return texts
