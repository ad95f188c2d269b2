"""The language that a page speaks: its words, and its numbers.

English is written where it is used, `_("Close the round")`; the others are in `web/languages`. A page that
speaks none but English (`ui.frame.page`) may draw the same parts as one that does.
"""

from __future__ import annotations

import streamlit as st

from mnist_core import numerals
from web import languages
from web.languages import ENGLISH, preferred, translations

LANGUAGE = "page_language"  # in session state: a fragment reruns without its page


def browsers_language() -> str:
    """The language that the browser asks for, of those that there are."""
    return preferred(st.context.headers.get("Accept-Language", ""))


def speak(language: str) -> None:
    """Have `_` speak this language from now on in this run and in its fragments; each page begins with its own."""
    st.session_state[LANGUAGE] = language


def language() -> str:
    """The language that is spoken."""
    return st.session_state.get(LANGUAGE, ENGLISH)


def _(text: str, **values: object) -> str:
    """The text in the language that is spoken, with the values in their places."""
    said = translations(language()).gettext(text)
    return said.format(**values) if values else said


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The text for one or for many, in the language that is spoken; `{number}` is the number."""
    return translations(language()).ngettext(one, many, number).format(number=numeral(number), **values)


def numeral(number: float, digits: int = 0) -> str:
    """The number, rounded to `digits` behind the decimal sign: "10,000" in English, "10.000" in German."""
    return str(languages.numeral(numerals.numeral(number, digits), language()))


def signed(number: float, digits: int = 0) -> str:
    """A difference with its sign; what is rounded to 0 has none."""
    return str(languages.numeral(numerals.signed(number, digits), language()))


def share(fraction: float, digits: int = 0) -> str:
    """A fraction in percent."""
    return f"{numeral(100 * fraction, digits)}\N{NO-BREAK SPACE}%"


def listed(*parts: str) -> str:
    """The parts as one, with an "and" between each two."""
    return (" " + _("and") + " ").join(parts)


def an(number: int) -> str:
    """The number with its article: "a 3", "an 8"; as in other languages it is called where something is one."""
    one = _("an {digit}") if numerals.an(number).startswith("an ") else _("a {digit}")
    return one.format(digit=numeral(number))
