"""What the address of a page carries: one table a page says of which kind each part is, what is usual, who holds it.

A page fills its widgets from the address and has the address follow them.  Streamlit sends every writing to the
browser.  One that arrives after the reader has followed a link to another page would give that page the address of
this one: so what differs from the usual is written, at once, and only where it changes.

No other package reads or writes the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit

import streamlit as st

from mnist_core.errors import DataError, DigitLabError, StoreUnavailable
from mnist_core.network.kinds import ValueKind
from ui.frame.dead_links import DeadLink, forget_old, note
from ui.frame.kinds import Kind, Partly
from ui.words.settings import LABELS, sentence

FILLED = "address_filled"  # in session state: by key, the visit of the page at which it was filled
HELD = "address_held"  # in session state: by key, the run of the page in which the browser was told what it holds
NEVER = -1

T = TypeVar("T")


@dataclass(frozen=True)
class Parameter(Generic[T]):
    """One part of an address, `name=text`.

    Attributes:
        name: in the address.
        kind: how its text is read and written.
        usual: its value where the address says nothing, or what gives it; the address says nothing of it.
        key: of the widget or the entry in session state that holds it; empty where the address alone does.
        label: what a notice calls it; the name where empty.
        words: what a notice says of what is shown instead.
        earlier: its name in links of earlier versions.
        lasting: whether it outlives a visit of the page whose address says nothing of it.
        always: whether the address says what is usual, too.
        choice: whether widgets of it choose, other than those in which people type and drag; all do whose kind has
            options.
    """

    name: str
    kind: Kind[T]
    usual: Any = None
    key: str = ""
    label: str = ""
    words: str = "The usual is shown instead."
    earlier: str = ""
    lasting: bool = False
    always: bool = False
    choice: bool = False

    def said(self) -> str | None:
        """What the address says of it, as text; `None` where nothing."""
        return st.query_params.get(self.name, st.query_params.get(self.earlier) if self.earlier else None)

    def read(self, text: str) -> T:
        """What the text says.  Raises an error of this project where it says what cannot be."""
        return self.kind.read(self.label or self.name, text)

    def now(self) -> T | None:
        """What the address says in this run; `None` where it says nothing, or what is refused with a notice.

        Raises:
            StoreUnavailable: nobody can tell just now.
        """
        text = self.said()
        if text is None:
            return None
        try:
            return self.read(text)
        except StoreUnavailable:
            raise
        except DigitLabError as error:
            self.refuse(error)
            return None

    def say(self, value: T | str | None) -> None:
        """Have the address say this value, or this text, or nothing."""
        _write({self.earlier: "", self.name: value if isinstance(value, str) else self._text(value)})

    def refuse(self, reason: DigitLabError | str, instead: Any = None, words: str | None = None) -> None:
        """Say in the notice why what the link asks for cannot be, and hold the value that is shown instead.

        Args:
            reason: in a sentence.
            instead: the value; of what the address alone holds, what it is to say.
            words: as above, where they are others.
        """
        if isinstance(reason, DigitLabError):
            reason = sentence(reason, {**LABELS, self.name: self.label or self.name})
        if self.key:
            st.session_state[self.key] = instead
        else:
            self.say(instead)
        note(
            DeadLink(
                self.name,
                self.key,
                instead if self.key else self.said(),
                reason,
                self.words if words is None else words,
            )
        )

    def fill(self, usual: T | None = None) -> bool | None:
        """Give what holds it its value: at each visit of the page, and where the value was lost.

        Args:
            usual: where only the page can tell what that is.

        Returns:
            Whether the address said it; `None` where nothing was to be filled.

        Raises:
            DataError: what can be depends on the images, and there are none.
        """
        now, filled = st.session_state, st.session_state.setdefault(FILLED, {})
        visit, text = now.get("page_visit"), self.said()
        begins = filled.get(self.key, NEVER) != visit
        if self.key in now and (not begins or (self.lasting and text is None)):
            filled[self.key] = visit
            return None
        usual, taken = self.default() if usual is None else usual, False
        try:
            now[self.key] = usual if text is None else self.read(text)
            taken = text is not None
        except Partly as error:
            self.refuse(error, error.value or usual, "" if error.value else None)
        except DataError:
            raise  # The next run may have the images.
        except DigitLabError as error:
            self.refuse(error, usual)
        filled[self.key] = visit
        return taken

    def hold(self) -> None:
        """As `hold`, where it is a choice."""
        if self.choice or (isinstance(self.kind, ValueKind) and self.kind.options):
            hold(self.key)

    def text(self) -> str:
        """What the address is to say of what is held now; empty for nothing."""
        text = self._text(st.session_state.get(self.key))
        return "" if not self.always and text == self._text(self.default()) else text

    def default(self) -> Any:
        """Its value where the address says nothing."""
        return self.usual() if callable(self.usual) else self.usual

    def _text(self, value: T | None) -> str:
        return "" if value is None else self.kind.write(value)


class Address:
    """What one page carries in its address, or one part of a page; parameters are filled in their order."""

    def __init__(self, *parameters: Parameter[Any]):
        self.parameters = parameters

    def __iter__(self) -> Iterator[Parameter[Any]]:
        return iter(self.parameters)

    def fill(self, **usual: object) -> dict[str, bool]:
        """Give all that hold something their values, and the browser those of all choices.

        Args:
            usual: by name, where only the page can tell what that is.

        Returns:
            By name, of those that were filled, whether the address said it.
        """
        found = {}
        for each in self:
            if each.key:
                found[each.name] = each.fill(usual.get(each.name))
                each.hold()
        return {name: said for name, said in found.items() if said is not None}

    def follow(self, texts: Mapping[str, str] | None = None, *, without: Sequence[str] = ()) -> None:
        """Have the address say what is held, or else these texts; and say no more what somebody has seen to.

        Args:
            texts: by name; the address says nothing of other names.
            without: names of which it says nothing.
        """
        if texts is None:
            texts = {each.name: each.text() for each in self if each.key and each.name not in without}
        self.say(texts)
        forget_old()

    def say(self, texts: Mapping[str, str]) -> None:
        """Have the address say these texts, and nothing of all other names here."""
        names = [name for each in self for name in (each.name, each.earlier) if name]
        _write(dict.fromkeys(names, "") | dict(texts))

    def unknown(self) -> None:
        """Say in the notice what of the address means nothing here."""
        known = {name for each in self for name in (each.name, each.earlier)}
        for name, text in said().items():
            if name not in known:
                note(DeadLink(name, "", text, f"{f'{name}={text}'[:60]!r} means nothing on this page.", ""))


def said() -> dict[str, str]:
    """All that the address says, by name."""
    return st.query_params.to_dict()


def say_only(query: Mapping[str, str]) -> None:
    """Have the address say this, and nothing else."""
    _write(dict.fromkeys(said(), "") | dict(query))


def link(path: str, query: Mapping[str, str]) -> str:
    """The page's whole address, or `path` where the browser does not tell it, with this query in place of its own."""
    return urlsplit(st.context.url or path)._replace(query=urlencode(query), fragment="").geturl()


def _write(texts: Mapping[str, str]) -> None:
    now = said()
    new = {name: text for name, text in (now | dict(texts)).items() if text or name not in texts}
    if new != now:
        st.query_params.from_dict(new)


def hold(key: str) -> None:
    """Tell the browser in each run of the page what the widget holds; call it before the widget is drawn.

    Streamlit tells it in the run that fills it alone.  A browser that has not drawn it before the next
    run comes, as when images arrive on a busy machine, would begin with nothing chosen and report that.
    For choices only: what somebody is typing or dragging would be put back.
    """
    held, run = st.session_state.setdefault(HELD, {}), st.session_state.get("page_run")
    if key in st.session_state and held.get(key, NEVER) != run:
        held[key] = run
        st.session_state[key] = st.session_state[key]
