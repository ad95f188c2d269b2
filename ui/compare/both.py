"""One test image through both networks: their probabilities side by side, and what spoke for which digit."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.numerals import an, numeral, percent, probable
from ui.colours import BLUE, ORANGE
from ui.compare.sides import Side
from ui.explain import evidence
from ui.parts import pictures
from ui.parts.tables import Cell, table_html
from ui.words.plain import plain


def through_both(a: Side, b: Side, place: int) -> None:
    """Draw the image at this place of the test set as A and B see it; call it inside a fragment."""
    data = a.judged.data
    image, true = data.x_test[place], int(data.y_test[place])
    parts = np.concatenate([side.judged.probabilities(np.array([place])) for side in (a, b)])
    with st.container(key="through_both"):
        words = f"Image {numeral(place)} of the test set, {an(true)}"
        picture = pictures.picture(image, f"{words}. {_said(parts, true)}", width=224, caption=words)
        st.html(
            f'<div class="dl-through">{picture}{probabilities_html(parts, true)}</div>'
            f'<p class="dl-through-key">{_said(parts, true)} The probabilities of a network sum to 1.</p>'
        )
        digit, against = question(parts, true)
        st.markdown(f"**What speaks for {digit}, what for {against}, in A and in B**")
        for side, column in zip((a, b), st.columns(2, gap="medium"), strict=True):
            with column:
                st.markdown(f"**{side.letter}**: {plain(side.name)}")
                st.html(evidence.evidence_html(side.judged.network, image, digit, against))
        _links(a, b, place)


def question(parts: np.ndarray, true: int) -> tuple[int, int]:
    """The two digits that both networks are asked about: the true one, and what spoke loudest against it.

    Args:
        parts: (2, 10) probabilities of A and of B.
        true: the true digit.

    Returns:
        The true digit, and that other one that is likeliest in either network.
    """
    others = parts.max(axis=0)
    others[true] = -1
    return true, int(others.argmax())


def probabilities_html(parts: np.ndarray, true: int) -> str:
    """HTML table: a row a digit, with the (2, 10) probabilities of A and B as bars and as numbers."""
    rows = [
        (
            Cell(str(digit), "true" if digit == true else "", strong=digit == true),
            *(
                cell
                for colour, part in zip((BLUE, ORANGE), parts, strict=True)
                for cell in (
                    Cell(bar=float(part[digit]), colour=colour),
                    Cell(percent(float(part[digit])), strong=bool(part.argmax() == digit)),
                )
            ),
        )
        for digit in range(parts.shape[1])
    ]
    return table_html(("Digit", "A", "", "B", ""), rows, label="Probabilities of the ten digits")


def _said(parts: np.ndarray, true: int) -> str:
    """What each of the two read."""
    words = []
    for letter, part in zip("AB", parts, strict=True):
        read = int(part.argmax())
        judged = "right" if read == true else "wrong"
        words.append(f"{letter} reads it as {read} with {probable(part[read])}, which is {judged}")
    return escape("; ".join(words) + ".")


def _links(a: Side, b: Side, place: int) -> None:
    """All else about this image: the Mistakes page, of either network."""
    with st.container(horizontal=True, key="through_links"):
        for side in (a, b):
            query = {"network": side.judged.trained.key, "image": str(place)}
            if side.judged.step is not None:
                query["step"] = str(side.judged.step)
            st.page_link(
                "pages/4_Mistakes.py",
                label=f"Its page in Mistakes, with {side.letter}",
                icon=":material/troubleshoot:",
                query_params=query,
                help="Its nearest training images, what every other network says of it, and the way to change it.",
            )
