"""How good the network is, in figures: on each digit, as sure as it is, and on each group of writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.insight.all_images.calibration import Calibration, calibration
from mnist_core.insight.all_images.halves import Halves, halves
from mnist_core.network.network import Network
from mnist_core.network.operations import shares
from mnist_core.numerals import INTERVAL, count, in_points, numeral, out_of, percent, signed_points
from ui.frame import views
from ui.frame.address import hold
from ui.frame.page import explained
from ui.images.explorer import found
from ui.mistakes.figures import charts
from ui.mistakes.figures.address import ADDRESS, CHOSEN, CONFIDENCE, OF, SECTIONS, SURE, section_of
from ui.networks.on_test_images import Judged
from ui.parts.figures import figures
from ui.parts.tables import csv_button, table_html
from ui.words.classes import called
from ui.words.glossary import GLOSSARY


@dataclass(frozen=True)
class Images:
    """Images behind a figure.

    Attributes:
        label: in the menu.
        title: above the gallery.
        places: (m,) int64 places in the test set.
    """

    label: str
    title: str
    places: np.ndarray


def view(judged: Judged) -> None:
    """Draw the figures of each digit, the reliability curve and the two halves, with the images behind each."""
    st.fragment(_draw)(judged)


def _draw(judged: Judged) -> None:
    asked, chosen = _fill_from_address(), []
    with explained():
        figures(judged.evaluation, judged.data.classes)
        chosen.append(_images(judged, "digits", _of_digits(judged), "Images of a digit"))
    with explained():
        st.subheader("As sure as it is right?")
        by = _confidence()
        parts = shares(judged.scores) if by == "shares" else judged.probabilities(np.arange(len(judged.scores)))
        measured = calibration(parts, judged.data.y_test)
        _reliability(measured, by, judged.network)
        chosen.append(_images(judged, "shares", _of_bins(measured), "Images by how sure it was"))
    with explained():
        st.subheader("Who wrote the digits")
        chosen.append(_halves(judged))
    of = next(filter(None, chosen), None)
    if asked and of is None:
        OF.refuse(f"No figure here has the images {st.session_state[CHOSEN]!r}.")
    st.session_state[CHOSEN] = of
    ADDRESS.follow()


def _confidence() -> str:
    words = "Two ways to make one figure of ten outputs: how sure the network was of its answer."
    return views.menu("How sure, by", {name: label for name, (label, _) in CONFIDENCE.items()}, key=SURE, help=words)


def _reliability(measured: Calibration, by: str, network: Network) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.vega_lite_chart(
            spec=charts.reliability_spec(measured),
            key="reliability",
            on_select=_point_at_bin,
            selection_mode=charts.POINTED,
            alt="Reliability curve: how often answers were right over how sure the network was. The table has its "
            "numbers.",
        )
        st.vega_lite_chart(
            spec=charts.counts_spec(measured),
            key="reliability_counts",
            alt="How many images it was how sure of. The table has their numbers.",
        )
        st.caption(
            "A point above the dashed line: more often right than it says; below: surer than right. Upright lines are "
            f"95 % intervals: {GLOSSARY['95 % interval']} The bars below count images; each mark is ten times the one "
            "before."
        )
    with right:
        st.markdown(reliability_words(measured))
        with st.expander("How this is measured", icon=":material/calculate:", key="reliability_how"):
            st.markdown(error_words(measured, by))
            if by == "probability":
                st.markdown(calibrated_words(network))
        header = ("How sure", "Images", "On average", "Read right", "95 % interval")
        _table("reliability", header, charts.reliability_rows(measured))
        csv_button(charts.reliability_csv(measured), "reliability")


def reliability_words(measured: Calibration) -> str:
    """Whether the network is as often right as it says, or to which side it errs."""
    gap = measured.accuracy - measured.confidence
    verdict = "about as sure as it should be" if abs(gap) < 0.002 else "not sure enough" if gap > 0 else "too sure"
    return (
        f"A network that is 90\N{NO-BREAK SPACE}% sure should be right 9 times out of 10. This one is **{verdict}**: "
        f"on average it is {percent(measured.confidence)} sure, and {percent(measured.accuracy)} of its answers are "
        "right."
    )


def error_words(measured: Calibration, by: str) -> str:
    """What the expected calibration error is, and of what."""
    apart = in_points(measured.error, 1)
    return (
        f"**Expected calibration error: {apart}.** All images are sorted into 15 groups by how sure the network was. "
        "In each, how sure it was is compared with how often it was right; on average over all images the two are "
        f"{apart} apart (Guo et al. 2017). {CONFIDENCE[by][1]}"
    )


def calibrated_words(network: Network) -> str:
    """How the network's probabilities were made right as often as they say."""
    if not network.calibrated_on:
        return "As training left them: nothing was fitted afterwards."
    return (
        f"After training it was calibrated on {network.calibrated_on}: before the sums become probabilities they are "
        f"divided by {numeral(network.temperature, 2)}, the number with which it was as sure there as it was right."
    )


