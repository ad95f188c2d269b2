"""All words of all pages in one place, to be read with fresh eyes: `make words`.

Pages are run without a browser, on a few images, with a run that has ended and what a worker would have found out.
"""

from __future__ import annotations

import html as markup
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

import pytest  # noqa: E402
from app_without_browser import App, opened_app  # noqa: E402
from google.protobuf.message import Message  # noqa: E402
from streamlit.testing.v1 import AppTest  # noqa: E402

from mnist_core.store.runs.records import Run  # noqa: E402

SAID = {"body", "label", "help", "options", "placeholder", "caption", "captions", "alt", "text", "value"}
NOT_SHOWN = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->", re.S)
TAG = re.compile(r"<[^>]+>")
NAMED = re.compile(r'(?:aria-label|title|alt)="([^"]*)"')
ICON = re.compile(r":material/\w+:\s*")


def visits(run: Run) -> dict[str, tuple[str, dict[str, object]]]:
    """Every page and view by its name: its file, and what its address carries."""
    image = {"network": "hidden", "true": 9, "read": 4, "image": 3}
    views = {f"Mistakes, {view}": ("4_Mistakes.py", {"network": "hidden", "view": view})
             for view in ("map", "figures", "mystery", "labels", "stress")}  # fmt: skip
    return {
        "Draw": ("1_Draw.py", {}),
        "Draw, a test image": ("1_Draw.py", {"mnist": 3}),
        "Train": ("2_Train.py", {}),
        "Train, a run": ("2_Train.py", {"run": run.id}),
        "Dataset": ("3_Dataset.py", {}),
        "Mistakes, an image": ("4_Mistakes.py", image),
        "Mistakes, a run": ("4_Mistakes.py", {"network": run.id}),
        **views,
        "Compare": ("5_Compare.py", {"a": "linear", "b": "hidden"}),
        "Compare, a run": ("5_Compare.py", {"a": "linear", "b": run.id}),
        "Experiments": ("6_Experiments.py", {}),
        "Class": ("7_Class.py", {}),
    }


def collected(app: App) -> dict[str, list[str]]:
    """What each page and view says, in its order, each text once."""
    run = app.ended(name="Ada's")
    said = {"Home": texts(app.visit_home())}
    for name, (page, query) in visits(run).items():
        visit = app.visit(page, **query)
        if app.answer():  # What it had asked a worker for.
            app.again(visit)
        said[name] = texts(visit)
    return said


def texts(visit: AppTest) -> list[str]:
    """All that one page says, each text once."""
    found: dict[str, None] = {}
    for element in visit.main:
        for text in _strings(element.proto) if element.proto is not None else ():
            for line in _lines(text):
                found.setdefault(line)
    return list(found)


def _strings(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name == "json":
            yield from _sent(json.loads(value))
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from _strings(each)
            elif isinstance(each, str) and field.name in SAID:
                yield each


def _sent(data: object) -> Iterator[str]:
    """The sentences among what a component is sent: the rest are colours, pictures and addresses."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _sent(value)
    elif isinstance(data, list):
        for value in data:
            yield from _sent(value)
    elif isinstance(data, str) and " " in data and not data.startswith("data:"):
        yield data


def _lines(text: str) -> Iterator[str]:
    text = NOT_SHOWN.sub("", text)
    for part in [*NAMED.findall(text), *TAG.sub("\n", text).split("\n")]:
        words = " ".join(ICON.sub("", markup.unescape(part)).split())
        if re.search(r"[A-Za-z]{2}", words):
            yield words


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        with opened_app(patch, Path(folder) / "home") as opened:
            print("# All words of all pages\n\nMade by `make words`, to be read with fresh eyes.")
            for page, texts in collected(opened).items():
                print(f"\n## {page}\n")
                # Of sentences that differ in their numbers alone the first stands for all.
                first = {re.sub(r"[\d.,]+", "#", text): text for text in reversed(texts)}
                print("\n".join(f"- {text}" for text in texts if text in first.values()))
