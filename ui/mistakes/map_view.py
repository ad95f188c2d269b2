"""The map: all test images as points, those that look alike to an eye or to the network near each other."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.architectures import CLASSES
from mnist_core.exploring.placement import METHODS, SECONDS, has_hidden_layer, inside
from ui import scatter
from ui.analysis import analysis_of, needed
from ui.judged import Judged
from ui.mistakes.found import found
from ui.page import explained

BY: Mapping[str, str] = {"activations": "Hidden layer", "pixels": "Pixels"}
COLOUR: Mapping[str, str] = {"truth": "True digit", "read": "Digit read", "right": "Right or wrong"}
ONLY: Mapping[str, str] = {"all": "All images", "wrong": "Only mistakes"}
ANY = -1  # stands for every digit in the select boxes, which take `None` for nothing chosen
DIGITS = (ANY, *range(CLASSES))
# Of widgets; in the address without what stands before the last underscore.
KEYS = {name: f"map_{name}" for name in ("by", "method", "colour", "only", "truth", "answer")}
LASSO, AT = "map_lasso", "map_at"  # in session state: corners (x, y) on the grid, or a place
NEAR = 24  # images shown of a point that was clicked: itself and the nearest on the map
CORNERS = (3, 100)  # of a lasso in an address, at least and at most
NOTES = {
    "tsne": "t-SNE keeps neighbours together: who lies next to whom means much, how far apart two groups lie means "
    "little, and so do the sizes of groups.",
    "pca": "The two directions in which the images differ most, {shown:.0f} % of all their variance; what differs in "
    "other directions lies on top of each other.",
}


@dataclass(frozen=True)
class Choice:
    """What the map shows.

    Attributes:
        colour: key of `COLOUR`.
        only_wrong: whether images read right are faint.
        truth: the only true digit shown, `None` for all.
        answer: the only digit read shown, `None` for all.
        lasso: corners on the scatter's grid, `None` without.
        at: the image that was clicked, `None` without.
    """

    colour: str
    only_wrong: bool
    truth: int | None
    answer: int | None
    lasso: Sequence[tuple[int, int]] | None
    at: int | None

    def shown(self, judged: Judged) -> np.ndarray:
        """(n,) bool: the images that pass the filters."""
        truth, read = judged.data.y_test, judged.evaluation.predicted
        result = np.ones(len(truth), bool)
        if self.only_wrong:
            result &= truth != read
        if self.truth is not None:
            result &= truth == self.truth
        if self.answer is not None:
            result &= read == self.answer
        return result

    @property
    def filtered(self) -> bool:
        """Whether some images are left out."""
        return self.only_wrong or self.truth is not None or self.answer is not None


def view(judged: Judged) -> None:
    """Draw the map and the images that were chosen on it."""
    hidden = has_hidden_layer(judged.network)
    _fill_from_address(judged, hidden)
    by, method = _method(hidden)
    st.query_params.update({"by": by, "method": method})
    run = judged.trained.run
    if by == "activations" and run is not None and run.is_live:
        st.info(
            "This run is still training, and its hidden layer changes. Its map can be made when it has ended; "
            "by pixels there is one now.",
            icon=":material/sync:",
        )
        return
    analysis = analysis_of("map", judged.data, judged.trained if by == "activations" else None, method=method)
    words = f"Placing {len(judged.data.y_test):,} images"
    result = needed(analysis, words=words, seconds=SECONDS[method])
    if result is not None:
        st.fragment(_draw)(judged, by, method, result)


def _method(hidden: bool) -> tuple[str, str]:
    with st.container(horizontal=True, key="map_method_choice"):
        by = st.segmented_control(
            "Place images by",
            list(BY) if hidden else ["pixels"],
            format_func=BY.get,
            key=KEYS["by"],
            required=True,
            on_change=_choose,
            args=({},),
            help="By what the last hidden layer makes of an image, or by the image itself. A linear network has no "
            "hidden layer.",
        )
        method = st.segmented_control(
            "Method",
            list(METHODS),
            format_func=METHODS.get,
            key=KEYS["method"],
            required=True,
            on_change=_choose,
            args=({},),
            help="How many numbers an image become two: t-SNE keeps neighbours together, principal components keep "
            "large differences.",
        )
    return by, method


def _draw(judged: Judged, by: str, method: str, result: Mapping[str, np.ndarray]) -> None:
    with explained():
        points = result["points"]
        left, right = st.columns(2, gap="medium")
        below = st.container()
        with left:
            choice = _choices()
            _to_address(choice)
            shown = choice.shown(judged)
            scatter.scatter(
                points,
                judged.data.y_test,
                judged.evaluation.predicted,
                _choose,
                colour=choice.colour,
                only_wrong=choice.only_wrong,
                true_digit=choice.truth,
                read_digit=choice.answer,
                lasso=choice.lasso,
                at=choice.at,
                alt=_alt(judged, shown, by, method),
                key="map_points",
            )
            st.caption(
                "Crosses are mistakes. Draw around points, or click one, to see their images. Ctrl and the wheel, two "
                "fingers or + enlarge: dots become digits."
            )
            part = 100 * float(result["explained"].sum()) if "explained" in result else 0.0
            st.caption(NOTES[method].format(shown=part))
            if judged.step is not None and by == "activations":
                st.caption("The places are those of the run's last state; answers are those of the step that is shown.")
        with right:
            _chosen(judged, points, choice, shown, below)
        _table(judged, points, shown, choice)


def _choices() -> Choice:
    with st.container(horizontal=True, key="map_choices"):
        colour = st.segmented_control(
            "Colour", list(COLOUR), format_func=COLOUR.get, key=KEYS["colour"], required=True, help="What colours tell."
        )
        only = st.segmented_control(
            "Show",
            list(ONLY),
            format_func=ONLY.get,
            key=KEYS["only"],
            required=True,
            help="Mistakes alone leave the others faint.",
        )
        truth, answer = (
            st.selectbox(label, DIGITS, format_func=_any, key=KEYS[name], width=130, help=words)
            for label, name, words in (
                ("True digit", "truth", "Show the images of one digit only."),
                ("Read as", "answer", "Show the images read as one digit only."),
            )
        )
    lasso, at = st.session_state.get(LASSO), st.session_state.get(AT)
    return Choice(
        colour, only == "wrong", None if truth == ANY else truth, None if answer == ANY else answer, lasso, at
    )


def _any(digit: int) -> str:
    return "any" if digit == ANY else str(digit)


def _choose(chosen: Mapping[str, object]) -> None:
    """Take what was chosen on the map; a callback."""
    lasso, place = chosen.get("lasso"), chosen.get("place")
    st.session_state[LASSO] = _corners(lasso) if isinstance(lasso, list) else None
    st.session_state[AT] = place if isinstance(place, int) else None


def _corners(numbers: Sequence[object]) -> list[tuple[int, int]] | None:
    """Corners of a lasso from x, y, x, y, ...; `None` for what is none."""
    fits = CORNERS[0] <= len(numbers) / 2 <= CORNERS[1] and len(numbers) % 2 == 0
    if not fits or not all(isinstance(number, int) and abs(number) <= 10 * scatter.GRID for number in numbers):
        return None
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _chosen(judged: Judged, points: np.ndarray, choice: Choice, shown: np.ndarray, below: DeltaGenerator) -> None:
    places, title = _places(points, choice, shown)
    if places is None:
        st.info(
            "Draw around some points, click one, or choose digits: their images will be here.",
            icon=":material/lasso_select:",
        )
        return
    wrong = int((judged.data.y_test[places] != judged.evaluation.predicted[places]).sum())
    count = f"{wrong:,}" if choice.only_wrong else f"{len(places):,}, {wrong:,} of them read wrong"
    found(judged, places, key="map", title=f"{title}: {count}", opens=choice.at, below=below)


def _places(points: np.ndarray, choice: Choice, shown: np.ndarray) -> tuple[np.ndarray | None, str]:
    """The places of what was chosen, and what they are; `None` where nothing was."""
    candidates = np.flatnonzero(shown)
    if choice.lasso is not None:
        enclosed = inside(points[candidates], np.array(choice.lasso) / scatter.GRID)
        return candidates[enclosed], f"{_filter_words(choice)} inside the line"
    if choice.at is not None:
        distances = np.hypot(*(points[candidates] - points[choice.at]).T)
        near = candidates[np.argsort(distances, kind="stable")[:NEAR]]
        return near, f"{_filter_words(choice)} nearest to image {choice.at:,} on the map"
    return (candidates, _filter_words(choice)) if choice.filtered else (None, "")


def _filter_words(choice: Choice) -> str:
    words = "Mistakes" if choice.only_wrong else "Images"
    words += f" of a {choice.truth}" if choice.truth is not None else ""
    return words + (f" read as {choice.answer}" if choice.answer is not None else "")


def _alt(judged: Judged, shown: np.ndarray, by: str, method: str) -> str:
    wrong = int((judged.data.y_test[shown] != judged.evaluation.predicted[shown]).sum())
    return (
        f"Map of the test images by {BY[by].lower()}, {METHODS[method]}: {int(shown.sum()):,} of {len(shown):,} shown, "
        f"{wrong:,} of them read wrong. The select boxes choose digits, the table under the map lists the images."
    )


def _table(judged: Judged, points: np.ndarray, shown: np.ndarray, choice: Choice) -> None:
    places = _places(points, choice, shown)[0]
    listed = np.flatnonzero(shown) if places is None else places
    table = st.expander("As a table", icon=":material/table:", on_change="rerun", key="map_table")
    if table.open:  # Ten thousand rows are not sent to those who do not look.
        columns = _columns(judged, points, listed)
        with table:
            st.dataframe(columns, hide_index=True, height=320, key="map_rows")
            st.download_button(
                "Download as CSV",
                _csv(columns),
                file_name="map.csv",
                mime="text/csv",
                icon=":material/download:",
                key="map_csv",
                on_click="ignore",
            )


def _columns(judged: Judged, points: np.ndarray, places: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "image": places,
        "true digit": judged.data.y_test[places].astype(np.int64),
        "read as": judged.evaluation.predicted[places],
        "x": points[places, 0].round(4),
        "y": points[places, 1].round(4),
    }


def _csv(columns: Mapping[str, np.ndarray]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["image", "true", "read", "x", "y"])
    writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
    return buffer.getvalue()


def _fill_from_address(judged: Judged, hidden: bool) -> None:
    """At the first visit, what the address asks for; afterwards what the reader chose."""
    usual = {"by": "activations" if hidden else "pixels", "method": "tsne", "colour": "truth", "only": "all"}
    offered = {"by": BY, "method": METHODS, "colour": COLOUR, "only": ONLY}
    problems = []
    if KEYS["method"] not in st.session_state:
        for name, options in offered.items():
            asked = st.query_params.get(name, usual[name])
            if asked not in options:
                problems.append(f"{name}={asked[:40]}")
            st.session_state[KEYS[name]] = asked if asked in options else usual[name]
        digits = {str(digit): digit for digit in range(CLASSES)}
        for name in ("truth", "answer"):
            asked = st.query_params.get(name)
            if asked is not None and asked not in digits:
                problems.append(f"{name}={asked[:40]}")
            st.session_state[KEYS[name]] = digits.get(asked, ANY)
        problems += _choice_from_address(len(judged.data.y_test))
    if st.session_state.get(KEYS["by"]) == "activations" and not hidden:
        st.session_state[KEYS["by"]] = "pixels"
        st.info(f"{judged.trained.name} has no hidden layer: images lie by their pixels.", icon=":material/info:")
    if problems:
        st.info(
            f"The link asks the map for what it has not ({', '.join(problems)}); the usual is shown instead.",
            icon=":material/link_off:",
        )


def _choice_from_address(images: int) -> list[str]:
    problems = []
    lasso, at = st.query_params.get("lasso"), st.query_params.get("at")
    if lasso is not None:
        parts = lasso.split("_")[: 2 * CORNERS[1] + 2]
        numbers = [int(part) if _is_whole(part) else None for part in parts]
        st.session_state[LASSO] = _corners(numbers)
        if st.session_state[LASSO] is None:
            problems.append("lasso")
    elif at is not None:
        if _is_whole(at) and 0 <= int(at) < images:
            st.session_state[AT] = int(at)
        else:
            problems.append(f"at={at[:40]}")
    return problems


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 7


def _to_address(choice: Choice) -> None:
    lasso = None if choice.lasso is None else "_".join(str(number) for corner in choice.lasso for number in corner)
    values = {
        "colour": choice.colour,
        "only": "wrong" if choice.only_wrong else None,
        "truth": choice.truth,
        "answer": choice.answer,
        "lasso": lasso,
        "at": choice.at,
    }
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)
