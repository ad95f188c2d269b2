"""What every trained network says of one test image, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.network.evaluation import UNREAD, read
from mnist_core.network.network import Answers
from mnist_core.numerals import an, numeral, percent
from ui import networks
from ui.colours import BLUE, ORANGE
from ui.networks import Trained
from ui.networks.on_test_images import Judged
from ui.parts.tables import Cell, table_html
from ui.words.plain import plain

MOST = 40  # networks, those that come with the app and the newest runs


def opinions(judged: Judged, place: int) -> None:
    """Draw the table for the test image at this place."""
    image, label = judged.data.x_test[place], int(judged.data.y_test[place])
    try:
        trained = networks.trained_networks()
    except DigitLabError as error:  # The networks that come with the app need no store.
        st.warning(plain(error), icon=":material/warning:")
        trained = networks.pretrained_networks()
    said = asked(trained[:MOST], image)
    right = sum(int(read(answer.scores)[0]) == label for _, answer in said)
    st.markdown(f"{right} of {len(said)} networks read it right, as {an(label)}.")
    st.html(opinions_html(said, label, judged.trained.key, judged.data.name))
    if len(trained) > MOST:
        st.caption(f"The {MOST} newest of {numeral(len(trained))} networks.")


def asked(trained: Sequence[Trained], image: np.ndarray) -> list[tuple[Trained, Answers]]:
    """Each network with its answers to one (28, 28) uint8 image; without those that were deleted meanwhile.

    A forward pass each, some microseconds: no outputs for 10,000 images need to be in memory.
    """
    said = []
    for each in trained:
        try:
            said.append((each, networks.network(each).answers(image[None])))
        except DigitLabError:
            continue
    return said


def opinions_html(said: Sequence[tuple[Trained, Answers]], label: int, marked: str, data_name: str) -> str:
    """HTML table: network, digit, probability, right or wrong.

    Args:
        said: each network with its answers to one image.
        label: the true digit.
        marked: key of the network that stands out.
        data_name: the data set of the image; networks that learned from another say so.
    """
    rows = []
    for trained, answers in said:
        part, digit = answers.probabilities[0], int(read(answers.scores)[0])
        answer = ("nothing", "", "")
        if digit != UNREAD:
            answer = (str(digit), percent(float(part[digit])), percent(float(part[label])))
        note = "" if trained.data_name == data_name else f"learned from {trained.data_name}"
        name = Cell(trained.name, note, strong=trained.key == marked)
        right = digit == label
        verdict = Cell("right" if right else "wrong", underlined=True, colour=BLUE if right else ORANGE)
        rows.append((name, *answer, verdict))
    return table_html(("Network", "Reads", "Probability", f"Of {label}", ""), rows)
