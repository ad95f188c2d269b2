"""The routes of a class behind all that stands before them, on a real server, and phones that ask them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from mnist_core.classroom.desk import Desk
from mnist_core.classroom.rules import Role
from mnist_core.store.rooms.records import Room
from mnist_core.store.store import Store
from web.classes.routes import ClassRoutes
from web.compressed import Compressed
from web.health import Finding
from web.hosts import KnownHosts
from web.people.teacher import TeacherKey
from web.people.visitors import Visitors
from web.policy import OwnPagesOnly
from web.routes import routes

IMAGE = np.arange(784, dtype=np.uint8).reshape(28, 28)
GUESTS = "guests.test"  # a name under which nobody is taken for whoever sits at the machine


@dataclass
class Served:
    """A server that runs.

    Attributes:
        url: where it is.
        looks: one for each look at the store for phones that wait.
        phones: that were opened.
    """

    url: str
    looks: list[str] = field(default_factory=list)
    phones: list[httpx.Client] = field(default_factory=list)

    def phone(self, **headers: str) -> httpx.Client:
        """A phone's browser on the page: it has the cookie that the page gives."""
        origin = f"http://{GUESTS}"
        phone = httpx.Client(base_url=self.url, headers={"host": GUESTS, "origin": origin, **headers}, timeout=30)
        self.phones.append(phone)
        phone.get("/join")
        return phone


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    """A store of this test's own."""
    store = Store(f"sqlite:///{tmp_path / 'class.sqlite'}")
    yield store
    store.close()


@pytest.fixture
def desk(store) -> Desk:
    """The teacher's desk."""
    return Desk(store, Role.TEACHER)


@pytest.fixture
def room(desk) -> Room:
    """A class that has begun, with a network on its phones."""
    return desk.begin_class(networks=("hidden-draw-ready",))


@pytest.fixture
def serve(store) -> Iterator[Callable[..., Served]]:
    """`serve(...)` starts a server; arguments are those of `ClassRoutes`, `guests` and `base`."""
    with ExitStack() as stack:

        def start(*, guests: str = "full", base: str = "", **options: object) -> Served:
            served = Served("")
            classes = ClassRoutes(**{"store": lambda: store, "test_image": lambda place: IMAGE, **options})
            look = classes._watch._look
            classes._watch._look = lambda: (served.looks.append("look"), look())[1]
            key, looks = TeacherKey("a key that is long enough"), {"store": lambda: Finding(True, "answers")}
            app = Starlette(
                routes=routes(base, looks=looks, key=key, classes=classes),
                middleware=[
                    Middleware(Compressed),
                    Middleware(KnownHosts, (GUESTS,)),
                    Middleware(OwnPagesOnly),
                    Middleware(Visitors, key=key, guests=guests),
                    Middleware(Compressed),
                ],
            )
            listener = socket.create_server(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            stack.callback(listener.close)
            stack.callback(thread.join, 20)
            stack.callback(setattr, server, "should_exit", True)
            stack.callback(lambda: [phone.close() for phone in served.phones])
            served.url = f"http://127.0.0.1:{listener.getsockname()[1]}{base}"
            return served

        yield start


@pytest.fixture
def server(serve) -> Served:
    """A server."""
    return serve()