def _halves(judged: Judged) -> str | None:
    if not judged.data.is_mnist:
        st.info(
            "Only of MNIST's own test set is it known who wrote which image; these are other images.",
            icon=":material/info:",
        )
        return None
    right = judged.evaluation.predicted == judged.evaluation.labels
    measured = halves(right)
    left, other = st.columns([3, 2], gap="medium")
    with left:
        st.vega_lite_chart(
            spec=charts.halves_spec(measured),
            key="halves",
            on_select=_point_at_half,
            selection_mode=charts.POINTED,
            alt="Rates of errors of the two groups of writers. The table has their numbers.",
        )
    with other:
        st.markdown(halves_words(measured))
        header = ("Written by", "Images", "Wrong", "Rate", "95 % interval")
        _table("halves", header, charts.halves_rows(measured))
        csv_button(charts.halves_csv(measured), "halves")
    menu = {
        name: Images(f"{each.name}: {count(len(each.errors), 'mistake')}",
                     f"{out_of(len(each.errors), each.count)} images of {each.name} were read wrong", each.errors)
        for name, each in (("students", measured.students), ("census", measured.census))
    }  # fmt: skip
    return _images(judged, "writers", menu, "Mistakes of a group")


def halves_words(measured: Halves) -> str:
    """Both rates and their difference, and whether chance would do."""
    students, census = measured.students, measured.census
    low, high = measured.interval
    words = (
        "Images 0 to 5,000 were written by high-school students, the others by staff of the Census Bureau. "
        f"**{out_of(len(students.errors), students.count)}** of the students' images were read wrong "
        f"({percent(students.rate, 2)}), and **{out_of(len(census.errors), census.count)}** of the staff's "
        f"({percent(census.rate, 2)}). The difference is {in_points(measured.difference)}, {INTERVAL} "
        f"{signed_points(low, high)}: "
    )
    if low <= 0 <= high:
        return words + "it may be chance."
    return words + f"the {'students' if low > 0 else 'staff'}' images are harder for this network."


def _of_digits(judged: Judged) -> dict[str, Images]:
    truth, read = judged.evaluation.labels, judged.evaluation.predicted
    menu, what = {}, "digit" if judged.data.is_of_digits else "class"
    for digit, name in enumerate(judged.data.classes):
        of = int((truth == digit).sum())
        missed = np.flatnonzero((truth == digit) & (read != digit))
        words = f"{out_of(len(missed), of)} images of {called(judged.data, digit)} were not read as one"
        menu[f"missed-{digit}"] = Images(f"{name}, missed: {out_of(len(missed), of)} (recall)", words, missed)
    for digit, name in enumerate(judged.data.classes):
        asked = int((read == digit).sum())
        mistaken = np.flatnonzero((truth != digit) & (read == digit))
        words = f"{out_of(len(mistaken), asked)} images read as {name} are another {what}"
        label = f"{name}, wrongly read: {out_of(len(mistaken), asked)} (precision)"
        menu[f"mistaken-{digit}"] = Images(label, words, mistaken)
    return menu


def _of_bins(measured: Calibration) -> dict[str, Images]:
    menu = {}
    for number, each in enumerate(measured.bins):
        if each.count:
            span = f"{percent(each.low)} to {percent(each.high)}"
            words = f"{count(each.count, 'image')} of whose answer it was {span} sure, {numeral(each.correct)} right"
            menu[f"bin-{number}"] = Images(
                f"{span}: {count(each.count, 'image')}, {numeral(each.correct)} right", words, each.places
            )
    return menu


def _images(judged: Judged, section: str, menu: Mapping[str, Images], label: str) -> str | None:
    """Draw the menu and the images chosen from it; what was chosen."""
    key = _key(section)
    if st.session_state.get(key) not in menu:
        st.session_state[key] = None
    chosen = st.selectbox(
        label,
        list(menu),
        index=None,
        format_func=lambda name: menu[name].label,
        key=key,
        on_change=_only,
        args=(section,),
        placeholder="Choose, to see them",
    )
    if chosen is not None:
        found(judged, menu[chosen].places, key=f"figures_{section}", title=menu[chosen].title)
    return chosen


def _point_at_bin() -> None:
    _point("reliability", "shares", lambda row: f"bin-{int(row['bin'])}")


def _point_at_half() -> None:
    _point("halves", "writers", lambda row: str(row["group"]))


def _point(chart: str, section: str, name: Callable[[Mapping[str, Any]], str]) -> None:
    rows = st.session_state[chart].selection.get(charts.POINTED) or []
    st.session_state[_key(section)] = name(rows[0]) if rows else None
    _only(section)


def _only(section: str) -> None:
    """Close the galleries of the other sections; a callback."""
    for other in SECTIONS:
        if other != section:
            st.session_state[_key(other)] = None


def _key(section: str) -> str:
    return f"figures_{section}_of"


def _fill_from_address() -> bool:
    """Have the menus ask for what the address asks for; returns whether it does so now."""
    said, of = ADDRESS.fill(), st.session_state[CHOSEN]
    if of is not None and not any(_key(section) in st.session_state for section in SECTIONS):
        st.session_state[_key(section_of(of))] = of
    for section in SECTIONS:
        hold(_key(section))
    return bool(said.get("of"))


def _table(key: str, header: tuple[str, ...], rows: list[list[str]]) -> None:
    with st.expander("As a table", icon=":material/table:", key=f"{key}_table"):
        st.html(table_html(header, rows))
