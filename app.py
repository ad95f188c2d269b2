"""Starts Digit Lab as one server: Streamlit's pages, and what `web` does in front of them and beside them.

`streamlit run app.py` finds `app` here; `home.py` is the first page, the others lie in `pages/`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from mnist_core.classroom.limits import Limits
from mnist_core.settings import Settings
from ui import colours
from ui.frame import health, memory
from ui.frame.state import servers_store, test_image
from ui.frame.uploads import held
from web.bounds import MEGABYTE, Bounds
from web.classes.ending import before_the_end
from web.classes.routes import ClassRoutes
from web.classes.sweep import swept
from web.compressed import Compressed
from web.hosts import KnownHosts
from web.people.addresses import reachable
from web.people.greeting import greeting
from web.people.teacher import TeacherKey
from web.people.visitors import Visitors
from web.policy import OwnPagesOnly
from web.routes import routes


@asynccontextmanager
async def running(_: object) -> AsyncIterator[None]:
    """Say in the terminal who can come in, once it is known where the server listens; delete classes of yesterday."""
    option = st.get_option
    print(
        greeting(
            addresses=reachable(option("server.address") or ""),
            port=option("server.port"),
            base=option("server.baseUrlPath"),
            guests=settings.guests,
            key=key.key,
        ),
        flush=True,
    )
    with before_the_end(classes.end_waits):
        async with swept(servers_store):
            yield


memory.give_back_freed()
settings = Settings.from_environment()
key = TeacherKey.found(settings.teacher_key, settings.home)
middleware = [
    Middleware(KnownHosts, settings.hosts),
    Middleware(OwnPagesOnly),
    Middleware(Visitors, key=key, guests=settings.guests),
    Middleware(Bounds, held=held, of_guest=settings.guest_upload * MEGABYTE),
    Middleware(Compressed),
]
classes = ClassRoutes(
    store=servers_store, limits=Limits.of(settings), test_image=test_image, colours=colours.plain_style()
)
app = st.App(
    "home.py",
    routes=routes(st.get_option("server.baseUrlPath"), looks=health.LOOKS, key=key, classes=classes),
    middleware=middleware,
    lifespan=running,
)
