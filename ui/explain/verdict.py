"""Whether answers may be believed, in words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.insight.one_image.certainty import BLOT, NEAREST
from mnist_core.numerals import an, numeral, percent
from ui.parts.answers import Answer
from ui.words.plain import plain


def verdict_words(digit: int, said: Sequence[Answer]) -> str:
    """Whether these answers, all of them `digit` and with a likeness, may be believed, and why not.

    Those of one digit share what the image is like; how sure each network is differs.
    """
    likeness, doubtful = said[0].likeness, [each for each in said if not each.sure]
    assert likeness is not None
    if not doubtful:
        return f"This is like the {digit}s of the training images."
    names = " and ".join(plain(each.name) for each in doubtful)
    says = "say" if len(doubtful) > 1 else "says"
    if likeness.width > BLOT:
        return f"**Not sure.** {names} {says} {digit}, but it is a blot: no pen in the training images is so broad."
    if not likeness.is_near:
        return f"**Not sure.** {names} {says} {digit}, but it is unusual for {an(digit)}."
    others = " or ".join(dict.fromkeys(str(each.order[1]) for each in doubtful))
    return f"**Not sure.** {names} {says} {digit}, but is more likely wrong than right: perhaps it is {others}."


def measured_words(said: Answer) -> str:
    """The numbers behind `verdict_words`."""
    likeness = said.likeness
    assert likeness is not None
    near, shared = likeness.limits
    return (
        f"It is compared with the {NEAREST} training {likeness.digit}s most like it. They have "
        f"{percent(likeness.overlap, 0)} of the ink in common with it (usual: at least {percent(shared, 0)}) and are "
        f"{numeral(likeness.distance, 1)} away, counted in pixels of full ink (usual: at most {numeral(near, 1)})."
    )


def verdicts(said: Sequence[Answer]) -> None:
    """Draw whether these answers to one image may be believed."""
    known = [each for each in said if each.likeness is not None]
    of = {digit: [each for each in known if each.digit == digit] for digit in {each.digit: None for each in known}}
    words = {digit: verdict_words(digit, answers) for digit, answers in of.items()}
    unsure = [words[digit] for digit, answers in of.items() if not all(each.sure for each in answers)]
    if unsure:
        if not all(each.likeness.is_near for each in known if each.likeness is not None):
            unsure.append("Perhaps it is no digit, or a digit as nobody in the training set wrote it.")
        st.warning("  \n".join(unsure), icon=":material/help:")
    for digit, answers in of.items():
        says = words[digit] if all(each.sure for each in answers) else f"How like the {digit}s it is, in numbers"
        st.caption(says, help=measured_words(answers[0]))
