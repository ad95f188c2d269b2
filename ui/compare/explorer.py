"""From the numbers of a comparison to their images: by who is right, or by digit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES
from mnist_core.insight.all_images.comparison import CELLS, Comparison
from mnist_core.numerals import an, count, numeral
from ui.compare.address import SHOW, SHOWN, parsed
from ui.compare.both import through_both
from ui.compare.difference import difference_matrix, pairs
from ui.compare.quarters import quarters
from ui.compare.sides import Side
from ui.frame.address import Address, hold
from ui.frame.page import explained
from ui.frame.views import menu
from ui.images.explorer import found, open_image
from ui.parts.tables import csv_button, csv_text

BY, WHOSE = "compare_by", "compare_whose"  # of widgets
WAYS: Mapping[str, str] = {"right": "Who is right", "digits": "Which digits"}
EXPLORER = Address(SHOWN)
TITLES: Mapping[str, str] = {
    "both": "that both read right",
    "only_a": "that only A reads right",
    "only_b": "that only B reads right",
    "neither": "that both misread",
}


def explorer(a: Side, b: Side, comparison: Comparison) -> None:
    """Draw the four cells or the difference matrix, and the images chosen there."""
    EXPLORER.fill()
    if BY not in st.session_state:  # Gone after a visit without images, too.
        st.session_state[BY] = "right" if st.session_state[SHOW] in CELLS else "digits"
    hold(BY)
    st.fragment(_explore)(a, b, comparison)


def _explore(a: Side, b: Side, comparison: Comparison) -> None:
    with explained():
        left, right = st.columns([2, 3], gap="medium")  # One image through both wants the room.
        with left:
            words = "Who is right: both, one of them, or neither. Which digits: what B reads otherwise than A."
            by = menu("Find images by", WAYS, key=BY, on_change=_switch, args=(comparison,), help=words)
            if by == "right":
                _by_who_is_right(comparison)
            else:
                _by_digits(comparison)
        with right:
            _images(a, b, comparison)
        EXPLORER.follow()


def show(what: str) -> None:
    """Show these images: one of `CELLS`, or "a-4-9" for the 4s that A alone reads as 9; a callback for widgets."""
    st.session_state[SHOW] = what
    open_image(None)


def _switch(comparison: Comparison) -> None:
    """Begin with what is most worth seeing on the other side."""
    if st.session_state[BY] == "right":
        show(SHOWN.usual)
    else:
        changes = sorted(comparison.changes(), key=lambda change: -abs(change.difference))
        _show_pair(comparison, *(changes[0][:2] if changes else (0, 0)))


def _show_pair(comparison: Comparison, true: int, read: int) -> None:
    """Show what changed most of this pair: a callback for widgets."""
    by_a, by_b = (len(comparison.read_so_only_by(each, true, read)) for each in "ab")
    show(f"{'b' if by_b > by_a else 'a'}-{true}-{read}")


def _by_who_is_right(comparison: Comparison) -> None:
    quarters(comparison, st.session_state[SHOW], show, key="compare_quarters")
    st.caption(f"Shares are of all {numeral(comparison.images)} test images. Choose a cell to see its images.")
    csv_button(
        lambda: places_csv(comparison),
        "compare-images",
        "Every test image: its place, its label, what A and B read, and who is right.",
        label="All images as CSV",
    )


def _by_digits(comparison: Comparison) -> None:
    pair = parsed(st.session_state[SHOW])
    difference_matrix(
        comparison,
        pair[1:] if pair else (0, 0),
        lambda true, read: _show_pair(comparison, true, read),
        key="compare_matrix",
    )
    st.caption(
        "Confusion matrix of B minus that of A. Blue: B is better there, orange: B is worse; the colour follows the "
        "logarithm, so that a single image shows. Choose a cell to see its images."
    )
    pairs(comparison, lambda true, read: _show_pair(comparison, true, read))
    csv_button(
        matrix_csv(comparison),
        "compare-difference",
        "Every cell: how many images A and B read so, and the difference.",
    )


def _images(a: Side, b: Side, comparison: Comparison) -> None:
    what = st.session_state[SHOW]
    pair = parsed(what)
    if pair is None:
        places, title = comparison.places[what], f"of {count(comparison.images, 'image')} {TITLES[what]}"
        judged = (a if what == "only_b" else b).judged
    else:
        network, true, read = pair
        _whose(comparison, network, true, read)
        places = comparison.read_so_only_by(network, true, read)
        row = int((comparison.labels == true).sum())
        title = f"of {count(row, 'image')} of {an(true)} that only {network.upper()} reads as {read}"
        judged = (a if network == "a" else b).judged
    found(
        judged,
        places,
        key="compare",
        title=f"{numeral(len(places))} {title}",
        captions=[f"A {x}, B {y}" for x, y in zip(comparison.read_a[places], comparison.read_b[places], strict=True)],
        one=lambda judged, place: through_both(a, b, place),
    )


def _whose(comparison: Comparison, network: str, true: int, read: int) -> None:
    """Draw the choice between the images that A alone and that B alone reads so."""
    counts = {each: len(comparison.read_so_only_by(each, true, read)) for each in "ab"}
    st.session_state[WHOSE] = network
    menu(
        f"{true} read as {read}",
        {each: f"Only by {each.upper()}: {numeral(number)}" for each, number in counts.items()},
        key=WHOSE,
        on_change=lambda: show(f"{st.session_state[WHOSE]}-{true}-{read}"),
        help="The difference is what only B reads so, less what only A reads so.",
    )


def places_csv(comparison: Comparison) -> str:
    """Every test image with what both read, as a CSV file."""
    cells = np.empty(comparison.images, object)
    for cell, places in comparison.places.items():
        cells[places] = cell
    return csv_text(
        ("image", "label", "read_by_a", "read_by_b", "right"),
        zip(
            range(comparison.images),
            comparison.labels.tolist(),
            comparison.read_a.tolist(),
            comparison.read_b.tolist(),
            cells,
            strict=True,
        ),
    )


def matrix_csv(comparison: Comparison) -> str:
    """Both confusion matrices and their difference, a row a cell, as a CSV file."""
    a, b = comparison.matrix_a, comparison.matrix_b
    rows = [
        (true, read, a[true, read], b[true, read], b[true, read] - a[true, read])
        for true in range(CLASSES)
        for read in range(CLASSES)
    ]
    return csv_text(("true", "read", "by_a", "by_b", "difference"), rows)
