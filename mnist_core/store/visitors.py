"""Who is who: each browser has a token, random and its own, that says which runs and drawings are its.

A token, not a name or an account: nobody has to choose one, and it tells nothing about a
person.  Not an address of the network either: a class often shares one.
"""

from __future__ import annotations

import re
import secrets

COOKIE = "digitlab_visitor"  # the name under which a browser keeps its token
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def new_token() -> str:
    """A token that nobody can guess: 32 hexadecimal characters."""
    return secrets.token_hex(16)


def is_token(text: object) -> bool:
    """Whether this may be a token; what a browser sends may be anything."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None
