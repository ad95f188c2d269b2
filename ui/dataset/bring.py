"""Bring a data set: files of any kind, one that can be downloaded, or what people drew and kept."""

from __future__ import annotations

import streamlit as st

from mnist_core.data.brought import MOST_IMAGES, Brought
from mnist_core.data.catalogue import KNOWN, Known
from mnist_core.data.dataset import NO_DOWNLOAD
from mnist_core.data.download import fetch_files
from mnist_core.drawing.images import DIGITS
from mnist_core.errors import ConfigError
from mnist_core.exchange import dataset_files
from mnist_core.store.runs.records import MAX_NAME
from ui.dataset.choice import begin_anew
from ui.frame import state
from ui.frame.address import hold
from ui.frame.page import explained
from ui.words.plain import plain

FILES, NAME, NAMES, DRAWN, HANDS = "data_files", "data_name", "data_names", "data_drawn", "data_hands"
MOST_HANDS = 200


def bring() -> None:
    """Draw the ways to a data set of one's own; nothing for who may only look."""
    if not state.visitor().may_add:
        return
    with st.expander("Bring other data", icon=":material/add_photo_alternate:", key="bring_data"):
        files, known, drawings = st.tabs(["Files", "Known data sets", "Drawings"])
        with files:
            _files()
        with known:
            _known()
        with drawings:
            _drawings()


def _files() -> None:
    st.markdown(
        "An `npz` or `csv` file, IDX files, or a zip of those, or of pictures in a folder for each class. Images of "
        "another size are brought to 28x28; up to 47 classes."
    )
    megabytes = dataset_files.MOST_BYTES // 2**20 if state.visitor().is_teacher else state.settings().guest_upload
    files = st.file_uploader(
        "Files of one data set", accept_multiple_files=True, key=FILES, max_upload_size=min(64, megabytes)
    )
    name = st.text_input("Name of the data set", max_chars=MAX_NAME, key=NAME)
    names = st.text_input(
        "Names of the classes",
        key=NAMES,
        placeholder="cat, dog, emu",
        help="With commas between, by rising label. Left empty, they are called as the labels are.",
    )
    st.session_state.setdefault(DRAWN, False)
    hold(DRAWN)
    drawn = st.checkbox("Its images are drawn digits, 0 to 9", key=DRAWN, help="Then the pages for drawing take part.")
    if st.button("Bring these files", icon=":material/upload:", disabled=not files, key="bring_files"):
        with explained(), st.spinner("Reading the files"):
            if drawn and [each.strip() for each in names.split(",")] not in ([""], list(DIGITS)):
                raise ConfigError("names", names, "none, where the images are digits")
            found = dataset_files.read_apart(
                [(each.name, each.getvalue()) for each in files],
                names=[each.strip() for each in names.split(",")] if names.strip() else (),
                most=_most(),
            )
            called = name if name.strip() else files[0].name.rpartition(".")[0] or files[0].name
            _keep(found, name=called[:MAX_NAME], drawn=drawn and found.classes == DIGITS)


def _known() -> None:
    st.markdown("Their files are known by their content: bring them under **Files**, gzipped as they were published.")
    there = {each.known for each in state.store().datasets.all()}
    for key, known in KNOWN.items():
        with st.container(horizontal=True, vertical_alignment="center", key=f"known_{key}"):
            st.markdown(f"**[{known.name}]({known.home})**: {known.words}", width="stretch")
            if key in there:
                st.caption("It is here: choose it above.", width="content")
            elif known.hosts and st.button("Download", icon=":material/download:", key=f"fetch_{key}"):
                with explained():
                    _fetch(known)


def _fetch(known: Known) -> None:
    if state.settings().offline:
        st.info(NO_DOWNLOAD, icon=":material/wifi_off:")
        return
    place = st.empty()
    files = fetch_files(
        known.name,
        known.hosts,
        known.digests,
        on_progress=lambda words, fraction: place.progress(fraction or 0.0, text=plain(words)),
    )
    _keep(dataset_files.read_apart(files, most=_most()), name=known.name, drawn=known.drawn)


def _drawings() -> None:
    hands = state.store().datasets.hands(most=MOST_HANDS)
    if not hands:
        st.info("No drawings are kept yet. Draw some digits, and say what they are.", icon=":material/draw:")
        return
    st.markdown("All digits that were kept under these names, as a data set of their own; people are kept apart.")
    chosen = st.multiselect("Whose", list(hands), format_func=lambda hand: f"{hand} ({hands[hand]})", key=HANDS)
    if st.button("Make a data set", icon=":material/gesture:", disabled=not chosen, key="bring_drawings"):
        with explained():
            found = state.store().datasets.drawn_by(chosen)
            name = f"Drawings of {chosen[0]}" + (f" and {len(chosen) - 1} more" if len(chosen) > 1 else "")
            _keep(found, name=name, drawn=True)


def _most() -> int:
    visitor = state.visitor()
    return MOST_IMAGES if visitor.is_teacher else 2 * visitor.limits.images


def _keep(found: Brought, *, name: str, drawn: bool) -> None:
    store = state.store()
    store.datasets.choose(store.datasets.keep(found, name=name, drawn=drawn).digest)
    begin_anew()
    st.rerun()
