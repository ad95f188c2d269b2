"""The confusion matrix, and the images behind a cell."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.architectures import CLASSES
from mnist_core.dataset import Dataset
from mnist_core.evaluation import Evaluation, most_confused
from mnist_core.network import shares
from ui import matrix, pictures
from ui.judged import Judged
from ui.page import explained
from ui.run_words import percent

IMAGES_PER_PAGE = 12
TRUE, READ, MODE, TURNED = "cell_true", "cell_read", "matrix_mode", "cell_page"
DIGITS = range(CLASSES)


def view(judged: Judged) -> None:
    """Draw the matrix and the images of the chosen cell, which the page's address names as `true` and `read`."""
    counts = judged.evaluation.confusion_matrix
    _fill_from_address(counts)
    st.fragment(_explore)(judged.evaluation, judged.data, counts)


def _explore(evaluation: Evaluation, data: Dataset, counts: np.ndarray) -> None:
    with explained():
        left, right = st.columns(2, gap="medium")
        with left:
            mode = st.segmented_control(
                "Numbers in the cells",
                list(matrix.MODES),
                format_func=lambda key: matrix.MODES[key],
                default="counts",
                required=True,
                key=MODE,
            )
            st.caption(
                "A row holds the images of one digit, a column those read as one. Colours follow the logarithm, so "
                "that a single error shows."
            )
            chosen = (st.session_state[TRUE], st.session_state[READ])
            matrix.confusion_matrix(counts, mode, chosen, choose, key="matrix")
        with right:
            _cell(evaluation, data, counts)
        _pairs(counts)
        st.query_params.update({"true": str(st.session_state[TRUE]), "read": str(st.session_state[READ])})


def choose(true: int, read: int) -> None:
    """Show the images of digit `true` read as `read`; a callback for widgets."""
    st.session_state.update({TRUE: true, READ: read, TURNED: 0})


def _fill_from_address(counts: np.ndarray) -> None:
    """The cell that the address names at the first visit, else the most frequent error."""
    if TRUE in st.session_state and READ in st.session_state:
        return
    asked = [st.query_params.get(name) for name in ("true", "read")]
    digits = [int(text) for text in asked if text is not None and text in map(str, DIGITS)]
    if len(digits) < 2 and any(text is not None for text in asked):
        st.info("The link names no cell of the matrix; this is the most frequent error.", icon=":material/link_off:")
    if len(digits) < 2:
        worst = most_confused(counts, 1)
        digits = [worst[0].true, worst[0].predicted] if worst else [0, 0]
    choose(*digits)


