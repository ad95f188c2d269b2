"""The training images nearest to an image."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ui.explain import how_sure
from ui.frame import state
from ui.parts import pictures
from ui.words.language import _, an, listed, ngettext, numeral
from ui.words.plain import plain

SHOWN = 12


def nearest(image: np.ndarray) -> None:
    """Draw those nearest to the (28, 28) uint8 image, and what digits they are."""
    found = how_sure.searched()
    if found is None:
        words = _("{loading}: the training images are not here yet.", loading=_(state.loading_words()))
        st.info(plain(words), icon=":material/hourglass:")
        st.button(_("Look again"), icon=":material/refresh:", key="why_look_again")
        return
    near = found.neighbours.nearest(image, SHOWN)
    values, numbers = np.unique(near.labels, return_counts=True)
    order = np.argsort(-numbers, kind="stable")
    digits = [(int(numbers[place]), int(values[place])) for place in order]
    words = listed(
        *(
            ngettext("one is {digit}", "{number} are {digit}s", number, digit=an(digit) if number == 1 else digit)
            for number, digit in digits
        )
    )
    if len(digits) == 1:
        words = _("all are {digit}s", digit=digits[0][1])
    nearest_of_all = ngettext(
        "Of the {number} training image of {data} nearest to this one, {words}.",
        "Of the {number} training images of {data} nearest to this one, {words}.",
        len(near.labels),
        data=plain(found.name),
        words=words,
    )
    compared = _("All {number} were compared, pixel by pixel.", number=numeral(len(found.images)))
    st.markdown(f"{nearest_of_all} {compared}")
    distances = [numeral(distance / 255, 1) for distance in near.distances]
    captions = [
        _("{digit}, {distance}", digit=label, distance=distance)
        for label, distance in zip(near.labels, distances, strict=True)
    ]
    alts = [
        _("Training image {place}, {digit}, {distance} away", place=place, digit=an(label), distance=distance)
        for place, label, distance in zip(near.indices, near.labels, distances, strict=True)
    ]
    st.html(pictures.gallery(found.images[near.indices], captions, alts, size=84))
    st.caption(
        _(
            "Under each: which digit it is, and how far it is from this one. Equal images are 0 apart; the more their "
            "pixels differ, the larger the number."
        )
    )
