"""The parts of the home page.  None of them waits for the images or for the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.errors import DigitLabError
from mnist_core.network.network import pretrained
from mnist_core.numerals import numeral, percent
from ui import networks
from ui.frame import state
from ui.frame.page import PAGES, explained
from ui.networks import Trained
from ui.parts import pictures
from ui.words.glossary import meaning
from ui.words.plain import plain
from ui.words.run_words import interval_words, right_words


@dataclass(frozen=True)
class Card:
    """One thing to do: where, what it is called, what comes of it."""

    page: str
    title: str
    words: str
    query: Mapping[str, str] = field(default_factory=dict)


# In the order of a first lesson; what has no place in it comes last.
CARDS = (
    Card("pages/1_Draw.py", "1. Draw a digit", "Two networks answer while the pen moves, and show what they see."),
    Card(
        "pages/1_Draw.py",
        "2. See it fail",
        "Draw a crossed 7, or a 1 with a foot: the simplest network has hardly seen any.",
        {"network": "linear"},
    ),
    Card("pages/2_Train.py", "3. Train a network", "Watch one of your own learn. It takes seconds."),
    Card("pages/4_Mistakes.py", "4. Look at mistakes", "Which digits it mixes up, and the images behind each number."),
    Card("pages/5_Compare.py", "5. Compare two", "What one reads and the other does not, and whether that is luck."),
    Card("pages/1_Draw.py", "6. Teach it", "Ten of your own digits, and it reads your handwriting."),
    Card("pages/3_Dataset.py", "Look at the images", "The 70,000 digits that networks here learn from."),
    Card("pages/6_Experiments.py", "Try many settings", "What a setting changes, over many runs."),
    Card("pages/7_Class.py", "With a class", "A code on the wall, thirty phones that draw, one network that learns."),
)
MOST_OWN = 3  # networks of one's own that are listed here
WEIGHTS_WIDTH = 106  # CSS pixels of one picture, where there is room
LOOK_EVERY = 1.0  # seconds between two looks at images that are on their way


def start_cards() -> None:
    """Draw where to start: a card for each thing to do."""
    with st.container(key="cards"):
        for number, card in enumerate(CARDS):
            with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{number}"):
                icon = PAGES[card.page][1]
                st.page_link(card.page, label=f"**{card.title}**", icon=icon, query_params=dict(card.query))
                st.markdown(card.words)


def ready_networks() -> None:
    """Draw the networks that can answer, each with its accuracy and how sure that is."""
    try:
        trained = networks.trained_networks()
    except DigitLabError as error:  # The networks that come with the app need no store.
        st.warning(plain(error), icon=":material/warning:")
        trained = networks.pretrained_networks()
    own = [each for each in trained if each.run is not None and each.run.experiment is None]
    shown = [each for each in trained if each.run is None] + own[:MOST_OWN]
    st.html('<div class="dl-ready">' + "".join(_network(each) for each in shown) + "</div>")
    st.caption(meaning("95 % interval"))
    if len(own) > MOST_OWN:
        more = state.store().runs.lists.count_trained() - MOST_OWN
        st.page_link("pages/2_Train.py", label=f"{numeral(more)} more that were trained here", icon=":material/list:")


def _network(trained: Trained) -> str:
    name = escape(trained.name)
    if not trained.tested or trained.correct is None:
        return f"<div><strong>{name}</strong><span>not tested yet</span></div>"
    share = percent(trained.correct / trained.tested)
    return (
        f'<div><b class="dl-share">{share}</b><p><strong>{name}</strong><br>'
        f"{right_words(trained.correct, trained.tested)} on {escape(trained.data_name)}'s test images, "
        f"{interval_words(trained.correct, trained.tested)}</p></div>"
    )


def data_in_use() -> None:
    """Draw which images are in use; while they are on their way, look again and again."""
    looking = state.loaded_dataset() is None
    st.fragment(_data, run_every=LOOK_EVERY if looking else None)(looking)


def _data(looking: bool) -> None:
    with explained():
        data = state.loaded_dataset()
        if data is None:
            st.info(plain(state.loading_words()), icon=":material/hourglass_empty:")
            return
        if looking:
            st.rerun()  # Or this would look for ever.
        counts = f"{numeral(len(data.y_train))} training and {numeral(len(data.y_test))} test images"
        if data.is_mnist:
            st.success(f"The real **MNIST**: {counts}, verified by their content.", icon=":material/verified:")
        else:
            st.warning(
                f"**Synthetic digits**, because MNIST could not be had: {counts}. What is trained on them here will "
                "not reach MNIST's numbers; the Dataset page says how to bring MNIST.",
                icon=":material/science:",
            )


def weight_pictures() -> None:
    """Draw the weights of the pretrained linear network: one picture a digit."""
    st.markdown(
        "It has learned one picture for each digit, and compares yours with all ten: ink on "
        "**blue** pixels speaks for the digit, ink on **orange** ones against it."
    )
    kernel = pretrained("linear").weights[-1][0]
    images = pictures.diverging(kernel.T.reshape(CLASSES, *IMAGE_SHAPE))
    shown = (
        pictures.picture(
            images[digit],
            f"Weights of the digit {digit}: blue for it, orange against it",
            width=WEIGHTS_WIDTH,
            caption=str(digit),
        )
        for digit in range(CLASSES)
    )
    st.html(pictures.tiles(*shown, columns=CLASSES))
