"""Choose a trained network, and say how good it is."""

from __future__ import annotations

import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.errors import RunNotFound
from mnist_core.network.evaluation import Evaluation
from mnist_core.numerals import brief, numeral, percent
from ui import networks
from ui.frame.address import Address, Parameter
from ui.frame.views import select
from ui.networks import Trained
from ui.words.glossary import meaning
from ui.words.plain import plain
from ui.words.run_words import epochs_done, interval_words, right_words

KEY = "judged_network"  # of the widget: Draw has a choice of networks as well
NETWORK = Parameter("network", networks.NAMED, networks.usual, key=KEY, always=True, choice=True)
ADDRESS = Address(NETWORK)


def network_choice() -> Trained:
    """The network that the address names as `network`, or that the reader chose."""
    ADDRESS.fill()
    networks.show_data_of(st.session_state[KEY])
    trained = networks.networks_at_hand()
    choices = {each.key: each for each in trained}
    if (chosen := st.session_state[KEY]) not in choices:
        NETWORK.refuse(RunNotFound(chosen), next(iter(choices)))
    names = {key: label(each) for key, each in choices.items()}
    key = select("Network", names, key=KEY, label_visibility="collapsed")
    if sum(each.run is not None for each in trained) >= networks.MOST_RUNS:
        st.caption(f"Of runs the newest {networks.MOST_RUNS}; the list on the Train page leads to all.")
    ADDRESS.follow()
    return choices[key]


def label(trained: Trained) -> str:
    """A network in a list: its name, its accuracy, and whose run it is of when."""
    return f"{trained.choice}, {percent(trained.score.accuracy, 2)}" if trained.score else trained.choice


def result(trained: Trained, evaluation: Evaluation, data: Dataset) -> None:
    """Draw the accuracy on the test images in use, and what one should know about it."""
    correct, tested = evaluation.correct, len(evaluation.labels)
    # The matrix below may be played through earlier ones.
    epochs = epochs_done(trained.run) if trained.run is not None and not trained.run.imported else 0.0
    when = f" at epoch {brief(epochs)}" if epochs else ""
    st.markdown(
        f"Test accuracy **{percent(correct / tested, 2)}**{when}: {right_words(correct, tested)}, "
        f"{interval_words(correct, tested)}, on the test images of {plain(data.name)}.",
        help=" ".join([meaning("95 % interval"), *([networks.KINDS_WORDS] if trained.run is None else [])]),
    )
    if trained.run is not None and trained.run.is_live:
        done = f"{numeral(epochs_done(trained.run), 1)} of {numeral(trained.run.config.epochs)} epochs"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"This run is still training: these are its answers after {done}.", icon=":material/sync:")
            st.button("Look again", icon=":material/refresh:", key="look_again")
    elsewhere = trained.run.data_digest != data.digest if trained.run else trained.data_name != data.name
    if elsewhere:
        st.warning(
            plain(
                f"It was trained on other images ({trained.data_name}) than those it is tested on here ({data.name})."
            ),
            icon=":material/warning:",
        )
