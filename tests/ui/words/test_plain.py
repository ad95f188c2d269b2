"""What people typed is shown as they typed it."""

import pytest

from ui.words.plain import plain


@pytest.mark.parametrize(
    "words",
    ["Linear 784-10, 5 epochs (2)", "learning_rate must be more than 0, got -1.", "100 % of 3 + 4: yes!", "Zoë 数 🙂"],
)
def test_usual_words_stay_as_they_are(words):
    assert plain(words) == words


@pytest.mark.parametrize(
    ("words", "safe"),
    [
        ("![t](http://x.org/t.png)", "!\\[t\\](http:\u2060//x.org/t.png)"),
        ("<img src=x>", "\\<img src=x>"),
        ("$x$ `c` *i* _i_ ~s~", "\\$x\\$ \\`c\\` \\*i\\* \\_i\\_ \\~s\\~"),
        (":red[y] :smile: :material/home:", ":\u2060red\\[y\\] :\u2060smile: :\u2060material/home:"),
        ("a -> b <- c", "a -\u2060> b \\<\u2060- c"),
        ("www.x.org a@x.org", "www\u2060.x.org a@\u2060x.org"),
        ("# h", "\\# h"),
        ("1. one", "1\\. one"),
        ("&lt; a & b", "\\&lt; a & b"),
        ("a\nb\x00c\u202ed\u200fe", "a bcde"),
    ],
)
def test_what_markdown_would_read_is_text(words, safe):
    assert plain(words) == safe
