"""Which data set is in use: each person's choice, or the teacher's for everybody."""

from __future__ import annotations

import streamlit as st

from mnist_core.data.catalogue import MNIST, SYNTHETIC
from mnist_core.data.dataset import Dataset
from mnist_core.exchange.dataset_files import npz_file
from mnist_core.numerals import numeral
from mnist_core.store import datasets
from mnist_core.store.datasets import Kept
from ui.dataset.address import DIGIT, IMAGE, PAGE
from ui.frame import state
from ui.frame.address import say_only
from ui.frame.page import explained
from ui.frame.views import select
from ui.words.plain import plain

SOURCE = "data_source"  # key of the widget


def choice() -> None:
    """Draw the list of data sets, and what may be done with the one that is chosen."""
    kept = {each.digest: each for each in state.store().datasets.all()}
    names = {datasets.USUAL: MNIST, datasets.SYNTHETIC: SYNTHETIC}
    names |= {digest: f"{each.name}: {len(each.classes)} classes" for digest, each in kept.items()}
    chosen = state.chosen_source()
    st.session_state[SOURCE] = chosen if chosen in names else datasets.USUAL  # Deleted this very moment.
    with st.container(horizontal=True, vertical_alignment="bottom", key="data_choice"):
        select(
            "Data set in use",
            names,
            key=SOURCE,
            on_change=_choose,
            width=330,
            help="Your runs learn from it, and the pages show its images and the networks that know its classes.",
        )
        if state.visitor().is_teacher and len(names) > 1:
            st.button(
                "Use it for everybody",
                icon=":material/groups:",
                key="data_for_everybody",
                on_click=_choose,
                kwargs={"everybody": True},
                help="For all who have not chosen one themselves.",
            )


def own(data: Dataset) -> None:
    """Draw what a data set is that somebody brought: its classes, what was done to it, and how it leaves."""
    kept = state.store().datasets.find(data.digest)
    train, test = numeral(len(data.y_train)), numeral(len(data.y_test))
    verified = " Its files are those that were published." if kept is not None and kept.known else ""
    st.info(
        plain(
            f"{data.name}: {train} training and {test} test images of {len(data.classes)} classes: "
            f"{', '.join(data.classes)}.{verified} {' '.join(data.notes)}"
        ),
        icon=":material/dataset:",
    )
    with st.container(horizontal=True, key="data_own"):
        st.download_button(
            "Download",
            lambda: npz_file(data),
            "dataset.npz",
            "application/octet-stream",
            icon=":material/download:",
            key="data_download",
            help="For NumPy: x_train, y_train, x_test, y_test and the names of the classes. It can be brought again.",
            on_click="ignore",
        )
        if kept is not None and state.may_change(kept.visitor):
            with st.popover("Delete", icon=":material/delete:"):
                st.markdown("Its images go for everybody. Runs that were trained on it stay, without images.")
                st.button("Delete it", icon=":material/delete:", key="data_delete", on_click=_delete, args=(kept,))


def begin_anew() -> None:
    """Look up anew what is in use, and show its first images."""
    for key in (state.CHOSEN, DIGIT, IMAGE, PAGE):
        st.session_state.pop(key, None)
    say_only({})


def _choose(*, everybody: bool = False) -> None:
    with explained():
        state.store().datasets.choose(st.session_state[SOURCE], everybody=everybody)
        begin_anew()


def _delete(kept: Kept) -> None:
    with explained():
        state.store().datasets.delete(kept.digest)
        begin_anew()
