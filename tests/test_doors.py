"""What comes in from a stranger starts no program."""

import ast
import base64
import os
import re
from pathlib import Path

import pytest
from app_without_browser import App, opened_app

ROOT = Path(__file__).parents[1]
POSTSCRIPT = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 320 320
%%EndComments
(started) print
%%EOF
"""


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


@pytest.fixture
def started(monkeypatch, tmp_path) -> Path:
    """A file that comes into being as soon as anything starts Ghostscript, by which Pillow reads PostScript."""
    mark, bin_ = tmp_path / "started", tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "gs").write_text(f"#!/bin/sh\ntouch {mark}\n")
    (bin_ / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("PIL.EpsImagePlugin.gs_binary", None)  # Asked for anew.
    return mark


def test_a_canvas_that_sends_postscript_starts_nothing(app: App, started: Path):
    visit = app.visit("1_Draw.py")
    picture = "data:image/png;base64," + base64.b64encode(POSTSCRIPT).decode("ascii")
    stroke = {"type": "Path", "strokeWidth": 22, "path": [["M", 60, 40], ["L", 90, 200]]}
    raw = {"version": "7.1.0", "objects": [stroke], "background": "#000000"}
    visit.session_state["canvas"] = {"drawing": {"raw": raw, "data": picture}, "backgroundFit": None}
    App.again(visit)
    assert len(visit.session_state["canvas_sketch"].objects) == 1
    assert not started.exists()


def test_an_upload_of_postscript_is_refused_and_starts_nothing(app: App, started: Path):
    visit = app.visit("1_Draw.py", way="upload")
    visit.file_uploader(key="picture").set_value(("digit.png", POSTSCRIPT, "image/png"))
    App.again(visit)
    assert "not a picture that can be read" in visit.error[0].value
    assert not started.exists()


@pytest.mark.parametrize("folder", ["mnist_core", "ui", "pages", "web"])
def test_every_picture_is_opened_with_the_formats_that_it_may_have(folder):
    calls = [
        (path.relative_to(ROOT), call)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"Image.open", "PIL.Image.open"}
    ]
    assert [path for path, call in calls if "formats" not in {each.arg for each in call.keywords}] == []


def test_every_test_and_every_file_that_the_list_of_doors_names_is_there():
    text = (ROOT / "docs" / "security.md").read_text()
    tests = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    assert [each for each in re.findall(r"`(test_\w+)`", text) if each not in tests] == []
    files = re.findall(r"`([\w/]+\.(?:py|toml))`", text)
    assert files and [each for each in files if not (ROOT / each).is_file()] == []
