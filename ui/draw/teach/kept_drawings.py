"""The drawings that a hand has kept: look at them, relabel, delete, take them along, bring them back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import streamlit as st

from mnist_core.errors import DigitLabError, DrawingNotFound
from mnist_core.exchange import drawing_files
from mnist_core.numerals import an, count, numeral, out_of
from mnist_core.store.drawings import Drawing, contradictions, stacked
from ui.draw.teach.handwriting import may_keep, owner_for
from ui.frame import state
from ui.frame.page import explained
from ui.parts.gallery import gallery
from ui.words.plain import plain

CHOSEN, NOTE = "kept_chosen", "kept_list_note"
SHOWN = 200  # drawings in the gallery, the newest
COMPARED = 500  # drawings among which contradictions are looked for


def kept_drawings(hand: str) -> None:
    """Draw the list of the hand's drawings and what one can do with them."""
    number = int(state.store().drawings.digit_counts(hand).sum())
    newest = state.store().drawings.all(hand, newest=COMPARED, paths=False)
    note = st.session_state.pop(NOTE, None)
    if note:
        st.info(plain(note), icon=":material/info:")
    if newest:
        _gallery(newest[-SHOWN:][::-1], number)
        _contradicting(newest)
        _downloads(hand)
    if may_keep(hand):
        _upload(hand)
    if newest and state.may_change(state.store().handwritings.owner_of(hand)):
        _delete_all(hand, number)


def _gallery(shown: list[Drawing], number: int) -> None:
    if len(shown) < number:
        st.caption(f"The newest {out_of(len(shown), number)}.")
    chosen = {drawing.id: drawing for drawing in shown}.get(st.session_state.get(CHOSEN, ""))
    images, _ = stacked(shown)
    words = [f"{an(drawing.label).capitalize()}, {_said(drawing)}" for drawing in shown]

    def choose(drawing_id: str) -> None:
        st.session_state[CHOSEN] = drawing_id

    ids = [drawing.id for drawing in shown]
    gallery(images, ids, words, None if chosen is None else chosen.id, choose, key="kept_gallery")
    if chosen is None:
        st.caption("Press one to relabel or delete it.")
    elif not state.may_change(state.store().handwritings.owner_of(chosen.hand) or chosen.visitor):
        st.caption(f"This one is {an(chosen.label)}; {_said(chosen)}. Somebody else kept it, and may change it.")
    else:
        _one(chosen)


def _one(drawing: Drawing) -> None:
    key = f"relabel_{drawing.id}"
    st.session_state[key] = drawing.label

    def relabel() -> None:
        if st.session_state[key] is not None:
            _do(lambda: state.store().drawings.relabel(drawing.id, st.session_state[key]))

    with st.container(horizontal=True, vertical_alignment="bottom", key="kept_one"):
        st.segmented_control(
            f"This one is {an(drawing.label)}; {_said(drawing)}",
            list(range(10)),
            key=key,
            wrap=True,
            on_change=relabel,
        )
        st.button(
            "Delete",
            icon=":material/delete:",
            key=f"delete_drawing_{drawing.id}",
            on_click=lambda: _do(lambda: state.store().drawings.delete(drawing.id)),
        )


def _contradicting(drawings: list[Drawing]) -> None:
    images, labels = stacked(drawings)
    pairs = contradictions(images, labels)
    if pairs:
        first, second = sorted(int(labels[place]) for place in pairs[0])
        number = "A pair of drawings looks" if len(pairs) == 1 else f"{numeral(len(pairs))} pairs of drawings look"
        st.warning(
            f"{number} alike and {'is' if len(pairs) == 1 else 'are'} called different digits, such as {first} and "
            f"{second}. All are kept; relabel or delete what is wrong.",
            icon=":material/warning:",
        )


def _downloads(hand: str) -> None:
    name = f"digits-{re.sub(r'[^A-Za-z0-9]+', '-', hand).strip('-') or 'hand'}-{date.today():%Y-%m-%d}"
    with st.container(horizontal=True, key="kept_downloads"):
        for kind, make, words in (
            ("npz", drawing_files.to_npz, "Images and labels as MNIST's own file has them, and the pen's path."),
            ("csv", drawing_files.to_csv, "A label and 784 pixels a line, for spreadsheets and other programs."),
        ):
            st.download_button(
                f"Download {kind.upper() if kind == 'csv' else kind}",
                data=partial(_file, make, hand),
                file_name=f"{name}.{kind}",
                icon=":material/download:",
                key=f"download_{kind}",
                help=words,
                on_click="ignore",
            )


def _file(make: Callable[[Sequence[Drawing]], bytes], hand: str) -> bytes:
    return make(state.store().drawings.all(hand))


def _upload(hand: str) -> None:
    round_ = st.session_state.setdefault("kept_uploads", 0)
    file = st.file_uploader(
        "Load drawings from a file (npz or CSV, as downloaded here)",
        ["npz", "csv"],
        key=f"kept_file_{round_}",
        max_upload_size=64,
    )
    if file is None:
        return
    with explained():
        coming = drawing_files.read(file.getvalue(), name=file.name, hand=hand)
        new = drawing_files.unseen(coming, state.store().drawings.all(hand, paths=False))
        state.store().drawings.keep(*new, owner=owner_for(hand))
        known = len(coming) - len(new)
        st.session_state[NOTE] = f"{count(len(new), 'drawing')} loaded from {file.name}." + (
            f" {numeral(known)} were here already, or twice in the file." if known else ""
        )
        st.session_state["kept_uploads"] = round_ + 1  # An empty field: what was loaded is not loaded again.
        st.rerun()


def _delete_all(hand: str, number: int) -> None:
    with st.popover("Delete all", icon=":material/delete_forever:"):
        st.markdown(f"This deletes {count(number, 'drawing')} of {plain(hand)}. What networks learned from them stays.")
        st.button(
            f"Delete {count(number, 'drawing')}",
            type="primary",
            key=f"delete_drawings_{number}",
            on_click=lambda: _do(lambda: state.store().drawings.delete_all(hand, number=number)),
        )


def _do(change: Callable[[], object]) -> None:
    try:
        change()
    except DrawingNotFound:
        st.session_state[NOTE] = "That drawing was deleted in another window."
    except DigitLabError as error:
        st.session_state[NOTE] = str(error)


def _said(drawing: Drawing) -> str:
    digits = sorted(set(drawing.said.values()))
    if not digits:
        return "no network was asked"
    return "read right" if drawing.confirmed else f"read as {' and '.join(map(str, digits))}"
