"""Under the answers: what the drawing really is.  One press keeps it; another press says something else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError, DrawingNotFound
from mnist_core.numerals import an
from mnist_core.store.drawings import Drawing, contradictions, stacked
from ui.draw.teach.handwriting import hand_now, may_keep, owner_for
from ui.frame import state
from ui.words.plain import plain

KEPT = "kept_drawings"  # this session's: which drawing of the store an image on the canvas is
NOTE = "kept_note"  # the id of a drawing, or `PROBLEM`, and what is to be said
PROBLEM = "problem"
KEPT_ANEW = "kept_anew"  # that something was kept or relabelled since the page was drawn as a whole
RECENT = 500  # drawings that a new one is compared with


def feedback(
    image: np.ndarray,
    strokes: Sequence[np.ndarray],
    said: Mapping[str, int],
    names: Mapping[str, str],
    *,
    doubted: bool = False,
) -> None:
    """Draw the ten digits: one press says what the drawing is, and keeps it.

    Those that were read are marked as guesses, until one is kept, which alone has a tick.

    Args:
        image: (28, 28) uint8, what the networks saw; not blank.
        strokes: (k, 2) arrays in canvas pixels; none where it came as a picture.
        said: the digit that each network answered, by the network's key.
        names: of the networks, for people, by the same keys.
        doubted: whether none of them is sure.
    """
    if not may_keep(hand_now()):
        return
    mark = fingerprint(image, hand_now())
    kept = _kept(mark)
    key = f"label_{mark[:12]}"
    marks = dict.fromkeys(said.values(), ":material/question_mark:")
    if kept is not None:
        marks = {kept.label: ":material/check:"}
    st.session_state[key] = kept.label if kept is not None else None
    with st.container(key="feedback", gap="xsmall"):
        st.segmented_control(
            question(said, doubted=doubted, kept=None if kept is None else kept.label),
            list(range(10)),
            format_func=lambda digit: f"{marks.get(digit, '')} {digit}".lstrip(),
            key=key,
            wrap=True,
            width="stretch",
            on_change=lambda: _say(image, strokes, said, st.session_state[key]),
            help="Keeps the drawing as this digit, for teaching. Press another to correct it.",
        )
        of, words = st.session_state.get(NOTE, (None, ""))
        if kept is not None:
            verdict = right_words(said, names, kept.label)
            note = words if of == kept.id else ""
            st.caption(f"{plain(verdict)} Kept in {plain(kept.hand)}. {note}".strip())
        if of == PROBLEM:
            st.error(plain(words), icon=":material/error:")
            del st.session_state[NOTE]


def question(said: Mapping[str, int], *, doubted: bool = False, kept: int | None = None) -> str:
    """What stands above the digits: what the networks read, or what a press has kept the drawing as."""
    read = list(dict.fromkeys(said.values()))
    if kept is not None:
        return f"Kept as {an(kept)}. Press another to correct it"
    if read and doubted:
        return f"Perhaps {' or '.join(map(an, read))}? Press what it is"
    if len(read) == 1:
        return f"Right, {an(read[0])}? Press what it is"
    return f"Read as {' and '.join(map(an, read))}. Press what it is" if read else "Press what it is"


def right_words(said: Mapping[str, int], names: Mapping[str, str], label: int) -> str:
    """A sentence: which networks read the drawing as what it is; empty where none was asked."""
    right = [names[key] for key, digit in said.items() if digit == label]
    if not said:
        return ""
    if len(right) == len(said):
        return {1: "It was read right.", 2: "Both networks were right."}.get(len(said), "All networks were right.")
    if not right:
        return {1: "It was read wrong.", 2: "Both networks were wrong."}.get(len(said), "All networks were wrong.")
    return f"{' and '.join(right)} {'was' if len(right) == 1 else 'were'} right."


def keep(image: np.ndarray, strokes: Sequence[np.ndarray], said: Mapping[str, int], label: int) -> Drawing:
    """Keep what is on the canvas as this digit; one that is kept already is relabelled.

    For the handwriting that is chosen: a choice comes along with the press that follows it.

    Raises:
        StoreError: the store refuses.
        ConfigError: the hand has too many.
    """
    hand = hand_now()
    st.session_state[KEPT_ANEW] = True  # Also where it fails: the name may be another's by now.
    store, mark = state.store(), fingerprint(image, hand)
    kept = _kept(mark)
    if kept is not None:
        store.drawings.relabel(kept.id, label)
    else:
        drawing = Drawing(label=label, image=image, strokes=tuple(strokes), said=said, hand=hand)
        (kept,) = store.drawings.keep(drawing, owner=owner_for(hand))
        st.session_state.setdefault(KEPT, {})[mark] = kept.id
    st.session_state[NOTE] = kept.id, _contradiction(kept.id, kept.hand)
    return kept


def fingerprint(image: np.ndarray, hand: str) -> str:
    """What tells this image from others, and this hand from others."""
    return hashlib.sha256(hand.encode() + image.tobytes()).hexdigest()


def _say(image: np.ndarray, strokes: Sequence[np.ndarray], said: Mapping[str, int], label: int | None) -> None:
    if label is None:  # The digit that was chosen was pressed again: it stays what it is.
        return
    try:
        keep(image, strokes, said, label)
    except DigitLabError as error:
        st.session_state[NOTE] = PROBLEM, str(error)


def _kept(mark: str) -> Drawing | None:
    drawing_id = st.session_state.get(KEPT, {}).get(mark)
    if drawing_id is None:
        return None
    try:
        return state.store().drawings.get(drawing_id)
    except DrawingNotFound:  # Deleted from the list below.
        del st.session_state[KEPT][mark]
        return None


def _contradiction(drawing_id: str, hand: str) -> str:
    """A sentence where a drawing much like this one is called another digit; empty otherwise."""
    kept = state.store().drawings.all(hand, newest=RECENT + 1, paths=False)
    places = [place for place, drawing in enumerate(kept) if drawing.id == drawing_id]
    others = [drawing for drawing in kept if drawing.id != drawing_id]
    if not places or not others:
        return ""
    one = kept[places[0]]
    images, labels = stacked([one, *others])
    different = [0, *(1 + np.flatnonzero(labels[1:] != one.label)).tolist()]
    pairs = [pair for pair in contradictions(images[different], labels[different]) if pair[0] == 0]
    if not pairs:
        return ""
    other = an(labels[different][pairs[0][1]])
    return f"Another drawing that looks just like it is kept as {other}: both stay, and confuse what is taught."
