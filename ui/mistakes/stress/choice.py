"""What the stress lab is asked: the transformation, its amount, the networks beside the page's own, one image.

The address carries them as `transform`, `amount`, `with` and `tested`.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS, Transformation
from mnist_core.numerals import decimal, whole
from ui import networks
from ui.frame.address import carry
from ui.frame.dead_links import unknown
from ui.networks import Trained
from ui.networks.on_test_images import Judged

WHAT, AMOUNT, WITH, TESTED = "stress_what", "stress_amount", "stress_with", "stress_tested"
VISIT = "stress_visit"  # in session state: the visit of the page that the address was read at
NAMES = ("transform", "amount", "with", "tested")  # in the address
MOST = 2  # networks beside the page's own


def from_address(judged: Judged) -> None:
    """Take what the address says when the page is opened; say what of it is not here."""
    if st.session_state.get(VISIT) == st.session_state.get("page_visit") and WHAT in st.session_state:
        return
    st.session_state[VISIT] = st.session_state.get("page_visit")
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    wrong = []
    key = asked.get("transform", next(iter(TRANSFORMATIONS)))
    if key not in TRANSFORMATIONS:
        wrong.append(f"transform={key}")
        key = next(iter(TRANSFORMATIONS))
    each = TRANSFORMATIONS[key]
    st.session_state[WHAT] = key
    amount = decimal(asked.get("amount", f"{_usual(each)}"))
    if amount is None or not each.low <= amount <= each.high:
        wrong.append(f"amount={asked['amount']}")
        amount = _usual(each)
    steps = round((amount - each.low) / each.step)
    st.session_state[f"{AMOUNT}_{key}"] = float(round(each.low + steps * each.step, 6))
    keys = [text for text in asked.get("with", "").split(",") if text]
    known = []
    for text in dict.fromkeys(keys):
        try:
            known.append(networks.find(text).key)
        except DigitLabError:
            wrong.append(f"with={text}")
    st.session_state[WITH] = [text for text in known if text != judged.trained.key][:MOST]
    # An image that another view opened is the one to change, where it exists.
    for name in ("tested", "image"):
        text = st.query_params.get(name, "")
        place = whole(text)
        if place is not None and 0 <= place < len(judged.data.y_test):
            st.session_state[TESTED] = place
            break
        if name in asked:
            wrong.append(f"tested={text}")
    unknown(wrong)


def others(judged: Judged) -> list[Trained]:
    """The networks that the reader chose beside the page's own."""
    choices = _choices(judged)
    keys = [key for key in st.session_state.get(WITH, []) if key in choices]
    st.session_state[WITH] = keys
    carry("with", ",".join(keys))
    return [choices[key] for key in keys]


def compare_with(judged: Judged, drawn: Sequence[str]) -> None:
    """Draw the choice of other networks; one that is not drawn yet needs what a worker finds out: the page runs anew.

    Args:
        judged: the page's network.
        drawn: keys of the others whose curves are on the page, or on their way.
    """
    choices = _choices(judged)
    keys = st.multiselect(
        "Compare with",
        list(choices),
        format_func=lambda key: choices[key].choice,
        key=WITH,
        max_selections=MOST,
        placeholder="Add up to two networks",
        help="Their curves are drawn beside those of the network above.",
        persist_state="session",
    )
    if keys != list(drawn):
        st.rerun()


def _choices(judged: Judged) -> dict[str, Trained]:
    try:
        trained = networks.trained_networks()
    except DigitLabError:  # The networks that come with the app need no store.
        trained = networks.pretrained_networks()
    return {each.key: each for each in trained if each.key != judged.trained.key}


def what() -> Transformation:
    """Draw the choice of a transformation."""
    key = st.segmented_control(
        "What is done to the images",
        list(TRANSFORMATIONS),
        format_func=lambda key: TRANSFORMATIONS[key].label,
        key=WHAT,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    carry("transform", key)
    return TRANSFORMATIONS[key]


def how_much(each: Transformation) -> float:
    """Draw the choice of the transformation's amount."""
    slider = f"{AMOUNT}_{each.key}"
    if slider not in st.session_state:
        st.session_state[slider] = _usual(each)
    amount = st.slider(
        f"How much, {each.unit}",
        float(each.low),
        float(each.high),
        step=float(each.step),
        format="%g",
        key=slider,
        help=f"{each.words} {each.neutral:g} {each.unit} changes nothing.",
        persist_state="session",
    )
    amount = round(amount, 6)
    carry("amount", f"{amount:g}")
    return amount


def _usual(transformation: Transformation) -> float:
    """A setting that hurts without destroying: the second one measured above the neutral."""
    return float(round(transformation.neutral + 2 * transformation.stride * transformation.step, 6))
