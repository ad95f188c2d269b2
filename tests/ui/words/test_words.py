"""The words of all pages: terms are explained where they are met, and what nobody of sixteen understands is gone."""

from pathlib import Path

import pytest
from all_words import collected
from app_without_browser import opened_app

from ui.words.glossary import GLOSSARY

# Terms that a page may show only with their meaning, and what one sees of them there.
EXPLAINED = {"95 % interval": "95 % interval", "loss": "Loss"}
RIDDLES = (
    "approximated",
    "before its sigmoid",
    "a pixel of full ink where the other has none",
    "would be the toss of a coin",
    "Newcombe",
    "logarithm of",
    "is as probable as it is, on average",
)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch, opened_app(patch, tmp_path_factory.mktemp("words")) as app:
        return {name: "\n".join(texts) for name, texts in collected(app).items()}


def test_a_meaning_has_ten_words_or_two_more(said):
    assert all(len(words.split()) <= 12 and words.endswith(".") for words in GLOSSARY.values())


@pytest.mark.parametrize("term", EXPLAINED)
def test_a_term_is_explained_on_every_page_that_shows_it(said, term: str):
    shown = [name for name, words in said.items() if EXPLAINED[term] in words]
    assert len(shown) >= 2
    assert [name for name in shown if GLOSSARY[term][1:] not in said[name]] == []


@pytest.mark.parametrize("riddle", RIDDLES)
def test_no_page_says_what_nobody_of_sixteen_understands(said, riddle: str):
    assert [name for name, words in said.items() if riddle in words] == []


def test_every_page_and_view_is_among_the_words(said):
    assert {path.stem.partition("_")[2] for path in (Path(__file__).parents[3] / "pages").glob("*.py")} <= {
        name.partition(",")[0] for name in said
    }
    assert all(len(words.split()) > 60 for words in said.values())
