"""The JavaScript of the pages: the ES modules in `js/`, at addresses that change with what is in any of them.

All of them share one version, so that they import each other by their places, and a browser may keep what it has.
"""

from __future__ import annotations

import posixpath
import re
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PLACE = "modules"
_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.{1,2}/[^"']+)["'];""", re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"

_FOLDER = Path(__file__).with_name("js")
_FILES = {path.relative_to(_FOLDER).as_posix(): path.read_bytes() for path in sorted(_FOLDER.rglob("*.js"))}
VERSION = sha256(b"".join(name.encode() + b"\0" + content for name, content in _FILES.items())).hexdigest()[:12]


def address(name: str) -> str:
    """Where the module `name`, such as "draw/live.js", is to be had, seen from any page.

    Raises:
        KeyError: there is none.
    """
    if name not in _FILES:
        raise KeyError(f"expected a module of web/js, got {name!r}")
    return f"{PLACE}/{VERSION}/{name}"


def needed_by(name: str) -> list[str]:
    """The module and all that it imports, so that a page can ask for them at once.

    Raises:
        KeyError: there is none.
    """
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = None
            places = _IMPORT.findall(_FILES[each].decode())
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(each), place)) for place in places]
    return list(found)


def imported(name: str) -> str:
    """JavaScript that exports by default what a module does, for a script that has no address itself.

    Of two lines, since Streamlit would take a single one for the name of a file.
    """
    source = f'const module = await import(new URL("{address(name)}", document.baseURI));'
    return f"{source}\nexport default module.default;"


def route(base: str) -> Route:
    """What answers for the modules, below the path that the pages are below."""
    return Route(f"{base}/{PLACE}/{VERSION}/{{name:path}}", _answer, name="modules")


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _FILES:
        return PlainTextResponse("There is no such module.\n", 404)
    return Response(_FILES[name], media_type="text/javascript", headers={"cache-control": FOREVER})
