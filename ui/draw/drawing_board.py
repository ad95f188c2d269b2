"""The body of the Draw page: a drawing or a picture in, the networks' answers out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from mnist_core.drawing.normalise import Step, normalisation_steps, to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.errors import RunNotFound
from ui import networks
from ui.draw import placed_image
from ui.draw.address import BARS_KEY, BOARD, BRUSH_KEY, MOST_NETWORKS, NETWORK, NETWORKS, WAY, WAYS
from ui.draw.canvas import board, canvas, put_away, sketch
from ui.draw.canvas_value import SIDE
from ui.draw.live import live_answers, live_networks
from ui.draw.picture import picture_seen
from ui.draw.sketch import BRUSHES, Sketch
from ui.draw.teach import guided
from ui.draw.teach.feedback import KEPT_ANEW, feedback
from ui.draw.teach.handwriting import hand_now, settled_hand
from ui.draw.teach.progress import lesson_to_watch, lesson_watch
from ui.draw.teach.result import before_and_after
from ui.draw.teach.teach import teach_here, teaching_panel
from ui.explain import how_sure, why
from ui.explain.inside import TOO_LARGE, follows_the_pen, inside, units_known
from ui.explain.why import Seen
from ui.frame import state
from ui.frame.page import explained
from ui.frame.views import menu
from ui.networks import Trained
from ui.parts.answers import BARS, BARS_WORDS, Answer, answers

# Seconds in which the browser shows the answer before it gets the reasons to draw: 75 ms sooner, measured.
FIRST_THE_ANSWER = 0.1
CANVAS = "canvas"
LOOK_EVERY = 0.5  # seconds between two looks whether the images are here


INSIDE = "inside"  # key of what can be opened
ANSWERED = "answered"  # the image that was answered last


def drawing_board() -> None:
    """Draw the canvas, the answers and the steps between them, in a fragment: a stroke reruns nothing else."""
    choices = _choices()
    BOARD.fill()
    _drop_deleted(choices)
    watched = None
    with explained():
        placed_image.put_on_from_address(sketch(CANVAS))
    with explained():
        watched = lesson_to_watch()
    with explained():
        settled_hand()  # Not with each stroke: it asks the store.
    st.session_state.pop(KEPT_ANEW, None)  # What is counted below comes with this run.
    st.fragment(_board)(choices)
    _settings(choices)  # No stroke changes them: drawn anew with each, they cost more than the answer.
    teaching_panel(choices, st.session_state[NETWORK], most=MOST_NETWORKS, chosen=NETWORK)
    if watched is not None:
        lesson_watch(watched)
    state.warm_dataset()  # Behind the canvas, which people wait for.
    if state.loaded_dataset() is None:
        st.fragment(_until_images_are_here, run_every=LOOK_EVERY)()


def _until_images_are_here() -> None:
    """Whether a drawing is a digit at all is told by the training images: say so until they have come."""
    with explained():
        if state.loaded_dataset() is not None:
            st.rerun()
        st.caption(f"{state.loading_words()}: until then nobody can tell how sure an answer is.")


def _choices() -> dict[str, Trained]:
    trained = networks.networks_at_hand("Only the networks that come with the app answer.")
    return {each.key: each for each in trained}


def _drop_deleted(choices: Mapping[str, Trained]) -> None:
    """Let only those networks answer that are still there."""
    chosen = st.session_state[NETWORK]
    left = [key for key in chosen if key in choices]
    if left != chosen:
        gone = next(key for key in chosen if key not in choices)
        NETWORKS.refuse(RunNotFound(gone), left or list(networks.USUAL_FOR_DRAWINGS))


def _board(choices: Mapping[str, Trained]) -> None:
    if st.session_state.pop(KEPT_ANEW, False):
        st.rerun()  # The whole page: what is kept is counted and listed below, which no stroke changes.
    with explained():
        with st.container(horizontal=True, key="board", gap="large"):
            with st.container(width=SIDE, key="way_in"):
                menu(
                    "How the digit gets in",
                    {key: f"{icon} {words}" for key, (words, icon) in WAYS.items()},
                    key=WAY,
                    label_visibility="collapsed",
                    width="stretch",
                    on_change=why.follow,
                )
                place = placed_image.place_on(sketch(CANVAS)) if st.session_state[WAY] == "draw" else None
                asked = guided.is_guided() and st.session_state[WAY] == "draw" and place is None
                hand = hand_now()
                if asked:
                    counts = state.store().drawings.digit_counts(hand)
                    digit = guided.prompt(hand, counts)
                trained = [choices[key] for key in st.session_state[NETWORK]]
                seen = _seen(st.session_state[WAY], place, trained)
                below = st.container(key="below_canvas")
            image, strokes = None if seen is None else seen.image, _strokes()
            if image is None:
                why.follow()  # Which digit was asked about said something of the drawing that is gone.
            with st.container(key="answers"):
                answered = _answers(trained, image)
                said = {key: answer.digit for key, answer in answered.items()}
                if image is not None and why.is_open() and st.session_state.get(ANSWERED) != image.tobytes():
                    st.session_state[ANSWERED] = image.tobytes()
                    time.sleep(FIRST_THE_ANSWER)
                # Networks are tested on the test images: nobody should teach with them. What stands below has one
                # place, with it and without: else a stroke that overtakes a rerun leaves the page with parts of both.
                with st.container():
                    if image is not None and image.any() and not asked and place is None:
                        doubted = all(answer.sure is False for answer in answered.values())
                        feedback(image, strokes, said, {key: choices[key].title for key in said}, doubted=doubted)
                _inside(trained)
            if asked:
                with below:
                    guided.buttons(digit, image, strokes, answered, sketch(CANVAS).clear, hand=hand)
                    teach_here(choices, st.session_state[NETWORK], hand, counts, most=MOST_NETWORKS, chosen=NETWORK)
            elif seen is not None and place is not None:
                with below:
                    placed_image.panel(sketch(CANVAS), place, trained)
        guided.bring_into_view("board")
        before_and_after(choices, image)
        why.why(seen, trained)
        BOARD.follow()
        placed_image.to_address(sketch(CANVAS))


def _inside(trained: Sequence[Trained]) -> None:
    """What the networks do inside, beside the canvas: it follows the pen."""
    opened = st.expander("Inside the network", icon=":material/hub:", key=INSIDE, on_change="rerun")
    if opened.open and trained:
        with opened, st.container(key="inside_open"):
            drawn = [each for each in trained if follows_the_pen(networks.network(each))]
            if not drawn:
                st.caption(TOO_LARGE)
                return
            depths = [len(networks.network(each).layers) for each in drawn]
            inside([(each.identity, each.title) for each in drawn], key="inside_view", first=int(np.argmax(depths)))
            data = state.loaded_dataset()
            for place, each in enumerate(drawn):
                if data is not None:
                    units_known(each.identity, networks.network(each), data, key=f"inside_units_{place}")


def _seen(way: str, place: int | None, trained: Sequence[Trained]) -> Seen | None:
    """What the networks see of what came in; `None` where nothing came in.

    Args:
        way: key of `WAYS`.
        place: of the test image that lies on the canvas; `None` where none does.
        trained: the networks that answer.
    """
    if way == "draw":
        rubs_out = place is not None and bool(st.session_state.get(placed_image.RUBS_OUT))
        beside = (lambda: guided.switch(sketch(CANVAS))) if place is None else lambda: None
        drawn = canvas(CANVAS, brush=st.session_state[BRUSH_KEY], rubs_out=rubs_out, beside=beside)
        digit = drawn.digit()
        if place is not None and digit is not None:
            return Seen(digit, lambda: placed_image.steps(drawn, digit, place))
        return drawn_seen(drawn)
    put_away(CANVAS)
    return picture_seen(way, trained)


def drawn_seen(drawn: Sketch) -> Seen | None:
    """What the networks see of a canvas; `None` where nothing lies on it."""
    strokes = drawn.strokes()
    if strokes is None:  # A picture lies under them.
        ink = drawn.ink()
        seen = Seen(to_mnist(ink), lambda: normalisation_steps(ink), ink=lambda: ink)
        return seen if seen.image.any() else None
    if not strokes:  # Or all of them outside of the canvas.
        return None
    inked = reink(strokes)
    return Seen(to_mnist(inked), lambda: _drawn_steps(drawn.ink(), inked), ink=drawn.ink)


def _drawn_steps(ink: np.ndarray, inked: np.ndarray) -> list[Step]:
    pen, *rest = normalisation_steps(inked)
    words = "The pen's path, drawn anew with the pen of MNIST: size and width no longer matter."
    return [Step("Drawing", "The pen's ink, light on dark.", ink), Step("Pen", words, pen.image), *rest]


def _ask_about(digit: int, network: str) -> None:
    """Explain the digit whose bar was chosen; chosen again, the answer."""
    why.ask_about(why.FOLLOW if digit == st.session_state.get(why.DIGIT) else digit, network)


def _strokes() -> list[np.ndarray]:
    """The pen's path in canvas pixels; none where a picture came in."""
    return sketch(CANVAS).strokes() or [] if st.session_state[WAY] == "draw" else []


