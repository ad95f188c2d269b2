"""The style sheets in `css/`: those of all pages, and in `css/components/` those of components that stand apart."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).with_name("css")
PAGES = "\n".join(path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.css")))
COMPONENTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((_FOLDER / "components").glob("*.css"))}
