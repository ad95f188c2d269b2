"""The map: all test images as points, those that look alike to an eye or to the network near each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.insight.all_images.placement import METHODS, SECONDS, has_hidden_layer, inside
from mnist_core.network.evaluation import UNREAD
from mnist_core.numerals import numeral, out_of, percent
from ui.frame.page import explained
from ui.frame.views import menu
from ui.images.explorer import found
from ui.mistakes.map.address import ADDRESS, BY, KEYS
from ui.mistakes.map.choice import Choice, choices, choose, fill_from_address
from ui.networks.analysis import analysis_of, needed
from ui.networks.on_test_images import Judged
from ui.parts import scatter
from ui.parts.tables import csv_button, csv_text

NEAR = 24  # images shown of a point that was clicked: itself and the nearest on the map
NOTES = {
    "tsne": "t-SNE keeps neighbours together: who lies next to whom means much, how far apart two groups lie means "
    "little, and so do the sizes of groups.",
    "pca": "The two directions in which the images differ most, {shown} of all their "
    "variance; what differs in other directions lies on top of each other.",
}


def view(judged: Judged) -> None:
    """Draw the map and the images that were chosen on it."""
    hidden = has_hidden_layer(judged.network)
    fill_from_address(judged, hidden)
    by, method = _method(hidden)
    ADDRESS.follow()
    run = judged.trained.run
    if by == "activations" and run is not None and run.is_live:
        st.info(
            "This run is still training, and its hidden layer changes. Its map can be made when it has ended; "
            "by pixels there is one now.",
            icon=":material/sync:",
        )
        return
    analysis = analysis_of("map", judged.data, judged.trained if by == "activations" else None, method=method)
    words = f"Placing {numeral(len(judged.data.y_test))} images"
    result = needed(analysis, words=words, seconds=SECONDS[method])
    if result is not None:
        st.fragment(_draw)(judged, by, method, result)


def _method(hidden: bool) -> tuple[str, str]:
    with st.container(horizontal=True, key="map_method_choice"):
        by = "pixels"
        if hidden:
            by = menu(
                "Place images by",
                BY,
                key=KEYS["by"],
                on_change=choose,
                args=({},),
                help="By what the last hidden layer makes of an image, or by the image itself.",
            )
        method = menu(
            "Method",
            METHODS,
            key=KEYS["method"],
            on_change=choose,
            args=({},),
            help="How the many numbers of an image become two: t-SNE keeps neighbours together, principal components "
            "keep large differences.",
        )
    return by, method


def _draw(judged: Judged, by: str, method: str, result: Mapping[str, np.ndarray]) -> None:
    with explained():
        points = result["points"]
        left, right = st.columns(2, gap="medium")
        below = st.container()
        with right:
            choice = choices()
            ADDRESS.follow()
        with left:
            shown = choice.shown(judged)
            scatter.scatter(
                points,
                judged.data.y_test,
                judged.evaluation.predicted,
                choose,
                colour=choice.colour,
                only_wrong=choice.only_wrong,
                true_digit=choice.truth,
                read_digit=choice.answer,
                lasso=choice.lasso,
                at=choice.at,
                alt=_alt(judged, shown, by, method),
                key="map_points",
            )
            st.caption("Crosses are mistakes. Two fingers, + or Ctrl and the wheel make it larger: dots become digits.")
            part = float(result["explained"].sum()) if "explained" in result else 0.0
            st.caption(NOTES[method].format(shown=percent(part, 0)))
            if judged.step is not None and by == "activations":
                st.caption("The places are those of the run's last state; answers are those of the step that is shown.")
        with right:
            _chosen(judged, points, choice, shown, below)
        _table(judged, points, shown, choice)


def _chosen(judged: Judged, points: np.ndarray, choice: Choice, shown: np.ndarray, below: DeltaGenerator) -> None:
    places, title = _places(points, choice, shown)
    if places is None:
        st.info("Choose points on the map, or digits: their images will be here.", icon=":material/lasso_select:")
        return
    wrong = int((judged.data.y_test[places] != judged.evaluation.predicted[places]).sum())
    count = numeral(wrong) if choice.only_wrong else f"{numeral(len(places))}, {numeral(wrong)} of them read wrong"
    found(judged, places, key="map", title=f"{title}: {count}", opens=choice.at, below=below)


def _places(points: np.ndarray, choice: Choice, shown: np.ndarray) -> tuple[np.ndarray | None, str]:
    """The places of what was chosen, and what they are; `None` where nothing was."""
    candidates = np.flatnonzero(shown)
    if choice.lasso is not None:
        enclosed = inside(points[candidates], np.array(choice.lasso) / scatter.GRID)
        return candidates[enclosed], f"{choice.words} inside the line"
    if choice.at is not None:
        distances = np.hypot(*(points[candidates] - points[choice.at]).T)
        near = candidates[np.argsort(distances, kind="stable")[:NEAR]]
        return near, f"{choice.words} nearest to image {numeral(choice.at)} on the map"
    return (candidates, choice.words) if choice.filtered else (None, "")


def _alt(judged: Judged, shown: np.ndarray, by: str, method: str) -> str:
    wrong = int((judged.data.y_test[shown] != judged.evaluation.predicted[shown]).sum())
    return (
        f"Map of the test images by {BY[by].lower()}, {METHODS[method]}: {out_of(int(shown.sum()), len(shown))} shown, "
        f"{numeral(wrong)} of them read wrong. The select boxes choose digits, the table under the map lists the "
        "images."
    )


def _table(judged: Judged, points: np.ndarray, shown: np.ndarray, choice: Choice) -> None:
    places = _places(points, choice, shown)[0]
    listed = np.flatnonzero(shown) if places is None else places
    table = st.expander("As a table", icon=":material/table:", on_change="rerun", key="map_table")
    if table.open:  # Ten thousand rows are not sent to those who do not look.
        columns = _columns(judged, points, listed)
        with table:
            st.dataframe(columns, hide_index=True, height=320, key="map_rows")
            csv_button(_csv(columns), "map")


def _columns(judged: Judged, points: np.ndarray, places: np.ndarray) -> dict[str, np.ndarray]:
    read = judged.evaluation.predicted[places]
    return {
        "image": places,
        "true digit": judged.data.y_test[places].astype(np.int64),
        "read as": np.where(read == UNREAD, None, read),
        "x": points[places, 0].round(4),
        "y": points[places, 1].round(4),
    }


def _csv(columns: Mapping[str, np.ndarray]) -> str:
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return csv_text(["image", "true", "read", "x", "y"], rows)