def _answers(trained: Sequence[Trained], image: np.ndarray | None) -> dict[str, Answer]:
    """Draw the answers to the (28, 28) uint8 image; returns them by the networks' keys, none without an image."""
    draws = st.session_state[WAY] == "draw"
    names = [each.title for each in trained]
    if image is not None:
        said = how_sure.answers_to(image, zip(names, map(networks.network, trained), strict=True))
    else:
        said = [Answer(name) for name in names]
    if said:
        html = answers(
            said,
            bars=st.session_state[BARS_KEY],
            empty="Draw a digit" if draws else "No picture yet",
            chosen=st.session_state.get(why.DIGIT),
        )
        pen = {"sketch": sketch(CANVAS), "board": board(CANVAS), "brush": st.session_state[BRUSH_KEY]}
        live_answers(html, trained, on_choose=_ask_about, image=image, **(pen if draws else {}))
    else:
        st.info("Choose at least one network below.", icon=":material/arrow_downward:")
    return {each.key: answer for each, answer in zip(trained, said, strict=True)} if image is not None else {}


def _settings(choices: Mapping[str, Trained]) -> None:
    with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
        live_networks([choices[key] for key in st.session_state[NETWORK]])
        with st.container(horizontal=True, key="settings", vertical_alignment="bottom"):
            menu("Bars show", BARS, key=BARS_KEY, help=" ".join(BARS_WORDS.values()), persist_state="session")
            with st.container(width=260):
                st.slider(
                    "Brush width",
                    *BRUSHES,
                    key=BRUSH_KEY,
                    help="In pixels of the canvas, which has 320. Strokes much thinner or broader are unlike MNIST's.",
                    persist_state="session",
                )
    st.multiselect(
        "Networks that answer",
        list(choices),
        format_func=lambda key: choices[key].choice,
        key=NETWORK,
        max_selections=MOST_NETWORKS,
        help=f"Those that come with the app, and yours; {MOST_NETWORKS} at most. {networks.KINDS_WORDS}",
    )
