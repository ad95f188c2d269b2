"""The stress lab: how much a network bears when its test images are shifted, turned, scaled, thickened, blurred."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import CLASSES
from mnist_core.insight.all_images.stress import Change, places_asked, smallest_changes
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS, Transformation
from mnist_core.network.network import Network
from mnist_core.numerals import an, count, numeral, out_of
from ui import networks
from ui.frame.page import explained
from ui.images.address import IMAGE
from ui.images.explorer import found
from ui.mistakes.stress import choice, pictures
from ui.mistakes.stress import curves as stress_curves
from ui.mistakes.stress.address import ADDRESS, TESTED
from ui.mistakes.stress.curves import Curves
from ui.networks import Trained
from ui.networks.analysis import analysis_of, needed
from ui.networks.on_test_images import Judged
from ui.parts.tables import csv_button
from ui.words.plain import plain
from ui.words.run_words import accuracy_words

SEED = 0  # of the examples
MEASURED = 500  # images by which the time for all of them is told

# Why networks do not bear it: facts about the images they learned from.
WHY: Mapping[str, str] = {
    "shift_x": "Every digit of MNIST was moved until its centre of mass lay in the middle: none stands elsewhere.",
    "shift_y": "Every digit of MNIST was moved until its centre of mass lay in the middle: none stands elsewhere.",
    "rotate": "People lean their digits, so some turning was learned; nobody writes them on their side.",
    "scale": "Every digit of MNIST was scaled until its longest side had 20 pixels: none is larger or smaller.",
    "thicken": "Pens differ: strokes in MNIST are 2 to 5 pixels wide, and so much was learned.",
    "thin": "Pens differ: strokes in MNIST are 2 to 5 pixels wide; one of 2 vanishes when each side loses 1.",
    "blur": "Edges of digits in MNIST are about a pixel soft; a blur wider than strokes closes their loops.",
    "noise": "The ground of MNIST is exactly 0: weights there were never asked to stay quiet.",
}


def view(judged: Judged) -> None:
    """Draw the curves, examples, the images that break, and what one image bears."""
    if not len(judged.data.y_test):
        st.info("There are no test images to change.", icon=":material/image_not_supported:")
        return
    choice.from_address(judged, int(example_places(judged.data)[0]))
    others = choice.others(judged)
    asked = [(judged.trained, judged.step), *((trained, None) for trained in others)]
    curves = [_curves_of(judged, trained, step) for trained, step in asked]
    if curves[0] is not None:
        st.fragment(_draw)(judged, [each for each in curves if each is not None], [each.key for each in others])


def _curves_of(judged: Judged, trained: Trained, step: int | None) -> Curves | None:
    """What a worker found out about a network, at a snapshot where a step is given; `None` until there is something."""
    curves = None
    with explained():
        name = trained.title
        if trained.run is not None and trained.run.is_live:  # Each answer would be of weights that have gone on.
            st.info(
                plain(
                    f"{name} is still training, and what it bears changes. Its curves can be drawn when it has ended."
                ),
                icon=":material/sync:",
            )
            return None
        network = networks.network(trained, step)
        options: dict[str, Any] = {}
        if step is not None:
            name, options = f"{name} at step {numeral(step)}", {"step": step}
        images = len(places_asked(network, len(judged.data.y_test)))
        ways = sum(len(each.grid) for each in TRANSFORMATIONS.values())
        result = needed(
            analysis_of("stress", judged.data, trained, **options),
            words=f"Changing {count(images, 'image')} in {ways} ways for {name}",
            seconds=lambda: seconds_of(network, judged.data.x_test[:MEASURED], images),
        )
        if result is not None:
            curves = Curves(name, result, network, f"{trained.identity}-{step}-{judged.data.digest}")
    return curves


def seconds_of(network: Network, sample: np.ndarray, images: int) -> float:
    """How long the curves of a network on so many images take, by one setting of each transformation on a sample.

    Measured here, for machines differ, and a busy one is slower; a worker does the same on as many cores.
    """

    def took(each: Transformation) -> float:
        began = time.perf_counter()
        network.classify(each.apply(sample, float(each.grid[0])))
        return time.perf_counter() - began

    # The shorter of two: what only a first time takes, or another process, is no part of it.
    seconds = sum(min(took(each), took(each)) * len(each.grid) for each in TRANSFORMATIONS.values())
    return seconds * images / max(1, len(sample))


def _draw(judged: Judged, curves: list[Curves], others: list[str]) -> None:
    with explained():
        transformation = choice.transformation()
        left, right = st.columns(2, gap="medium")
        with left:  # What one moves, and right under it what that does to ten digits: a projector shows both.
            amount = choice.how_much(transformation)
            _examples(judged, curves, transformation, amount)
            _now(judged, curves, transformation, amount)
        with right:
            st.html(stress_curves.legend_html(curves))
            st.vega_lite_chart(
                stress_curves.points(curves, transformation.key, amount),
                stress_curves.spec(curves, transformation),
                key=f"stress_chart_{transformation.key}",
            )
            choice.compare_with(judged, others)
            _said(curves, transformation)
        st.html(stress_curves.all_html(curves))
        _table(curves, transformation)
        _one(judged)
        _broken(judged, curves[0], transformation, amount)


def _said(curves: list[Curves], transformation: Transformation) -> None:
    """Say what the curves show."""
    lessons = "\n".join(f"- **{plain(each.name)}**: {stress_curves.lesson(each, transformation)}" for each in curves)
    st.markdown(f"**What the curves say**\n{lessons}")
    st.caption(WHY[transformation.key])


def _now(judged: Judged, curves: list[Curves], transformation: Transformation, amount: float) -> None:
    """Say what the accuracy is at the setting."""
    lines = []
    for each in curves:
        correct = each.correct(transformation.key, amount)
        if correct is None:
            read = _read(judged, each, transformation, amount)
            correct = int((read == judged.data.y_test[each.places]).sum())
        lines.append(f"- **{plain(each.name)}**: {accuracy_words(correct, each.tested)}")
    st.markdown(f"**At this setting: {transformation.in_words(amount)}**\n" + "\n".join(lines))


def _examples(judged: Judged, curves: list[Curves], transformation: Transformation, amount: float) -> None:
    """Draw one image of each digit as it is and changed."""
    data, places = judged.data, example_places(judged.data)
    images, labels = data.x_test[places], data.y_test[places].tolist()
    changed = transformation.apply(images, amount)
    read = {each.name: each.network.classify(changed).tolist() for each in curves}
    st.html(
        pictures.examples_html(
            images, changed, labels, places.tolist(), read, f"Changed: {transformation.in_words(amount)}"
        )
    )
    st.caption(
        "One test image of each digit, drawn at random once. What was read wrong stands bold on orange, the rest is "
        "right."
    )


def example_places(data: Dataset) -> np.ndarray:
    """(n,) places of one test image of each digit that there is, drawn at random once."""
    order = np.random.default_rng(SEED).permutation(len(data.y_test))
    return np.array([order[data.y_test[order] == d][0] for d in range(CLASSES) if (data.y_test == d).any()])


def _table(curves: list[Curves], transformation: Transformation) -> None:
    with st.expander("As a table", icon=":material/table_rows:", key="stress_table"):
        st.html(stress_curves.accuracy_table(curves, transformation))
        csv_button(stress_curves.curves_csv(curves), "stress", label="Download all curves as CSV")


def _one(judged: Judged) -> None:
    """Draw how far one image can be changed in each way before the network answers otherwise."""
    st.subheader("The smallest change that breaks one image", anchor=False)
    opened = st.session_state.get(IMAGE)
    if isinstance(opened, int) and opened != st.session_state.get("stress_last_opened"):
        st.session_state[TESTED] = opened
    st.session_state["stress_last_opened"] = opened
    last = len(judged.data.y_test) - 1
    st.session_state[TESTED] = min(st.session_state[TESTED], last)
    place = st.number_input(
        f"Test image, 0 to {numeral(last)}",
        0,
        last,
        key=TESTED,
        width=180,
        help="Choose an image below, and it is shown here too.",
        persist_state="session",
    )
    ADDRESS.follow()
    label = int(judged.data.y_test[place])
    changes = _smallest(judged.identity, place, judged)
    said = changes[0].said
    broken = sum(each.found for each in changes)
    st.markdown(
        f"Image {numeral(place)}, {an(label)}, is read as {said}, which is {'right' if said == label else 'wrong'}. "
        f"{broken} of {len(changes)} ways to change it lead to another answer within their ranges: on the left the "
        "last image read as before, on the right the first one that is not."
    )
    st.html(pictures.changes_html(changes, label))
    st.caption(
        "Found by two steps of the slider at a time, halved where the answer first differs. A smaller "
        "change in between could be missed."
    )


def _broken(judged: Judged, curves: Curves, transformation: Transformation, amount: float) -> None:
    """Draw the images that are read right as they are, and wrong when changed."""
    places, read = curves.places, _read(judged, curves, transformation, amount)
    labels, before = judged.data.y_test[places], judged.evaluation.predicted[places]
    broken, mended = (before == labels) & (read != labels), (before != labels) & (read == labels)
    right, everything = int((before == labels).sum()), len(judged.data.y_test)
    st.subheader("Images that this breaks", anchor=False)
    asked, lost = (np.bincount(digits, minlength=CLASSES) for digits in (labels, labels[broken]))
    worst = int(np.argmax(lost / np.maximum(asked, 1)))
    words = f"{out_of(int(mended.sum()), len(places) - right)} that were read wrong are read right when changed."
    if broken.any():
        words += f" Most sensitive is the {worst}: {out_of(lost[worst], asked[worst])} break."
    if len(places) < everything:
        words += (
            f" A sample of {numeral(len(places))} of the {numeral(everything)} test images: this network "
            "needs longer than most."
        )
    st.markdown(words)
    title = f"{out_of(int(broken.sum()), right)} images that {curves.name} reads right are read wrong: "
    captions = [f"{label} to {digit}" for label, digit in zip(labels[broken], read[broken], strict=True)]
    found(judged, places[broken], key="stress", title=title + transformation.in_words(amount), captions=captions)


def _read(judged: Judged, curves: Curves, transformation: Transformation, amount: float) -> np.ndarray:
    """(n,) uint8 digits that a network reads in the images that its curves were measured on, changed."""
    return _answers(curves.identity, curves.places, transformation.key, amount, curves.network, judged.data.x_test)


@st.cache_data(max_entries=64, show_spinner=False)
def _answers(
    identity: str, places: np.ndarray, key: str, amount: float, _network: Network, _images: np.ndarray
) -> np.ndarray:
    changed = TRANSFORMATIONS[key].apply(_images[places], amount)
    return _network.classify(changed).astype(np.uint8)


@st.cache_data(max_entries=32, show_spinner=False)
def _smallest(identity: str, place: int, _judged: Judged) -> list[Change]:
    return smallest_changes(_judged.network, _judged.data.x_test[place])
