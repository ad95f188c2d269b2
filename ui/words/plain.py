"""What people typed, as text: Streamlit reads Markdown in nearly everything that it shows.

Names, file names and addresses come from strangers.  In Markdown they could fetch from elsewhere as
soon as somebody looks, pass for a link or a heading of the app, or colour its words.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"([\\`*\[\]<~$]|(?<!\w)_|_(?!\w)|&(?=#?\w+;))")
_START = re.compile(r"^(\s*)([-+#>]|\d+[.)])")  # of a list, a heading, a quotation
# Streamlit looks for these in the finished text, where no backslash is left: emoji and icons, arrows, addresses.
_JOINED = re.compile(r"(?<=:)(?=\S)|(?<=[-=<>~])(?=[-=<>])|(?<=@)(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"  # takes no room, and no line ends there
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # categories of Unicode: control, direction, none at all


def plain(words: object) -> str:
    """The words for a place where Streamlit reads Markdown: shown as they were typed, whatever they are.

    What cannot be seen, such as marks that turn the direction of writing, is left out; line ends become spaces.
    """
    seen = "".join(
        " " if each in "\n\r\t" else each
        for each in str(words)
        if each in "\n\r\t" or unicodedata.category(each) not in _UNSEEN
    )
    marked = _MARKS.sub(r"\\\1", _JOINED.sub(_JOINER, seen))
    return _START.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", marked)
