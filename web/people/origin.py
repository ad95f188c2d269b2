"""Whether a request that changes something was sent by a page of this server.

Cookies do not tell: another site's form carries them along where a browser is old.  Browsers say where a
request was made by a header that pages cannot write.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def is_from_here(request: HTTPConnection) -> bool:
    """Whether the page that sent the request is this server's, as its browser says; one that says nothing is not."""
    said = request.headers.get("origin") or request.headers.get("referer") or ""
    host = request.headers.get("host", "")
    return bool(host) and urlsplit(said).netloc == host
