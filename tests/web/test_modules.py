"""The pages' JavaScript is answered for by name and version, to be kept for good."""

import gzip
import re
from pathlib import Path

import pytest
from asgi import ask
from starlette.applications import Starlette

from mnist_core.store.store import Store
from web import modules
from web.classes.routes import ClassRoutes
from web.compressed import LEAST, Compressed
from web.health import Finding
from web.people.teacher import TeacherKey
from web.policy import OwnPagesOnly
from web.routes import routes

FOLDER = Path(modules.__file__).with_name("js")
NAMES = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.rglob("*.js"))]
IMPORTS = re.compile(r'^(?:import|export)\b[^;]*? from "([^"]+)";', re.M)


def no_store() -> Store:
    raise AssertionError("modules need no store")


def server(base_path: str = "") -> OwnPagesOnly:
    looks, classes = {"store": lambda: Finding(True, "answers")}, ClassRoutes(store=no_store)
    return OwnPagesOnly(Starlette(routes=routes(base_path, looks=looks, key=TeacherKey("k"), classes=classes)))


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_answered_for_compressed_or_as_it_is(name):
    content = (FOLDER / name).read_bytes()
    compressed = Compressed(server())
    plain = ask(compressed, f"/{modules.address(name)}")
    assert (plain.status, plain.body) == (200, content) and "content-encoding" not in plain.headers
    small = ask(compressed, f"/{modules.address(name)}", accept_encoding="gzip, deflate, br")
    if len(content) >= LEAST:
        assert small.headers["content-encoding"] == "gzip" and small.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(small.body) == content and len(small.body) < len(content)
    else:
        assert small.body == content and "content-encoding" not in small.headers
    assert int(small.headers["content-length"]) == len(small.body)


def test_a_browser_keeps_a_module_for_good_and_takes_it_for_nothing_else():
    headers = ask(server(), f"/{modules.address('network.js')}").headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff" and "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/modules/0123456789ab/network.js", "/modules/{}/nothing.js", "/modules/{}/../web.py"]
)
def test_another_version_and_another_name_are_not_found(path):
    assert ask(server(), path.format(modules.VERSION)).status == 404


def test_modules_lie_below_the_path_that_the_pages_are_below():
    for base in ("lab", "/lab/"):
        assert ask(server(base), f"/lab/{modules.address('network.js')}").status == 200
        assert ask(server(base), f"/{modules.address('network.js')}").status == 404


@pytest.mark.parametrize("name", NAMES)
def test_modules_import_each_other_by_their_places_and_nothing_from_elsewhere(name):
    for place in IMPORTS.findall((FOLDER / name).read_text(encoding="utf-8")):
        assert place.startswith(".") and ((FOLDER / name).parent / place).resolve().is_relative_to(FOLDER)
        assert ((FOLDER / name).parent / place).is_file()


def test_a_script_imports_a_module_from_wherever_the_page_is():
    script = modules.imported("pictures/gallery.js")
    assert f'"modules/{modules.VERSION}/pictures/gallery.js", document.baseURI' in script and "\n" in script
    with pytest.raises(KeyError, match="nothing.js"):
        modules.imported("nothing.js")


@pytest.mark.parametrize("name", ["phone/main.js", "network.js"])
def test_what_a_module_needs_is_all_that_it_imports_and_what_that_imports(name):
    needed = modules.needed_by(name)
    assert needed[0] == name and len(set(needed)) == len(needed)
    for each in needed:
        for place in IMPORTS.findall((FOLDER / each).read_text(encoding="utf-8")):
            found = ((FOLDER / each).parent / place).resolve().relative_to(FOLDER.resolve())
            assert found.as_posix() in needed
    with pytest.raises(KeyError):
        modules.needed_by("nothing.js")
