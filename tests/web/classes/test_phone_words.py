"""The phone's page says what is in its list of words, and all of it."""

import re
from pathlib import Path

from web.classes import words
from web.classes.words import WORDS

WEB = Path(words.__file__).parents[1]
JAVASCRIPT = "\n".join(path.read_text(encoding="utf-8") for path in sorted((WEB / "js" / "phone").glob("*.js")))
PYTHON = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((WEB / "classes").glob("*.py")) if path.stem != "words"
)
FROM_DATA = {"linear", "hidden", "convolutional", "reads_of", "unsure_of"}  # keys that are put together


def test_what_the_page_asks_for_is_there():
    asked = set(re.findall(r'told\(\s*"(\w+)"', JAVASCRIPT))
    assert len(asked) > 20 and asked <= set(WORDS)


def test_nothing_is_there_that_nobody_says():
    unsaid = {key for key in WORDS if f'"{key}"' not in JAVASCRIPT and f'"{key}"' not in PYTHON}
    assert unsaid - FROM_DATA == set()


def test_the_page_says_in_two_sentences_what_is_kept():
    assert WORDS["kept"].count(". ") == 1 and WORDS["kept"].endswith(".")
