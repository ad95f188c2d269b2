"""What the code of the class says, and the languages' files brought to it: `python tests/support/all_messages.py`.

With the code of a further language, such as `sv`, its file is made, with all messages to be translated.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import extract_from_file  # noqa: E402
from babel.messages.pofile import write_po  # noqa: E402

from mnist_core.classroom.questions import KIT  # noqa: E402
from mnist_core.classroom.rules import REASONS  # noqa: E402
from ui.frame.page import PAGES  # noqa: E402
from ui.frame.state import LOOKING  # noqa: E402
from web.classes.words import WORDS  # noqa: E402
from web.languages import FOLDER, ITSELF, catalog, languages  # noqa: E402

KEYWORDS = {"_": None, "ngettext": (1, 2), "page": (2,)}  # functions, and which of their arguments are messages
# Of a file's head: what version control knows.
NOT_KEPT = tuple(f'"{name}'.encode() for name in ("Project-Id", "Report-", "POT-", "PO-", "Last-", "Language-T", "Gen"))
Message = str | tuple[str, str]  # one text, or one for one and one for many


def messages() -> dict[Message, str]:
    """Every message of the code, in its order, with the file that it stands in."""
    found: dict[Message, str] = {}
    kit = (text for each in KIT.values() for text in (each.text, *each.choices, each.lesson))
    for place, texts in (
        ("web/languages/__init__.py", (ITSELF,)),
        ("web/classes/words.py", WORDS.values()),
        ("mnist_core/classroom/rules.py", REASONS.values()),
        ("mnist_core/classroom/questions.py", (text for text in kit if not text.isdigit())),
        ("ui/frame/page.py", PAGES["pages/7_Class.py"][:1]),
        ("ui/frame/state.py", (LOOKING,)),
    ):
        for text in texts:
            found.setdefault(text, place)
    for path in [*sorted((ROOT / "ui").rglob("*.py")), ROOT / "pages" / "7_Class.py"]:
        if path.is_file():
            for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
                found.setdefault(message, path.relative_to(ROOT).as_posix())
    return found


def bring_up_to_date(language: str) -> int:
    """Bring a language's file to what the code says; returns how many messages are to be translated."""
    there = catalog(language) if (FOLDER / f"{language}.po").exists() else Catalog(language)
    now = Catalog(language, header_comment=f"# The words of the class: {there.locale.english_name}.", fuzzy=False)
    for message, place in messages().items():
        kept = there.get(message)
        now.add(message, kept.string if kept is not None else None, locations=[(place, None)])
    content = io.BytesIO()
    write_po(content, now, width=110)
    lines = content.getvalue().splitlines(keepends=True)
    (FOLDER / f"{language}.po").write_bytes(b"".join(line for line in lines if not line.startswith(NOT_KEPT)))
    return sum(1 for message in now if message.id and not all(forms(message.string)))


def forms(translation: str | tuple[str, ...]) -> tuple[str, ...]:
    """What a message is in a language: one text, or one for each of its plurals."""
    return (translation,) if isinstance(translation, str) else translation or ("",)


if __name__ == "__main__":
    for each in dict.fromkeys([*languages()[1:], *sys.argv[1:]]):
        print(f"{each}: {bring_up_to_date(each)} messages to be translated")
