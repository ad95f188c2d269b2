"""How often another device has opened the page that joins a class: whether any can reach this server at all."""

from __future__ import annotations

from starlette.types import Scope

from web.people.visitors import is_at_this_machine


class Opened:
    """Counts, in memory: it says nothing of who it was.

    Attributes:
        times: since the server was started.
    """

    def __init__(self) -> None:
        self.times = 0

    def count(self, scope: Scope) -> None:
        """Note that a request has asked for the page."""
        self.times += not is_at_this_machine(scope)


OPENED = Opened()  # of this server
