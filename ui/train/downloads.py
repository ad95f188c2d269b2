"""A run leaves: its files, and the link that fills the form with its settings."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import RunNotFound
from mnist_core.exchange import exports, reproduce
from mnist_core.exchange.exports import EXPORTS, Export
from mnist_core.store.runs.records import Run
from ui.frame import state
from ui.frame.address import link
from ui.train.address import in_query
from ui.words.run_words import file_stem


def downloads(run: Run, *, key: str) -> None:
    """Draw one row a format, with what it is for, and the link to the run's settings.

    Args:
        run: a run that has weights.
        key: distinguishes the widgets where one run is on the page twice.
    """
    lesson = run.id in state.store().lessons.parents()
    told: dict[str, list[str]] = {}  # endings by what there is to know about such files
    for name, export in EXPORTS.items():
        reason = exports.obstacle(export, run, lesson=lesson)
        _row(run, name, export, key=key, refused=bool(reason))
        for note in [reason] if reason else exports.notes(export, run):
            told.setdefault(note, []).append(export.ending)
    for note, endings in told.items():
        st.caption(f":material/info: {' and '.join(endings)}: {note}")
    if not reproduce.obstacle(run, lesson=lesson):
        st.markdown("**Copy link to these settings**")
        st.code(link("/Train", in_query(run.config)), language=None, wrap_lines=True)
        st.caption("Opens this page with the form filled in, for everybody who can reach this server.")


def _row(run: Run, name: str, export: Export, *, key: str, refused: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=f"export_{name}_{key}"):
        st.download_button(
            export.ending,
            data=lambda: _content(run.id, name),
            file_name=f"{file_stem(run)}{export.ending}",
            mime=export.mime,
            icon=":material/download:",
            key=f"{name}_{key}",
            on_click="ignore",
            disabled=refused,
            width=120,
        )
        st.caption(export.words, width="stretch")


def _content(run_id: str, name: str) -> bytes:
    """The file's content; of one that takes TensorFlow once a worker has made it."""
    export = EXPORTS[name]
    if export.write is None:
        return state.jobs().exported(run_id, name)
    network = state.store().runs.results.snapshot(run_id)
    if network is None:
        raise RunNotFound(run_id)
    run, lesson = state.store().runs.get(run_id), run_id in state.store().lessons.parents()
    return exports.content(export, run, network, lesson=lesson)
