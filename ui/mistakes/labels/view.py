"""Labels that are suspected to be wrong: a list, one image of it, and how many of the published ones are in it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.insight.all_images.label_errors import COMPANY, SCORES, SPLITS, Suspects
from mnist_core.insight.all_images.votes import CANDIDATES, KEPT, VOTES, another_label
from mnist_core.network.network import pretrained_version
from mnist_core.numerals import an, numeral, out_of, probable
from mnist_core.store.analyses import Analysis
from ui.draw import placed_image
from ui.frame.address import said
from ui.frame.into_view import come_into_view
from ui.frame.page import explained
from ui.frame.views import menu, select
from ui.images.explorer import open_image
from ui.images.one_image import one_image
from ui.mistakes.labels.address import ADDRESS, JUDGE, JUDGES, OPENS, SCORE, SPLIT
from ui.mistakes.labels.downloads import arrays, listed_html, published_html, table
from ui.networks.analysis import analysis_of, needed
from ui.networks.on_test_images import Judged
from ui.parts import pictures
from ui.parts.gallery import gallery
from ui.parts.tables import csv_button
from ui.words.plain import plain

FIRST = 100  # suspects shown
LOOK = "labels_look"  # in session state: how often an image was chosen


def view(judged: Judged) -> None:
    """Draw the suspects of the test or training images."""
    ADDRESS.fill()
    with st.container(horizontal=True, key="labels_choice", vertical_alignment="bottom"):
        names = {name: each.label for name, each in SPLITS.items()}
        split = menu("Labels of", names, key=SPLIT, persist_state="session")
        if split == "test":
            judges = menu(
                "Judged by",
                JUDGES,
                key=JUDGE,
                persist_state="session",
                help=f"The four are {', '.join(COMPANY)}; their probabilities are averaged. One network alone finds "
                "fewer of the published ones.",
            )
        else:
            judges = "company"
    if judges == "this" and judged.step is not None:
        st.caption("The network's last state judges them, not the snapshot that is shown elsewhere.")
    _to_address(split)
    run = judged.trained.run
    if judges == "this" and run is not None and run.is_live:  # Each answer would be of weights that have gone on.
        st.info(
            "This run is still training, and what it suspects changes. It can judge the labels when it has ended; "
            "four networks can now.",
            icon=":material/sync:",
        )
        return
    words, seconds = _waiting(split, judges)
    result = needed(_question(judged, split, judges), words=words, seconds=seconds)
    if result is None:
        st.caption(SPLITS[split].words)
        return
    labels = judged.data.y_test if split == "test" else judged.data.y_train
    st.fragment(_draw)(judged, split, Suspects.of(result, labels))


def _question(judged: Judged, split: str, judges: str) -> Analysis:
    if split == "train":
        return analysis_of("suspects", judged.data, split=split)
    if judges == "this":
        return analysis_of("suspects", judged.data, judged.trained, split=split)
    # The versions keep a result of other weights from passing for theirs.
    versions = "+".join(pretrained_version(name) for name in COMPANY)
    return analysis_of("suspects", judged.data, split=split, company=versions)


def _waiting(split: str, judges: str) -> tuple[str, float]:
    if split == "train":
        return "Training five networks, each without a fifth of the images", 30
    return "Judging the labels of the test images", 15 if judges == "company" else 8


def _draw(judged: Judged, split: str, suspects: Suspects) -> None:
    with explained():
        by = select(
            "Rank by",
            {name: each.label for name, each in SCORES.items()},
            key=SCORE,
            width=280,
            persist_state="session",
            help="  \n".join(f"{each.label}: {each.words}" for each in SCORES.values()),
        )
        shown, n = suspects.order(by)[:FIRST], len(suspects.labels)
        st.markdown(f"**The {numeral(len(shown))} most suspected of {numeral(n)} labels**")
        images = judged.data.x_test if split == "test" else judged.data.x_train
        _gallery(judged, split, suspects, by, shown, images)
        _warn(judged, split)
        if split == "test" and judged.data.is_mnist:
            _published(suspects, by)
        st.markdown(
            f"{SPLITS[split].words} {out_of(suspects.correct, n)} labels are the digit that was read. A strict rule "
            f"suspects {numeral(int(suspects.counted.sum()))}: images for which the network is as sure of another "
            "digit as it usually is of that digit's own images. (It is called confident learning.)"
        )
        with st.container(horizontal=True, key="labels_below"):
            _downloads(suspects, suspects.order(by), images, split)
        with st.expander("As a table", icon=":material/table:"):
            st.html(listed_html(suspects, shown))
        _open(judged, split, suspects, by, shown)


def _warn(judged: Judged, split: str) -> None:
    if not judged.data.is_mnist:
        st.info(
            plain(
                f"Nobody voted on labels of {judged.data.name}. Where digits were drawn by a program their labels are "
                "right, so whatever is suspected here is a false alarm."
            ),
            icon=":material/info:",
        )
        return
    st.info(
        f"Suspected, not wrong: of {CANDIDATES} test images that were suspected like this and shown to five people "
        f"each, {KEPT} kept their label. Nobody has voted on "
        + ("most of those here." if split == "test" else "the training images."),
        icon=":material/how_to_vote:",
    )


def _published(suspects: Suspects, by: str) -> None:
    ranks, doubted = suspects.ranks(by), another_label()
    inside = sum(int(ranks[place]) <= FIRST for place in doubted)
    st.markdown(
        f"Of the {len(doubted)} test images for which most of the voters saw another digit "
        f"([Northcutt and others, 2021](https://arxiv.org/abs/2103.14749)), **{inside} of {len(doubted)}** are among "
        f"these {FIRST}."
    )
    with st.expander("Where each image that people voted on ranks", icon=":material/table:"):
        st.html(published_html(suspects))


def _gallery(judged: Judged, split: str, suspects: Suspects, by: str, shown: np.ndarray, images: np.ndarray) -> None:
    votes = VOTES if split == "test" and judged.data.is_mnist else {}
    chosen = st.session_state[OPENS[split].key]
    labels, captions = [], []
    for rank, place in enumerate(shown.tolist(), start=1):
        given, other = int(suspects.labels[place]), int(suspects.suggested[place])
        share, others = probable(suspects.share[place]), probable(suspects.suggested_share[place])
        said = f" Five people voted: {votes[place].words}." if place in votes else ""
        labels.append(
            f"Number {rank}, image {numeral(place)}: labelled {given} with {share}, suspected to be {an(other)} "
            f"with {others}.{said}"
        )
        asked = votes.get(place)
        doubt = out_of(asked.total - asked.for_given, asked.total) if asked else numeral(suspects.scores[by][place], 2)
        captions.append(f"{given}, or {other}?\n{doubt}")
    gallery(
        images[shown],
        shown.tolist(),
        labels,
        chosen,
        lambda place: _choose(split, place),
        key=f"labels_{split}_gallery",
        captions=captions,
        marked=[place in votes for place in shown.tolist()],
    )
    st.caption(
        "Under each image its label, the digit suspected instead, and the score."
        + (" Marked ones were shown to five people: so many of them did not see the label." if votes else "")
        + f" {SCORES[by].words} The lowest come first. Choose one, or walk with the arrow keys and press Enter."
    )


def _downloads(suspects: Suspects, order: np.ndarray, images: np.ndarray, split: str) -> None:
    csv_button(
        lambda: table(suspects, order),
        f"suspected-labels-{split}",
        label=f"All {numeral(len(order))} labels as CSV",
        key="labels_csv",
    )
    st.download_button(
        f"The first {numeral(min(FIRST, len(order)))} images as npz",
        data=lambda: arrays(suspects, order[:FIRST], images),
        file_name=f"suspected-labels-{split}.npz",
        mime="application/octet-stream",
        icon=":material/download:",
        key="labels_npz",
        on_click="ignore",
    )


def _open(judged: Judged, split: str, suspects: Suspects, by: str, shown: np.ndarray) -> None:
    place = st.session_state[OPENS[split].key]
    _to_address(split)
    placed_image.come_back_to("pages/4_Mistakes.py", said())
    if place is None:
        return
    with st.container(key="labels_one"):
        with st.container(horizontal=True, vertical_alignment="center", key="labels_walk"):
            at = np.flatnonzero(shown == place)
            for step, label, icon, key in (
                (-1, "Previous", ":material/chevron_left:", "P"),
                (1, "Next", ":material/chevron_right:", "N"),
            ):
                target = int(at[0]) + step if len(at) else -1
                there = 0 <= target < len(shown)
                st.button(
                    label, icon=icon, key=f"labels_{label.lower()}", disabled=not there, shortcut=key,
                    on_click=_choose, args=(split, int(shown[target]) if there else None),
                )  # fmt: skip
            st.button("Close", icon=":material/close:", key="labels_close", on_click=_choose, args=(split, None))
            st.text(f"Rank {out_of(int(suspects.ranks(by)[place]), len(suspects.labels))}", width="content")
        if split == "test":
            one_image(judged, place)
        else:
            _training_image(judged, suspects, place)
        come_into_view("labels_one", st.session_state.get(LOOK, 0), room=True)


def _training_image(judged: Judged, suspects: Suspects, place: int) -> None:
    given, other = int(suspects.labels[place]), int(suspects.suggested[place])
    st.subheader(f"Training image {numeral(place)}: labelled {given}, suspected to be {an(other)}", anchor=False)
    with st.container(horizontal=True, gap="large"):
        with st.container(width=280):
            alt = f"Training image {numeral(place)}, labelled {given}"
            pictures.show(pictures.picture(judged.data.x_train[place], alt, width=280))
        with st.container(width=380):
            st.markdown(
                f"A network that never saw it takes it for {an(other)} with a probability of "
                f"{probable(suspects.suggested_share[place])}; for its label, {an(given)}, with "
                f"{probable(suspects.share[place])}.\n\n"
                f"Look at it: would you call it {an(given)}, {an(other)}, or neither? Nobody voted on it."
            )


def _choose(split: str, place: int | None) -> None:
    if split == "test":
        open_image(place)
    st.session_state[OPENS[split].key] = place
    st.session_state[LOOK] = st.session_state.get(LOOK, 0) + 1


def _to_address(split: str) -> None:
    test = split == "test"
    ADDRESS.follow(without=["training_image"] if test else ["image", "judges"])