def _cell(evaluation: Evaluation, data: Dataset, counts: np.ndarray) -> None:
    with st.container(horizontal=True, key="cell_choice"):
        # With a matrix of buttons these are the second way, for keyboards and small screens.
        st.selectbox("True digit", DIGITS, key=TRUE, on_change=_turn_to, args=(0,), width=130)
        st.selectbox("Read as", DIGITS, key=READ, on_change=_turn_to, args=(0,), width=130)
    true, read = st.session_state[TRUE], st.session_state[READ]
    found = evaluation.in_cell(true, read)
    row = int(counts[true].sum())
    if true == read:
        title = f"{len(found):,} of {row:,} images of a {true} were read right"
    else:
        title = f"{len(found):,} of {row:,} images of a {true} were read as {read}"
    st.markdown(
        f"**{title}**" + (", least sure first." if true == read and len(found) else ", worst first." * (len(found) > 1))
    )
    if not len(found):
        st.info("No image is in this cell. Choose another one in the matrix.", icon=":material/check:")
        return
    pages = -(-len(found) // IMAGES_PER_PAGE)
    number = min(st.session_state.get(TURNED, 0), pages - 1)
    first = number * IMAGES_PER_PAGE
    shown = found[first : first + IMAGES_PER_PAGE]
    st.html(answers_html(data.x_test[shown], evaluation.scores[shown], evaluation.labels[shown], shown))
    if pages > 1:
        _pager(number, pages, first, len(found))


def _pager(number: int, pages: int, first: int, total: int) -> None:
    last = min(first + IMAGES_PER_PAGE, total)
    with st.container(horizontal=True, vertical_alignment="center", key="cell_pager"):
        st.button(
            "Worse", icon=":material/chevron_left:", key="cell_back", disabled=number == 0, on_click=_turn_to,
            args=(number - 1,),
        )  # fmt: skip
        st.text(f"{first + 1:,} to {last:,} of {total:,}", width="content")
        st.button(
            "Better", icon=":material/chevron_right:", key="cell_on", disabled=number == pages - 1,
            on_click=_turn_to, args=(number + 1,),
        )  # fmt: skip


def _turn_to(number: int) -> None:
    st.session_state[TURNED] = number


def _pairs(counts: np.ndarray) -> None:
    pairs = most_confused(counts)
    if not pairs:
        st.success("No mistakes at all: every image was read right.", icon=":material/check:")
        return
    st.subheader("Most frequent mistakes")
    with st.container(horizontal=True, key="pairs"):
        for pair in pairs:
            st.button(
                f"{pair.true} read as {pair.predicted}: {pair.count:,} of {int(counts[pair.true].sum()):,}",
                key=f"pair_{pair.true}_{pair.predicted}",
                on_click=choose,
                args=(pair.true, pair.predicted),
            )


def answers_html(images: np.ndarray, scores: np.ndarray, labels: np.ndarray, indices: np.ndarray) -> str:
    """HTML of images with the ten shares that the network gave each.

    Args:
        images: (n, 28, 28) uint8.
        scores: (n, 10) float32 outputs.
        labels: (n,) the true digits.
        indices: (n,) places in the test set, for people to find them again.
    """
    sheet = pictures.address(pictures.sprite(images, 1))
    parts = shares(scores)
    cards = "".join(_answer(i, len(images), parts[i], int(labels[i]), int(indices[i])) for i in range(len(images)))
    return (
        f'{STYLE}<div class="dl-answers" style="--sheet:url({sheet})">{cards}</div>'
        '<p class="dl-key"><i class="dl-true"></i> the true digit <i class="dl-wrong"></i> what it was read as. '
        "Bars are shares of the ten outputs; they sum to 1.</p>"
    )


def _answer(position: int, total: int, parts: np.ndarray, label: int, index: int) -> str:
    first, second = np.argsort(-parts, kind="stable")[:2]
    words = f"{first}: {share_words(parts[first])}, {second}: {share_words(parts[second])}"
    bars = "".join(
        f'<span><i style="height:{100 * parts[digit]:.0f}%"{_bar_class(digit, label, int(first))}></i>{digit}</span>'
        for digit in DIGITS
    )
    alt = f"Test image {index}, a {label}. Shares: {words}."
    return (
        f'<figure><div class="dl-image" role="img" aria-label="{escape(alt)}" '
        f'style="background-position:0 {100 * position / max(1, total - 1):.4f}%;background-size:100% {100 * total}%">'
        f'</div><div class="dl-bars" aria-hidden="true">{bars}</div>'
        f"<figcaption>{words}<small>image {index:,}</small></figcaption></figure>"
    )


def _bar_class(digit: int, label: int, read: int) -> str:
    return ' class="dl-true"' if digit == label else ' class="dl-wrong"' if digit == read else ""


def share_words(share: float) -> str:
    """A share, short: "97 %", or "under 1 %" rather than a nought that is none."""
    return "under 1 %" if 0 < share < 0.005 else percent(share, 0)


STYLE = """<style>
.dl-answers {display:grid; grid-template-columns:repeat(auto-fill, minmax(104px, 1fr)); gap:0.8rem 0.7rem}
.dl-answers figure {margin:0; min-width:0}
.dl-image {width:100%; max-width:112px; aspect-ratio:1; background-image:var(--sheet); background-repeat:no-repeat;
  image-rendering:pixelated; border-radius:4px}
.dl-bars {display:flex; height:56px; max-width:112px; margin-top:4px}
.dl-bars span {flex:1; display:flex; flex-direction:column; justify-content:flex-end; align-items:center;
  font-size:0.6rem; line-height:1.2; opacity:0.9}
.dl-bars i {display:block; width:75%; min-height:1px; background:#8b96a3}
.dl-answers i.dl-true, .dl-key i.dl-true {background:#2f80ed}
.dl-answers i.dl-wrong, .dl-key i.dl-wrong {background:#e8710a}
.dl-answers figcaption {font-size:0.78rem; line-height:1.3; margin-top:2px; font-variant-numeric:tabular-nums}
.dl-answers small {display:block; opacity:0.7}
.dl-key {font-size:0.82rem; opacity:0.85; margin:0.6rem 0 0}
.dl-key i {display:inline-block; width:0.7rem; height:0.7rem; margin:0 0.15rem 0 0.5rem}
.dl-key i:first-child {margin-left:0}
</style>"""
