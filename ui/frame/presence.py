"""Whether anybody still waits for what the server does."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def wanted() -> Callable[[], None]:
    """Something to call again and again during long work: it ends the run of a page that was closed or changed."""
    place = st.empty()

    def look() -> None:
        context = get_script_run_ctx()
        if runtime.exists() and context and not runtime.get_instance().is_active_session(context.session_id):
            st.stop()  # A closed tab is kept for a while, should it come back, and its run would go on.
        place.empty()  # Streamlit ends a run only where it draws something.

    return look
