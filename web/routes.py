"""What the server answers beside the pages, in plain HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.routing import BaseRoute, Route

from web import modules
from web.classes.routes import ClassRoutes
from web.health import PATH as HEALTH
from web.health import Finding, Health
from web.people.teacher import TeacherKey


def routes(
    base_path: str = "", *, looks: Mapping[str, Callable[[], Finding]], key: TeacherKey, classes: ClassRoutes
) -> list[BaseRoute]:
    """The modules of the pages, `/health`, where the teacher's key is asked for, and what phones ask for.

    Args:
        base_path: the path that the pages are below, as Streamlit's `server.baseUrlPath`.
        looks: what `/health` answers with, see `Health`.
        key: the teacher's.
        classes: what phones ask for.
    """
    base = f"/{base_path.strip('/')}".rstrip("/")
    health = Route(f"{base}{HEALTH}", Health(looks).answer, name="health")
    return [modules.route(base), health, *key.routes(base), *classes.routes(base)]
