"""A run leaves: its files, and the link that fills the form with its settings."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from mnist_core import exports, reproduce
from mnist_core.errors import RunNotFound
from mnist_core.exports import EXPORTS, Export
from mnist_core.runs import Run
from ui import state
from ui.run_words import file_stem
from ui.training_form import in_query


def downloads(run: Run, *, key: str) -> None:
    """Draw one row a format, with what it is for, and the link to the run's settings.

    Args:
        run: a run that has weights.
        key: distinguishes the widgets where one run is on the page twice.
    """
    lesson = run.id in state.store().lessons()
    for name, export in EXPORTS.items():
        _row(run, name, export, lesson=lesson, key=key)
    if not reproduce.obstacle(run, lesson=lesson):
        st.markdown("**Copy link to these settings**")
        st.code(_link(run), language=None, wrap_lines=True)
        st.caption("Opens this page with the form filled in, for everybody who can reach this server.")


def _row(run: Run, name: str, export: Export, *, lesson: bool, key: str) -> None:
    reason = exports.obstacle(export, run, lesson=lesson)
    words = [export.words, *([reason] if reason else exports.notes(export, run))]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"export_{name}_{key}"):
        st.download_button(
            f"Download {export.ending}",
            data=lambda: _content(run.id, name),
            file_name=f"{file_stem(run)}{export.ending}",
            mime=export.mime,
            icon=":material/download:",
            key=f"{name}_{key}",
            on_click="ignore",
            disabled=bool(reason),
            width=190,
        )
        st.caption(" ".join(words), width="stretch")


def _content(run_id: str, name: str) -> bytes:
    """The file's content; of one that takes TensorFlow once a worker has made it."""
    export = EXPORTS[name]
    if export.write is None:
        return state.jobs().exported(run_id, name)
    network = state.store().snapshot(run_id)
    if network is None:
        raise RunNotFound(run_id)
    return exports.content(export, state.store().run(run_id), network, lesson=run_id in state.store().lessons())


def _link(run: Run) -> str:
    address = urlsplit(st.context.url or "/Train")
    return address._replace(query=urlencode(in_query(run.config)), fragment="").geturl()
