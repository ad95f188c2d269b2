"""What the stress lab is asked: the transformation, its amount, the networks beside the page's own, one image."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS, Transformation
from ui import networks
from ui.frame.views import menu
from ui.images.address import IMAGE, OPEN
from ui.mistakes.stress.address import ADDRESS, AMOUNT, MOST, WHAT, WITH, usual_amount
from ui.networks import Trained
from ui.networks.on_test_images import Judged


def from_address(judged: Judged, example: int) -> None:
    """Take what the address says when the page is opened; else the test image at `example` is changed."""
    now = st.session_state
    OPEN.fill()
    # One that another view opened is the one to change.
    said = ADDRESS.fill(tested=example if now[IMAGE] is None else now[IMAGE])
    if "amount" in said:
        now[f"{AMOUNT}_{now[WHAT]}"] = now[AMOUNT]
    now[WITH] = [key for key in now[WITH] if key != judged.trained.key]
    if said:
        ADDRESS.follow()


def others(judged: Judged) -> list[Trained]:
    """The networks that the reader chose beside the page's own."""
    choices = _choices(judged)
    keys = [key for key in st.session_state.get(WITH, []) if key in choices]
    st.session_state[WITH] = keys
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


def transformation() -> Transformation:
    """Draw the choice of a transformation."""
    key = menu(
        "What is done to the images",
        {key: each.label for key, each in TRANSFORMATIONS.items()},
        key=WHAT,
        label_visibility="collapsed",
        persist_state="session",
    )
    return TRANSFORMATIONS[key]


def how_much(each: Transformation) -> float:
    """Draw the choice of the transformation's amount."""
    slider = f"{AMOUNT}_{each.key}"
    if slider not in st.session_state:
        st.session_state[slider] = usual_amount()
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
    st.session_state[AMOUNT] = round(amount, 6)
    return st.session_state[AMOUNT]
