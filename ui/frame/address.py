"""What the address of a page carries: what differs from the usual, written only where it changes.

Streamlit sends every writing to the browser.  One that arrives after the reader has followed
a link to another page would give that page the address of this one.
"""

from __future__ import annotations

import streamlit as st


def carry(name: str, value: object, usual: object = None) -> None:
    """Have the address say `name=value`, or nothing of it where the value is the usual, `None` or empty."""
    text = "" if value is None or value == usual else str(value)
    if not text:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


def hold(*keys: str) -> None:
    """Tell the browser in this run, too, what these widgets hold that were filled from the address.

    Streamlit tells it in the run that fills them alone.  A browser that has not drawn them before the next
    run comes, as when images arrive on a busy machine, would begin with nothing chosen and report that.
    For choices only: what somebody is typing or dragging would be put back.
    """
    for key in keys:
        st.session_state[key] = st.session_state[key]
