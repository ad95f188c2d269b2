"""The class speaks every language whole, and each page the one that its browser asks for."""

import ast
import re
from string import Formatter

import pytest
from all_messages import KEYWORDS, ROOT, forms, messages
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.classroom.nicknames import LANGUAGES
from web.languages import catalog, languages, name_of, numeral, preferred, translations

OTHERS = languages()[1:]
NUMBERS = (0, 1, 2, 5, 30)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def words(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_there_are_five_languages_and_nicknames_in_each():
    assert set(languages()) >= {"en", "de", "fr", "es", "fi"} and languages()[0] == "en"
    assert set(languages()) == set(LANGUAGES)
    assert [name_of(each) for each in ("en", "de", "fr", "es", "fi")] == [
        "English", "Deutsch", "Français", "Español", "Suomi",
    ]  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_of_the_code_is_there_and_none_that_the_code_no_longer_says(language):
    there = {message.id for message in catalog(language) if message.id}
    said = set(messages())
    assert said - there == set() and there - said == set(), "make messages brings the files to what the code says"


def test_no_message_stands_within_an_f_string_where_babel_finds_none_before_python_3_12():
    for path in (ROOT / "ui" / "classroom").rglob("*.py"):
        for value in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(value, ast.FormattedValue):
                called = {ast.unparse(each.func) for each in ast.walk(value) if isinstance(each, ast.Call)}
                assert not called & KEYWORDS.keys(), f"{path.name}:{value.lineno}"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_the_same_values_in_it(language):
    for message in catalog(language):
        if not message.id:
            continue
        assert all(forms(message.string)), f"{language}: {message.id!r} is not translated"
        assert not message.fuzzy, f"{language}: {message.id!r} is a guess"
        for form in forms(message.string):
            asked = set.union(*map(fields, words(message.id)))
            # Of several forms the one for a single thing may do without the number.
            assert fields(form) == asked or (len(words(message.id)) > 1 and asked - fields(form) == {"number"}), form


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_set_as_the_language_sets_them(language):
    for message in catalog(language):
        for form in forms(message.string) if message.id else ():
            assert form == form.strip() and "  " not in form, form
            ends = {text.rstrip()[-1:] for text in words(message.id)} & set(".?!")
            assert not ends or form[-1:] in ".?!:", form
            if language == "fr":
                assert not re.search(r"\w[?!:;]", re.sub(r"\{\w+\}", "x", form)), form  # A space goes before them.
                assert "'" not in form, form


@pytest.mark.parametrize("language", languages())
def test_a_language_gives_its_messages_and_its_numbers(language):
    said = translations(language)
    assert (said.gettext("Send") == "Send") == (language == "en")
    assert numeral("97.8", language) == ("97.8" if language == "en" else "97,8")
    assert [numeral(each, language) for each in (7, "7", "a.b", "1,2")] == [7, "7", "a.b", "1,2"]
    for number in NUMBERS:
        assert said.ngettext("{number} thing that is not there", "{number} things", number)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["60,000", "+1.2", "\N{MINUS SIGN}1,234.5"]),
        ("de", ["60.000", "+1,2", "\N{MINUS SIGN}1.234,5"]),
        ("fi", ["60\N{NO-BREAK SPACE}000", "+1,2", "\N{MINUS SIGN}1\N{NO-BREAK SPACE}234,5"]),
    ],
)
def test_signs_in_a_number_are_those_of_the_language(language, written):
    assert [numeral(each, language) for each in ("60,000", "+1.2", "\N{MINUS SIGN}1,234.5")] == written


def test_a_language_that_is_not_there_is_english():
    for language in ("sv", "", "../de", "en"):
        assert translations(language).gettext("Send") == "Send"


@pytest.mark.parametrize(
    ("asked", "given_"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("sv-SE,sv;q=0.9,fi;q=0.8,en;q=0.7", "fi"),
        ("en;q=0.5, es;q=0.7", "es"),
        ("fr-CA", "fr"),
        ("FI", "fi"),
        ("de;q=0, fr", "fr"),
        ("sv", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=nan,fr;q=x,;;,,", "en"),
    ],
)
def test_a_browser_gets_the_first_of_its_languages_that_there_is(asked, given_):
    assert preferred(asked) == given_


@given(st.text())
def test_whatever_a_browser_sends_gives_a_language(asked):
    assert preferred(asked) in languages()
