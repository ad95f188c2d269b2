"""The networks that can answer, each with its accuracy: those that come with the app, and the newest of one's own."""

from __future__ import annotations

from html import escape

import streamlit as st

from mnist_core.numerals import numeral, percent
from ui import networks
from ui.frame import state
from ui.networks import Trained
from ui.words.glossary import meaning
from ui.words.run_words import interval_words, right_words

MOST_OWN = 3  # networks of one's own that are listed


def ready_networks() -> None:
    """Draw the networks that can answer, each with its accuracy and how sure that is."""
    trained = networks.networks_at_hand()
    own = [each for each in trained if each.run is not None and each.run.experiment is None]
    shown = [each for each in trained if each.run is None] + own[:MOST_OWN]
    st.html('<div class="dl-ready">' + "".join(_network(each) for each in shown) + "</div>")
    st.caption(meaning("95 % interval"))
    if len(own) > MOST_OWN:
        more = state.store().runs.lists.count_trained() - MOST_OWN
        st.page_link("pages/2_Train.py", label=f"{numeral(more)} more that were trained here", icon=":material/list:")


def _network(trained: Trained) -> str:
    name = escape(trained.name)
    if trained.score is None:
        return f"<div><strong>{name}</strong><span>not tested yet</span></div>"
    share = percent(trained.score.accuracy)
    return (
        f'<div><b class="dl-share">{share}</b><p><strong>{name}</strong><br>'
        f"{right_words(*trained.score)} on {escape(trained.data_name)}'s test images, "
        f"{interval_words(*trained.score)}</p></div>"
    )
