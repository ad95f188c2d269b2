"""Bring a network: a file that Keras or NumPy saved becomes a run like any other."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.exchange.importing.examine import examine
from mnist_core.exchange.importing.reader import MAX_BYTES
from mnist_core.store.runs.records import MAX_NAME, Run
from ui.frame import state
from ui.frame.presence import wanted
from ui.frame.state import visitor
from ui.train.address import RUN
from ui.words.plain import plain
from ui.words.run_words import accuracy_words

BROUGHT = "bring_run"  # id of the run that was made last, in session state
ROUND = "bring_round"  # counts the files taken: a new key empties the widget


def bring_a_network() -> None:
    """Draw the place for a file, and what became of the last one."""
    if not state.visitor().may_add:
        return
    with st.expander("Bring a network", icon=":material/upload_file:", key="bring"):
        st.markdown(
            "A network that was trained elsewhere, or left here earlier: a `.keras` or `.npz` file. It may have the "
            "layers of a network above, or others: dense, convolutions, pooling, dropout, batch normalisation. It is "
            "tested, and then answers, errs and compares like any other. Nothing in the file is executed."
        )
        number = st.session_state.get(ROUND, 0)
        file = st.file_uploader(
            "Network file",
            # Of any ending: what cannot be read is refused with a sentence, and phones know neither of the two.
            max_upload_size=MAX_BYTES // 2**20,
            key=f"bring_file_{number}",
        )
        name = st.text_input("Name", max_chars=MAX_NAME, key=f"bring_name_{number}", placeholder="as the file")
        st.caption("What it is called in the list of runs.")
        pressed = st.button("Import", icon=":material/input:", key="bring_import", disabled=file is None)
        if pressed and file is not None:
            try:
                run = _taken(file.getvalue(), file.name, name)
            except DigitLabError as error:
                st.error(plain(error), icon=":material/block:")
            else:
                st.session_state.update({BROUGHT: run.id, ROUND: number + 1})
                RUN.say(run.id)
                st.rerun()
        _told()


def _taken(content: bytes, file: str, name: str) -> Run:
    data = state.dataset()
    with st.spinner("Reading it, and asking it about the test images"):
        return state.store().runs.imports.add(
            examine(content, file, data, on_wait=wanted()), data, name=name, visitor=visitor().mark
        )


def _told() -> None:
    """That the last file was taken, once."""
    run_id = st.session_state.pop(BROUGHT, None)
    if run_id is not None:
        score = state.store().runs.get(run_id).score
        words = "" if score is None else f": {accuracy_words(*score)}"
        st.success(f"It is a run now, open above{words}.", icon=":material/check:")
