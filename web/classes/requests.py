"""What phones send, read as a stranger's: who asks, how much, in which language, from which page."""

from __future__ import annotations

import json

from starlette.requests import Request

from mnist_core.classroom.limits import MOST_BYTES
from mnist_core.errors import DigitLabError
from mnist_core.store.visitors import is_token
from web.languages import languages, preferred
from web.people.cookies import cookies_of
from web.people.origin import is_from_here
from web.people.visitors import COOKIE


class Unfit(DigitLabError):
    """A request that is not looked at.

    Attributes:
        key: of the sentence in `words.WORDS`.
        status: of HTTP.
    """

    def __init__(self, key: str, status: int):
        self.key, self.status = key, status
        super().__init__(key)


def token_of(request: Request) -> str:
    """The token of the browser; empty where it has none."""
    token = cookies_of(request.scope).get(COOKIE, "")
    return token if is_token(token) else ""


def address_of(request: Request) -> str:
    """Where the request comes from; a class shares one."""
    return request.client.host if request.client else ""


def language_of(request: Request) -> str:
    """The language that the page is in: the one that its reader has chosen, else the browser's."""
    chosen = request.query_params.get("lang", "")
    return chosen if chosen in languages() else preferred(request.headers.get("accept-language", ""))


def require_own_page(request: Request) -> None:
    """Refuse what a page of another site sends with this browser's cookie.

    Raises:
        Unfit: it does.
    """
    if not is_from_here(request):
        raise Unfit("elsewhere", 403)


async def body_of(request: Request) -> object:
    """The JSON in the body, `None` where there is none that can be read.

    Raises:
        Unfit: it is longer than `MOST_BYTES`; no more of it is read than that.
    """
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MOST_BYTES:
            raise Unfit("large", 413)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
