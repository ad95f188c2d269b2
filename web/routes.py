"""What the server answers beside the pages, in plain HTTP."""

from __future__ import annotations

from starlette.routing import BaseRoute

from web import modules


def routes(base_path: str = "") -> list[BaseRoute]:
    """All of them.

    Args:
        base_path: the path that the pages are below, as Streamlit's `server.baseUrlPath`.
    """
    base = f"/{base_path.strip('/')}".rstrip("/")
    return [modules.route(base)]
