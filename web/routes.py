"""What the server answers beside the pages, in plain HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.routing import BaseRoute, Route

from web import modules
from web.health import Finding, Health


def routes(base_path: str = "", *, looks: Mapping[str, Callable[[], Finding]]) -> list[BaseRoute]:
    """The modules of the pages, and `/health`.

    Args:
        base_path: the path that the pages are below, as Streamlit's `server.baseUrlPath`.
        looks: what `/health` answers with, see `Health`.
    """
    base = f"/{base_path.strip('/')}".rstrip("/")
    return [modules.route(base), Route(f"{base}/health", Health(looks).answer, name="health")]
