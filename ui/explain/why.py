"""Why the networks said that: the way to their 28x28, what decided, and what would change it.

Which digits are compared lies in session state, so that a click anywhere can set it:
`ask_about(digit)` from a callback, or `st.session_state[DIGIT]` and `[AGAINST]`, each 0 to 9
or `FOLLOW`, before the page is drawn.  `FOLLOW` follows the drawing: the digit that was
answered, and the strongest of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES
from mnist_core.drawing.normalise import Step, to_mnist
from mnist_core.insight.one_image.gauges import gauges
from mnist_core.insight.one_image.reference import quantiles
from mnist_core.network.network import Network
from ui import networks
from ui.explain import how_sure as likeness
from ui.explain.change_of_mind import mind
from ui.explain.evidence import evidence_html
from ui.explain.nearest import nearest
from ui.explain.steps import gauges_html, strip
from ui.explain.verdict import verdicts
from ui.frame.into_view import come_into_view
from ui.frame.page import explained
from ui.frame.views import menu, select
from ui.networks import Trained
from ui.parts import pictures
from ui.words.language import _

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

# Keys of widgets.
NETWORK, DIGIT, AGAINST, VIEW = "why_network", "why_digit", "why_against", "why_view"
SEES, DECIDED = "why_sees", "why_decided"  # what can be opened; the second is the key of what holds `decided`, too
LOOK = "why_look"  # in session state: whether it is to be brought into view, for what was pressed lies far above it
ENOUGH = 2 / 3  # of the window: what begins within it is seen, and the bar that was pressed stays where it is
DIGITS = range(CLASSES)
FOLLOW = -1  # not `None`, for which a select box would say "choose an option"


@dataclass(frozen=True)
class Seen:
    """What the networks see, and the way there.

    Attributes:
        image: (28, 28) uint8.
        steps: gives every picture on the way as `drawing.normalisation_steps` does, the last 28x28.
        ink: gives (H, W) uint8 what came in as ink, which is placed among MNIST's digits; `None` where the image
            is all there is.
    """

    image: np.ndarray
    steps: Callable[[], list[Step]]
    ink: Callable[[], np.ndarray] | None = None


def why(seen: Seen | None, trained: Sequence[Trained]) -> None:
    """Draw what the networks see, and why they said what they said, each once it is opened; call it inside a fragment.

    Nothing of it is worked out before: with a class that draws, the reasons nobody looks at cost more than the answers.

    Args:
        seen: `None` where nothing came in.
        trained: the networks that answered.
    """
    with _section("What the networks see", ":material/visibility:", SEES) as opened:
        if opened.open:
            _sees(seen, trained)
    with _section("Why it said that", ":material/psychology_alt:", DECIDED) as opened:
        if not opened.open:
            return
        if seen is None or not seen.image.any():
            st.caption("Draw a digit, and see which pixels spoke for it and which for another.")
        elif not trained:
            st.caption("Choose a network that answers first.")
        else:
            decided(seen.image, {each.key: each for each in trained})


def is_open() -> bool:
    """Whether the reader looks at any of it."""
    return any(st.session_state.get(key) for key in (SEES, DECIDED))


def _section(label: str, icon: str, key: str) -> ExpanderContainer:
    return st.expander(label, icon=icon, key=key, on_change="rerun")


def _sees(seen: Seen | None, trained: Sequence[Trained]) -> None:
    if seen is None:
        st.caption("Every drawing is brought to the format of MNIST first. The steps appear here.")
        return
    image = seen.image
    if not image.any():
        st.caption("There is no ink within the picture.")
        return
    names = [each.title for each in trained]
    answering = {name: networks.network(each) for name, each in zip(names, trained, strict=True)}
    said = likeness.answers_to(image, answering.items())
    verdicts(said)
    strip(seen.steps(), answering)
    st.download_button(
        "Download the 28x28 image",
        data=lambda: pictures.png(image),
        file_name="digit-28x28.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        key="download_image",
    )
    st.markdown("**Beside MNIST's digits**")
    shown = said[0].digit if said else None
    # As it was drawn: what was drawn anew for the networks has the pen of MNIST already.
    drawing = None if seen.ink is None else seen.ink()
    own = image if drawing is None else to_mnist(drawing)
    st.html(gauges_html(gauges(own if own.any() else image, quantiles(), drawing=drawing, digit=shown)))


def ask_about(digit: int, network: str | None = None) -> None:
    """Explain `digit` from now on, of the network with this key; a callback for widgets, such as a click on a bar.

    Against it stands the strongest other digit: the answer, where `digit` is not the answer.
    """
    st.session_state[DIGIT], st.session_state[AGAINST] = digit, FOLLOW
    st.session_state[DECIDED] = st.session_state[LOOK] = True
    if network is not None:
        st.session_state[NETWORK] = network


def follow() -> None:
    """Explain the answer from now on, against the strongest other digit; a callback for widgets."""
    st.session_state[DIGIT] = st.session_state[AGAINST] = FOLLOW


def compared(scores: np.ndarray, digit: int | None, against: int | None) -> tuple[int, int]:
    """The two digits to compare: what was asked for, else the highest of the (10,) scores and the next."""
    order = [int(each) for each in np.argsort(-scores, kind="stable")]
    first = order[0] if digit is None else digit
    second = next(each for each in order if each != first) if against in (None, first) else against
    return first, second


def decided(
    image: np.ndarray,
    choices: Mapping[str, Trained],
    *,
    digit: int | None = None,
    against: int | None = None,
    network_of: Callable[[Trained], Network] = networks.network,
    identity_of: Callable[[Trained], str] = attrgetter("identity"),
) -> None:
    """Draw what decided: evidence, nearest examples, what would change its mind; call it inside a fragment.

    Args:
        image: (28, 28) uint8, what the networks saw.
        choices: the networks to choose from, by their keys.
        digit: the digit to explain where the reader has chosen none; `None` for the answer.
        against: the digit to compare it with; `None` for the strongest other one.
        network_of: the weights of a choice, for those of an earlier snapshot.
        identity_of: a text that tells these weights from others.
    """
    # Not a fragment of its own: when a stroke overtakes a rerun of the board, Streamlit drops what the board has to
    # draw but not what a fragment within it has, which then finds no place in the page ("Bad delta path index").
    with explained():
        if st.session_state.get(NETWORK) not in choices:
            st.session_state[NETWORK] = next(iter(choices))
        for key in (DIGIT, AGAINST):
            if st.session_state.get(key) not in DIGITS:
                st.session_state[key] = FOLLOW
        with st.container(horizontal=True, key="why_choice", vertical_alignment="bottom"):
            if len(choices) > 1:
                with st.container(width=300):
                    names = {key: each.choice for key, each in choices.items()}
                    select(_("Network"), names, key=NETWORK, persist_state="session")
            trained = choices[st.session_state[NETWORK]]
            network = network_of(trained)
            scores = network.scores(image[None])[0]
            answer = int(scores.argmax())
            first = compared(scores, _either(DIGIT, digit), None)[0]
            other = compared(scores, first, None)[1]
            rival = _("{digit}, the answer", digit=other) if other == answer else _("{digit}, next best", digit=other)
            usual = {
                DIGIT: _("{digit}, the answer", digit=answer) if digit is None else str(digit),
                AGAINST: rival if against is None else str(against),
            }
            for key, label in ((DIGIT, _("Why this digit")), (AGAINST, _("Rather than"))):
                digits = {FOLLOW: usual[key], **{each: str(each) for each in DIGITS}}
                select(label, digits, key=key, width=165, persist_state="session")
        first, second = compared(scores, _either(DIGIT, digit), _either(AGAINST, against))
        views = {"evidence": _("Evidence"), "neighbours": _("Nearest examples"), "mind": _("Change its mind")}
        shown = menu(
            _("Look at"), views, key=VIEW, default="evidence", label_visibility="collapsed", persist_state="session"
        )
        # Only what is looked at is computed.
        if shown == "evidence":
            st.html(evidence_html(network, image, first, second))
        elif shown == "neighbours":
            nearest(image)
        else:
            sought = _sought(int(scores.argmax()), _either(DIGIT, digit), _either(AGAINST, against))
            mind(network, identity_of(trained), image, sought)
        if st.session_state.pop(LOOK, False):
            come_into_view(DECIDED, enough=ENOUGH)


def _either(key: str, otherwise: int | None) -> int | None:
    chosen = st.session_state[key]
    return otherwise if chosen == FOLLOW else chosen


def _sought(said: int, digit: int | None, against: int | None) -> int | None:
    """The digit to make the network say: of the two that are compared the one that it does not say."""
    return next((each for each in (digit, against) if each not in (None, said)), None)
