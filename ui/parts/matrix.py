"""The confusion matrix as a table of cells that a mouse, a finger or the arrow keys choose, at each snapshot of a run.

A component of our own: clicks on Plotly's heatmap do not reach Streamlit
(streamlit/streamlit#8760), and with invisible markers laid over it a finger chooses the
cell of the tap before (Plotly selects before it has looked where the finger is).  All
snapshots go to the browser at once, so that its slider waits for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from mnist_core.drawing.images import DIGITS
from mnist_core.insight.all_images.history import difference
from mnist_core.numerals import numeral, signed
from ui.colours import BETTER, SEQUENTIAL, WORSE, between, ink_on
from ui.frame.components import component
from ui.parts.tables import csv_text

MODES: Mapping[str, str] = {
    "counts": "Counts",
    "row": "Share of row",
    "column": "Share of column",
    "errors": "Errors only",
    "difference": "Difference",
}
WORDS: Mapping[str, str] = {
    "counts": "A row holds all images of a digit, a column all that were read as a digit.",
    "row": "Percent of the images of the true digit: on the diagonal, the recall.",
    "column": "Percent of the images that were read as the digit: on the diagonal, the precision.",
    "errors": "What was read wrong; the diagonal is left out.",
    "difference": "How many more images each cell has than the other matrix, which is chosen below: blue is better, "
    "orange is worse.",
}
LOGARITHM = "Each step of colour stands for several times as many images, so that a single error shows."
SMALLEST_SHARE = 0.05  # percent; the darkest colour of shares
SHADES, SIGNED = 32, 9  # colours of the sequential scale, and of each side of differences


@dataclass(frozen=True)
class Frame:
    """The matrix at one moment.

    Attributes:
        matrix: (classes, classes) int64 counts.
        step: training steps; `None` where the moment is the only one.
        epoch: passes over the training images.
        words: the moment in words, with the accuracy.
    """

    matrix: np.ndarray
    words: str
    step: int | None = None
    epoch: float | None = None


def values(matrix: np.ndarray, mode: str, base: np.ndarray | None = None) -> np.ndarray:
    """(classes, classes) float64: the numbers of a mode, shares in percent; rows are what images are.

    Args:
        matrix: (classes, classes) int64 counts.
        mode: key of `MODES`.
        base: (classes, classes) counts that "difference" takes away.
    """
    if mode == "difference":
        return difference(matrix, matrix if base is None else base).astype(np.float64)
    if mode == "errors":
        return (matrix * ~np.eye(len(matrix), dtype=bool)).astype(np.float64)
    if mode in ("row", "column"):
        totals = matrix.sum(axis=1 if mode == "row" else 0, keepdims=True)
        totals = np.broadcast_to(totals, matrix.shape)
        return np.divide(100.0 * matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    return matrix.astype(np.float64)


def texts(numbers: np.ndarray, mode: str) -> list[str]:
    """What the cells show, row by row; nothing where there is nothing."""
    shown: Mapping[str, Callable[[float], str]] = {
        "row": partial(numeral, digits=1),
        "column": partial(numeral, digits=1),
        "difference": signed,
    }
    words = shown.get(mode, numeral)
    return [words(number) if number else "" for number in numbers.ravel()]


def shades(numbers: np.ndarray, mode: str, highest: float) -> list[int]:
    """Where in `palette` the colour of each cell is, row by row; -1 where there is nothing.

    Colours follow the logarithm: one error beside a thousand right answers still has a
    colour of its own.

    Args:
        numbers: (classes, classes) of `values`.
        mode: key of `MODES`.
        highest: the magnitude of the brightest colour, the same for all matrices of a run.
    """
    lowest = SMALLEST_SHARE if mode in ("row", "column") else 1.0
    # At least tenfold, so that a matrix of single errors is not all in the brightest colour.
    span = np.log(max(highest / lowest, 10.0))
    level = np.clip(np.log(np.maximum(np.abs(numbers) / lowest, 1.0)) / span, 0, 1)
    if mode == "difference":
        better = (numbers > 0) == np.eye(len(numbers), dtype=bool)
        place = SHADES + np.where(better, 0, SIGNED) + np.rint(level * (SIGNED - 1))
    else:
        place = np.rint(level * (SHADES - 1))
    return np.where(numbers != 0, place, -1).astype(int).ravel().tolist()


def palette() -> list[tuple[str, str]]:
    """Colours with the colour of text on them: of numbers, of what became better, of what became worse."""
    scales = ((SEQUENTIAL, SHADES), (BETTER, SIGNED), (WORSE, SIGNED))
    colours = [between(stops, level) for stops, many in scales for level in np.linspace(0, 1, many)]
    return [(colour, ink_on(colour)) for colour in colours]


def matrix_csv(matrix: np.ndarray, mode: str, base: np.ndarray | None = None, classes: Sequence[str] = DIGITS) -> str:
    """The matrix as it is shown, as a CSV file: a row a true class, a column a class read, totals of the counts."""
    return csv_text(
        ["true", *(f"read_as_{name}" for name in classes), "images"],
        (
            [name, *(f"{value:.4g}" for value in row), int(matrix[place].sum())]
            for place, (name, row) in enumerate(zip(classes, values(matrix, mode, base), strict=True))
        ),
    )


def confusion_matrix(
    frames: Sequence[Frame],
    place: int,
    mode: str,
    chosen: tuple[int, int],
    *,
    on_choose: Callable[[int, int], None],
    on_step: Callable[[int], None] = lambda step: None,
    base: np.ndarray | None = None,
    base_name: str = "",
    weights: Mapping[str, object] | None = None,
    image: Mapping[str, object] | None = None,
    classes: Sequence[str] = DIGITS,
    key: str,
) -> None:
    """Draw the matrix, and with more than one frame a slider over them.

    Args:
        frames: the moments, by rising step.
        place: which of them is shown.
        mode: key of `MODES`.
        chosen: the cell (true, read) that is outlined.
        on_choose: called with a cell that was chosen; as callbacks of widgets it runs before the page does.
        on_step: called with the step at which the slider came to rest.
        base: (classes, classes) counts that the difference is taken to.
        base_name: what those are of, for people.
        weights: what `ui.mistakes.matrix.travel.weights` gives: pictures that change with the slider.
        image: what `ui.mistakes.matrix.travel.image` gives: what became of one image.
        classes: names of what images are of.
        key: the component's key in session state.
    """

    def on_cell_change() -> None:
        true, read = st.session_state[key].cell
        if {true, read} <= set(range(len(classes))):
            on_choose(true, read)

    def on_step_change() -> None:
        step = st.session_state[key].step
        if step in [frame.step for frame in frames]:  # The browser sent it.
            on_step(step)

    numbers = [values(frame.matrix, mode, base) for frame in frames]
    highest = max(float(np.abs(each).max()) for each in numbers)
    data = {
        "classes": list(classes),
        "frames": [
            {
                "step": frame.step,
                "words": frame.words,
                "counts": frame.matrix.ravel().tolist(),
                "texts": texts(each, mode),
                "shades": shades(each, mode, highest),
            }
            for frame, each in zip(frames, numbers, strict=True)
        ],
        "place": place,
        "chosen": list(chosen),
        "palette": palette(),
        "base": None if base is None or mode != "difference" else base.ravel().tolist(),
        "name": base_name,
        "weights": weights,
        "image": image,
    }
    component("matrix/matrix.js", html=HTML)(
        key=key, data=data, on_cell_change=on_cell_change, on_step_change=on_step_change
    )


HTML = """<div class="travel" hidden>
<div class="words" aria-live="polite"></div>
<div class="controls">
<button class="back" type="button" aria-label="Snapshot before" title="Snapshot before">&#x2039;</button>
<button class="play" type="button" title="Play the snapshots one after the other">Play</button>
<button class="on" type="button" aria-label="Next snapshot" title="Next snapshot">&#x203a;</button>
<input class="slider" type="range" min="0" step="1" aria-label="Snapshot">
</div></div>
<div class="frame">
<div class="across"><span>Read as</span><span class="narrow">Rows: true digit. Columns: read as.</span></div>
<div class="down">True digit</div>
<table><caption></caption></table></div>
<figure class="weights" hidden><figcaption></figcaption><div class="tiles"></div></figure>
<div class="image" hidden><div class="fate"></div><div class="marks" role="img"></div></div>"""
