"""The images behind a number: sorted, filtered, hundreds at once; one of them opens."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.numerals import count, numeral, out_of, probable
from ui.draw import placed_image
from ui.explain import why
from ui.frame.address import hold, said
from ui.frame.into_view import come_into_view
from ui.frame.views import select
from ui.images.address import IMAGE
from ui.images.address import gallery as gallery_address
from ui.images.downloads import downloads
from ui.images.fates import fates, offer
from ui.images.filters import FILTERS, kept
from ui.images.one_image import one_image
from ui.images.orders import LEARNED, ORDERS, RISING, captions, sorted_places
from ui.networks.on_test_images import Judged
from ui.parts.gallery import gallery
from ui.words.classes import called
from ui.words.plain import plain

PER_PAGE = 240
LOOK = "found_look"  # in session state: how often an image was chosen in a gallery
UNDER_EACH = "Under each is what the network read, where it is not said above, and how sure it was."
CLOSED = "found_closed"  # likewise: an image was closed just now
ENOUGH = 0.5  # share of the window within which its gallery begins, where it need not be scrolled to


def found(
    judged: Judged,
    places: np.ndarray,
    *,
    key: str,
    title: str,
    captions: Sequence[str] | None = None,
    one: Callable[[Judged, int], None] = one_image,
    below: DeltaGenerator | None = None,
    opens: int | None = None,
) -> None:
    """Draw the test images at these places, and the one that the reader chose; call it inside the view's fragment.

    Args:
        judged: the network whose answers stand under the images.
        places: (n,) places in the test set, in any order.
        key: tells this gallery from others; its choices live as long as the session.
        title: a line of Markdown that says which images these are, with the denominator.
        captions: n texts of about eight characters that stand under the images instead of
            what the network read, in the order of `places`.
        one: draws the image that is open.
        below: the container to draw it in, where a gallery has only part of the page's
            width; under the gallery where `None`.
        opens: the image that opens whenever other images are asked for.
    """
    places, key = np.asarray(places, np.int64), f"found_{key}"
    _begin(judged, places, key, opens)
    st.markdown(f"**{plain(title)}**")
    shown, values = _choice(judged, places, key)
    chosen = st.session_state[IMAGE]
    if st.session_state.pop(CLOSED, False):
        come_into_view(f"{key}_choice", enough=ENOUGH, keep=True)  # The page grows shorter meanwhile.
    if len(shown):
        own = None if captions is None else dict(zip(places.tolist(), captions, strict=True))
        _page(judged, shown, values, key, own)
    if chosen is not None:
        with st.container() if below is None else below:
            _one(judged, shown, chosen, key, one)
    _to_address(key)


def open_image(place: int | None) -> None:
    """Open the image at this place of the test set, or none; a callback for widgets."""
    st.session_state[IMAGE] = place
    why.follow()


def _close() -> None:
    open_image(None)
    st.session_state[CLOSED] = True


def _choose(place: int) -> None:
    """Open the image that was chosen in the gallery, which may be far above it."""
    open_image(place)
    st.session_state[LOOK] = st.session_state.get(LOOK, 0) + 1


def _begin(judged: Judged, places: np.ndarray, key: str, opens: int | None) -> None:
    """Take what the address says at the first visit; begin anew where other images are asked for."""
    now = zlib.crc32(places.tobytes()), judged.identity, judged.data.digest, st.session_state.get("page_visit")
    before = st.session_state.get(f"{key}_shown")
    st.session_state[f"{key}_shown"] = now
    if "sort" in gallery_address(key).fill():
        sort = st.session_state[f"{key}_sorted"]
        st.session_state[f"{key}_sort"] = sort.removesuffix(RISING)
        st.session_state[f"{key}_rising"] = sort.endswith(RISING)
    hold(f"{key}_sort")
    hold(f"{key}_rising")
    if before is None or before[3] != now[3]:
        if st.session_state[IMAGE] is None:
            st.session_state[IMAGE] = opens
    elif before[0] != now[0]:
        st.session_state[f"{key}_page"] = 1
        # The same choice of another epoch keeps its image: what becomes of it is the question.
        if before[1] == now[1] or before[2] != now[2]:
            open_image(opens)


def _choice(judged: Judged, places: np.ndarray, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Draw what sorts and filters; the places that are left, in order, and what they are sorted by."""
    if not len(places):
        st.info("No image is here. Choose another number.", icon=":material/check:")
        return places, np.zeros(0)
    with st.container(horizontal=True, key=f"{key}_choice", vertical_alignment="center"):
        with st.popover(_choice_words(key), icon=":material/sort:", key=f"{key}_by"):
            sort = select(
                "Sort by",
                {name: each.label for name, each in ORDERS.items()},
                key=f"{key}_sort",
                width=180,
                on_change=_turn_to_start,
                args=(key,),
                help="  \n".join(f"{each.label}: {each.words}" for each in ORDERS.values()),
                persist_state="session",
            )
            rising = select(
                "Order",
                {False: ORDERS[sort].falling, True: ORDERS[sort].rising},
                key=f"{key}_rising",
                width=165,
                on_change=_turn_to_start,
                args=(key,),
                persist_state="session",
            )
            only = select(
                "Show",
                FILTERS,
                key=f"{key}_filter",
                width=150,
                on_change=_turn_to_start,
                args=(key,),
                help="Never learned: right at no snapshot of the run. Forgotten: right at one, wrong at the last.",
                persist_state="session",
            )
        kept_ones = kept(judged, places, only)
        left = places[:0] if kept_ones is None else kept_ones
        pages = max(1, -(-len(left) // PER_PAGE))
        page = f"{key}_page"
        st.session_state[page] = min(st.session_state.get(page, 1), pages)
        if pages > 1:
            st.number_input(f"Page, 1 to {numeral(pages)}", 1, pages, key=page, width=130, persist_state="session")
    if kept_ones is None or (sort == LEARNED and fates(judged) is None):
        offer(judged)
    elif not len(left):
        st.info(
            f"None of these {count(len(places), 'image')} is left by the choice “{FILTERS[only]}”.",
            icon=":material/filter_alt_off:",
        )
    return sorted_places(judged, left, sort, falling=not rising)


def _choice_words(key: str) -> str:
    """How the images are sorted and which are shown, e.g. "Loss, worst first"."""
    order = ORDERS[st.session_state[f"{key}_sort"]]
    first = order.rising if st.session_state[f"{key}_rising"] else order.falling
    only = st.session_state[f"{key}_filter"]
    shown = "" if only == "all" else f"; {FILTERS[only].lower()}"
    return f"{order.label}, {first.lower()}{shown}"


def _page(judged: Judged, shown: np.ndarray, values: np.ndarray, key: str, own: dict[int, str] | None) -> None:
    first = (st.session_state[f"{key}_page"] - 1) * PER_PAGE
    here, by = shown[first : first + PER_PAGE], values[first : first + PER_PAGE]
    labels, read = judged.data.y_test[here], judged.evaluation.predicted[here]
    sort = st.session_state[f"{key}_sort"]
    gallery(
        judged.data.x_test[here],
        here.tolist(),
        lines(judged, here),
        st.session_state[IMAGE],
        _choose,
        key=f"{key}_gallery",
        captions=captions(judged, here, by, sort) if own is None else [own[place] for place in here.tolist()],
        marked=(labels != read) & (len(np.unique(labels == read)) > 1),
    )
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_below"):
        st.caption(
            f"{numeral(first + 1)} to {numeral(first + len(here))} of {count(len(shown), 'image')}. "
            f"{'' if own else UNDER_EACH} Choose one, or walk with the arrow keys and press Enter, to see why it was "
            f"read like this. {ORDERS[sort].label}: {ORDERS[sort].words}",
            width="stretch",
        )
        downloads(judged, shown, key=key)


def lines(judged: Judged, places: np.ndarray) -> list[str]:
    """One sentence for each of the (n,) places: its truth, what it was read as, and how sure."""
    sentences = []
    for place, part in zip(places.tolist(), judged.probabilities(places), strict=True):
        label, read = int(judged.data.y_test[place]), int(judged.evaluation.predicted[place])
        if not np.isfinite(part).all():
            words = "the network's outputs are no numbers"
        elif label == read:
            words = f"read right, {probable(part[read])} sure"
        else:
            names = judged.data.classes
            words = (
                f"read as {names[read]}, {probable(part[read])} sure; it gave {names[label]} {probable(part[label])}"
            )
        sentences.append(f"Image {numeral(place)}: {called(judged.data, label)}, {words}")
    return sentences


def _one(judged: Judged, shown: np.ndarray, chosen: int, key: str, one: Callable[[Judged, int], None]) -> None:
    """Draw the image that is open, and the way to the one before and after it."""
    with st.container(key="found_one"):
        _walk(shown, chosen, key)
        one(judged, chosen)
        come_into_view("found_one", st.session_state.get(LOOK, 0), room=True)


def _walk(shown: np.ndarray, chosen: int, key: str) -> None:
    at = np.flatnonzero(shown == chosen)
    where = int(at[0]) if len(at) else None
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_walk"):
        for step, label, icon, shortcut in (
            (-1, "Previous", ":material/chevron_left:", "P"),
            (1, "Next", ":material/chevron_right:", "N"),
        ):
            target = None if where is None else where + step
            st.button(
                label,
                icon=icon,
                key=f"{key}_{label.lower()}",
                disabled=target is None or not 0 <= target < len(shown),
                on_click=_walk_to,
                args=(key, shown, target),
                shortcut=shortcut,
            )
        st.button("Close", icon=":material/close:", key=f"{key}_close", on_click=_close)
        if where is None:
            st.text("It is not among the images above.", width="content")
        else:
            st.text(out_of(where + 1, len(shown)), width="content")


def _walk_to(key: str, shown: np.ndarray, position: int) -> None:
    open_image(int(shown[position]))
    st.session_state[f"{key}_page"] = position // PER_PAGE + 1


def _turn_to_start(key: str) -> None:
    st.session_state[f"{key}_page"] = 1


def _to_address(key: str) -> None:
    now = st.session_state
    now[f"{key}_sorted"] = now[f"{key}_sort"] + (RISING if now[f"{key}_rising"] else "")
    gallery_address(key).follow()
    placed_image.come_back_to(now["page_now"], said())
