"""The words of the class in other languages: of the phones' page, the teacher's and the projector's.

English is written where it is used; each other language is one file here, `de.po` as gettext has them.
Messages are the texts of `web.classes.words`, of `classroom.rules` and `classroom.questions`, and what
stands in calls of `_("...")` and `ngettext("...", "...", n)` in `ui` (`ui/words/language.py`) and at
the head of the class's page.  `make messages` brings all files to what the code says.
"""

from __future__ import annotations

import gettext
import io
import re
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

FOLDER = Path(__file__).parent
ENGLISH = "en"
ITSELF = "English"  # a message: in each language what it calls itself
MOST_ASKED = 20  # languages of a browser that are looked at
_NUMBER = re.compile(r"[+\-\N{MINUS SIGN}]?(\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d+)", re.ASCII)


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that there are, English first."""
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.po")))


def name_of(language: str) -> str:
    """What the language calls itself: "Deutsch".  Babel would know, and takes 2 MB for each that it is asked about."""
    return translations(language).gettext(ITSELF)


def preferred(accept_language: str) -> str:
    """The first of the browser's languages that there is, English where there is none.

    Args:
        accept_language: the header of that name, such as "fi-FI,fi;q=0.9,en;q=0.8"; anything may be in it.
    """
    asked = []
    for place, part in enumerate(accept_language.split(",", MOST_ASKED)[:MOST_ASKED]):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if tag.strip() and 0 < quality <= 1:
            asked.append((-quality, place, tag.strip().lower()))
    return negotiate_locale([tag for *_, tag in sorted(asked)], languages(), sep="-") or ENGLISH


@cache
def translations(language: str) -> gettext.NullTranslations:
    """What gives a message in this language: its `gettext` and `ngettext`; English of one that is not there."""
    if language not in languages() or language == ENGLISH:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalog(language: str) -> Catalog:
    """All messages of the language's file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def numeral(value: object, language: str) -> object:
    """A number that English writes "1,234.5" as the language does: "1.234,5"; whatever else as it is."""
    text = str(value)
    if not _NUMBER.fullmatch(text):
        return value
    return text.translate(str.maketrans(",.", get_group_symbol(language) + get_decimal_symbol(language)))
