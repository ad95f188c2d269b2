"""A run's history in the page: from the store, from a worker, or of a run in training worked out here."""

from __future__ import annotations

import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.insight.all_images import history
from mnist_core.insight.all_images.history import History
from mnist_core.network.layers import Conv2D
from mnist_core.numerals import count
from mnist_core.store.runs.records import Run, SnapshotInfo
from ui import networks
from ui.frame import state
from ui.networks import Trained, analysis

SECONDS, SECONDS_CONVOLUTIONAL = 0.3, 4.0  # for one snapshot, in a worker


def at_hand(trained: Trained, data: Dataset) -> History | None:
    """The history where it can be had without waiting; `None` of networks that come with the app."""
    if trained.run is None:
        return None
    if trained.run.is_live:
        return _so_far(trained, trained.run, data)
    found = analysis.at_hand(analysis.analysis_of("history", data, trained))
    return None if found is None else History.of(found)


def needed(trained: Trained, data: Dataset) -> History | None:
    """The history; `None` where there is none, and while it is waited for: see `ui.networks.analysis.needed`."""
    if trained.run is None:
        return None
    if trained.run.is_live:
        return _so_far(trained, trained.run, data)
    kept = len(history.moments(state.store(), trained.run))
    seconds = kept * (SECONDS_CONVOLUTIONAL if trained.architecture == "convolutional" else SECONDS)
    asked = analysis.analysis_of("history", data, trained)
    words = f"Asking its {count(kept, 'snapshot')} about the test images"
    found = analysis.needed(asked, words=words, seconds=seconds)
    return None if found is None else History.of(found)


def _so_far(trained: Trained, run: Run, data: Dataset) -> History | None:
    """What there is of a run in training: its workers are busy, and each step would be another question to them."""
    if any(isinstance(layer, Conv2D) for layer in networks.network(trained).layers):
        return None  # Seconds a snapshot, in the web server.
    kept = {info.step for info in state.store().runs.results.snapshots(run.id)}
    parts = [
        _one(run.id, moment.step, moment.epoch, "" if moment.step in kept else trained.identity, data.digest)
        for moment in history.moments(state.store(), run)
    ]
    return history.joined(parts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _one(run_id: str, step: int, epoch: float, identity: str, digest: str) -> History:
    moment = SnapshotInfo(step, epoch)
    network = networks.network(networks.find(run_id), None if identity else step)
    return history.answers([(moment, network)], state.dataset().x_test)
