"""Numbers as they are read aloud."""

import pytest

from mnist_core.numerals import an


@pytest.mark.parametrize(
    "words", ["a 0", "a 1", "a 7", "an 8", "a 10", "an 11", "an 18", "an 80", "an 800", "a 110", "a 1,800", "an 11,000"]
)
def test_a_number_has_the_article_that_is_spoken(words):
    assert an(int(words.split()[1].replace(",", ""))) == words
