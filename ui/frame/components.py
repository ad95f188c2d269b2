"""Components of our own: a module of `web/js`, with the style sheet of its name in `web/css/components`."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from web import modules, styles


def component(module: str, *, html: str | None = None, apart: bool = True) -> Callable[..., object]:
    """The component that a module exports by default.

    Args:
        module: its path in `web/js`, such as "draw/live.js".
        html: what it begins with.
        apart: whether the styles of the page do not apply to it.
    """
    name = module.removesuffix(".js")
    # Registered anew each time, a hundredth of a millisecond: Streamlit 1.65 remembers it for one runtime
    # only, and each AppTest is one.
    return st.components.v2.component(
        f"digitlab_{name.replace('/', '_')}",
        html=html,
        css=styles.COMPONENTS.get(name.split("/")[-1]),
        js=modules.imported(module),
        isolate_styles=apart,
    )
