"""The inside of a run's network while it learns, and at each of its snapshots afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES
from mnist_core.errors import ModelError
from mnist_core.insight.all_images.units import LayerUnits
from mnist_core.network.layers import Conv2D
from mnist_core.network.network import Network
from mnist_core.numerals import brief, numeral
from mnist_core.store.runs.records import Run
from ui import networks
from ui.explain.inside import asked, inside_of, units_known
from ui.frame import state
from ui.frame.views import menu

MOST_PAIRS, MOST_NAMES = 5, 12  # that are said
DIGIT, USUAL = "run_inside_digit", 3  # key of the menu, and what it begins with


def run_inside(run: Run) -> None:
    """Draw what the network makes of a test image: with its latest weights, or those of a snapshot that is chosen."""
    if not run.step:
        return
    trained = networks.of_run(run)
    try:
        latest = networks.network(trained)
    except ModelError:
        return  # It failed before any were kept, or they are no numbers: what is said above says so.
    opened = st.expander(
        "Inside the network", icon=":material/hub:", expanded=True, key="run_inside", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        with st.container(horizontal=True, key="run_inside_choice", gap="large"):
            image = _image()
            step = None if run.is_live else _moment(run)
        identity = trained.identity if step is None else f"{run.id}-at-{step}"
        network = latest if step is None else networks.network(trained, step)
        inside_of(identity, network, image, key="run_inside_view")
        data = state.loaded_dataset()
        if data is not None and not run.is_live:
            _odd_units(network, units_known(identity, network, data, key="run_inside_units"), len(asked(network, data)))


def _image() -> np.ndarray | None:
    """The first test image of the digit that is chosen; `None` before the images are here."""
    data = state.loaded_dataset()
    if data is None:
        return None
    digits = {digit: str(digit) for digit in range(CLASSES)}
    digit = menu("What it makes of the first test image of", digits, key=DIGIT, default=USUAL)
    places = np.flatnonzero(data.y_test == digit)
    return data.x_test[places[0]] if len(places) else None


def _moment(run: Run) -> int | None:
    """The step that is chosen of those whose weights were kept; `None` where there are not two."""
    epochs = {each.step: each.epoch for each in state.store().runs.results.snapshots(run.id)}
    if len(epochs) < 2:
        return None
    with st.container(width=420):
        return st.select_slider(
            "As it was after",
            list(epochs),
            value=max(epochs),
            format_func=lambda step: f"{brief(epochs[step])} epochs" if step else "nothing learned",
            key=f"run_inside_step_{run.id}",
            help="Weights that were kept while it learned. Move it to see them take shape.",
        )


def _odd_units(network: Network, layers: Sequence[LayerUnits], images: int) -> None:
    """Say which units died, and which double another; what pooling makes of filters is no other news."""
    weighing = [each for each in layers if network.weights[each.layer]]
    for each in weighing:
        kind = "filter" if isinstance(network.layers[each.layer], Conv2D) else "unit"
        where = f" of layer {each.layer + 1}" if len(weighing) > 1 else ""
        if each.dead:
            many = len(each.dead) > 1
            st.caption(
                f"{kind.capitalize()}{'s' if many else ''} {_names(each.dead)}{where} {'are' if many else 'is'} dead: "
                f"none of {numeral(images)} test images makes {'them' if many else 'it'} speak."
            )
        for pair in each.doubled[:MOST_PAIRS]:
            st.caption(
                f"{kind.capitalize()} {pair.unit + 1}{where} doubles {kind} {pair.like + 1}: the two rise and fall "
                f"together (correlation {numeral(pair.correlation, 2)})."
            )


def _names(units: Sequence[int]) -> str:
    names = ", ".join(str(unit + 1) for unit in units[:MOST_NAMES])
    return f"{names} and {len(units) - MOST_NAMES} more" if len(units) > MOST_NAMES else names
