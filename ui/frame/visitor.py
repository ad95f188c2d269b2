"""Whose browser this is."""

from __future__ import annotations

import streamlit as st

from mnist_core.store.visitors import COOKIE, is_token, new_token

VISITOR = "visitor"  # in session state


def visitor() -> str:
    """The token of the browser at the other end, the same in each of its tabs; see `mnist_core.store.visitors`.

    A browser that keeps no cookies has another one each time it loads a page anew.
    """
    token = st.context.cookies.get(COOKIE, "")
    if is_token(token):
        return token
    return st.session_state.setdefault(VISITOR, new_token())
