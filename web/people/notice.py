"""A page of a few words, where there is no page of the app to say them."""

from __future__ import annotations

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Digit Lab</title><style>body {{font: 1.1rem/1.5 system-ui; max-width: 34rem; margin: 4rem auto; padding: 0 1rem}}
input, button {{font: inherit; padding: .5rem .75rem}} form {{display: flex; gap: .5rem; flex-wrap: wrap}}
@media (prefers-color-scheme: dark) {{body {{background: Canvas; color: CanvasText; color-scheme: dark}}}}</style>
<h1>{title}</h1>{body}"""


def notice(title: str, body: str) -> str:
    """The page's HTML; title and body are HTML, too."""
    return _PAGE.format(title=title, body=body)
