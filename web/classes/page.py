"""The phone's page: HTML, its styles and its words; the rest are the modules of `web/js/phone`."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from string import Template

from web import modules
from web.classes.words import WORDS
from web.languages import languages, name_of, translations

_TEMPLATE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_MAIN = "phone/main.js"


class Page:
    """The page in every language.

    Args:
        colours: CSS that defines its colours, light and dark.

    Attributes:
        policy: what it may load: nothing from elsewhere, no script but the server's files; and where it may be
            shown: in no other page.
    """

    def __init__(self, colours: str):
        self._style = f"{colours}\n{_STYLE}"
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; script-src 'self'; style-src 'sha256-{digest}'; connect-src 'self'; "
            "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def html(self, language: str, *, code: str = "", base: str = "") -> str:
        """The page.

        Args:
            language: one of `web.languages.languages()`.
            code: of the class, empty where it is to be typed.
            base: the path that the server is below.
        """
        told = translations(language).gettext
        words = {key: told(text) for key, text in WORDS.items()}
        options = (
            f'<option value="{each}"{" selected" if each == language else ""}>{escape(name_of(each))}</option>'
            for each in languages()
        )
        preloads = (f'<link rel="modulepreload" href="{base}/{modules.address(each)}">' for each in _NEEDED)
        settings = {"language": language, "code": code, "base": base, "words": words}
        return _TEMPLATE.substitute(
            language=language,
            title=escape(words["title"]),
            label=escape(words["language"]),
            script=escape(words["script"]),
            style=self._style,
            preloads="\n".join(preloads),
            main=f"{base}/{modules.address(_MAIN)}",
            options="".join(options),
            # Within a script element only its end could end it.
            settings=json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c"),
        )


_NEEDED = modules.needed_by(_MAIN)
