"""Whose a run is and when it was made: what tells it from others that are called alike."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from mnist_core.store.handwritings import names_of
from mnist_core.store.runs.records import Run
from ui.frame.state import visitor


def origin_words(run: Run) -> str:
    """Whose the run is, where that is known, and when it was made: "yours, 14:32", "Amber otter 42, 27 Nov, 14:32"."""
    whose = "yours" if run.visitor == visitor().mark else next(names_of(run.visitor)) if run.visitor else ""
    return ", ".join(filter(None, [whose, _moment(run.created)]))


def _moment(seconds: float) -> str:
    """A moment as a clock in the browser's part of the world shows it, with the day where that is not today."""
    zone = _zone()
    then, now = datetime.fromtimestamp(seconds, zone), datetime.now(zone)
    clock = f"{then:%H:%M}"
    return clock if then.date() == now.date() else f"{then.day} {then:%b}, {clock}"


def _zone() -> ZoneInfo | None:
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ValueError, ZoneInfoNotFoundError):  # The browser says it, and the system may lack it.
        return None
