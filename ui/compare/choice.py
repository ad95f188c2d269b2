"""Choose the two networks, and of a run the time of its training."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.errors import DigitLabError, RunNotFound
from mnist_core.numerals import brief, count, numeral
from mnist_core.store.runs.records import SnapshotInfo
from ui import networks
from ui.compare.address import LAST, NETWORKS, SIDES, STEPS
from ui.compare.sides import Side, refusal
from ui.frame import state
from ui.frame.views import select
from ui.networks import Trained
from ui.networks.choice import label
from ui.words.plain import plain

WORDS: Mapping[str, str] = {
    "a": f"What B is measured against. Type to search. {networks.KINDS_WORDS}",
    "b": f"What is measured against A. Type to search. {networks.KINDS_WORDS}",
}
STEP_WORDS = "The weights as they were at this time. A run keeps them several times within its first epoch."


def show_data_of_a() -> None:
    """Have the page show the data set that A is of."""
    a = NETWORKS["a"]
    networks.show_data_of(st.session_state.get(a.key) or a.said() or a.default())


def choice(data: Dataset) -> tuple[Side, Side] | None:
    """The two networks that the address names or the reader chose; `None` where they cannot be compared, with a reason.

    Raises:
        RunNotFound: one was deleted this very moment.
        ModelError: one kept no weights.
    """
    choices, parents = _choices()
    said, sides = SIDES.fill(), []
    *columns, beside = st.columns([5, 5, 2], gap="medium", vertical_alignment="bottom")
    for letter, column in zip("ab", columns, strict=True):
        with column:
            trained = _network(letter, choices)
            if said.get(letter) is False:  # A step in the address is that of a network that is not here.
                st.session_state[STEPS[letter].key] = LAST
            step = _step(letter, trained, asked=bool(said.get(STEPS[letter].name)))
            sides.append((letter.upper(), trained, data, None if step == LAST else step, parents.get(trained.key)))
    SIDES.follow()
    a, b = (Side.of(*values) for values in sides)
    with beside:
        _swap(a, b)
    _shortcuts(a, b, choices)
    _still_training(a, b)
    problem = refusal(a, b, data)
    if problem:
        st.error(plain(problem), icon=":material/block:")
        return None
    if a.data_digest != data.digest:
        st.warning(
            plain(
                f"Both were trained on other images ({a.judged.trained.data_name}) than those they are tested on here "
                f"({data.name})."
            ),
            icon=":material/warning:",
        )
    return a, b


def _choices() -> tuple[dict[str, Trained], dict[str, str]]:
    """The networks by key, and of those that were taught the keys of their parents."""
    try:
        trained, parents = networks.trained_networks(of_any_data=True), state.store().lessons.parents()
    except DigitLabError as error:  # The networks that come with the app need no store.
        st.warning(plain(error), icon=":material/warning:")
        trained, parents = networks.pretrained_networks(), {}
    return {each.key: each for each in trained}, parents


def _network(letter: str, choices: Mapping[str, Trained]) -> Trained:
    parameter = NETWORKS[letter]
    if (chosen := st.session_state[parameter.key]) not in choices:
        parameter.refuse(RunNotFound(chosen), parameter.default())
        _last(letter)
    names = {key: label(each) for key, each in choices.items()}
    words = WORDS[letter]
    return choices[select(letter.upper(), names, key=parameter.key, help=words, on_change=_last, args=(letter,))]


def _step(letter: str, trained: Trained, *, asked: bool) -> int:
    """Draw the choice of a time; `asked` tells whether the one that is held is of a link."""
    parameter, kept = STEPS[letter], _earlier(trained)
    if (step := st.session_state[parameter.key]) not in kept:
        _last(letter)
        if asked and step != LAST and (trained.run is None or step != trained.run.step):
            parameter.refuse(f"{trained.name} kept no weights at step {step:,}.", LAST)
    if not kept or trained.run is None:
        return LAST
    of = count(trained.run.config.epochs, "epoch")
    times = {step: f"After {brief(each.epoch)} of {of} (step {numeral(step)})" for step, each in kept.items()}
    return select(f"Weights of {letter.upper()}", {LAST: "The last", **times}, key=parameter.key, help=STEP_WORDS)


def _earlier(trained: Trained) -> dict[int, SnapshotInfo]:
    """The snapshots before the last weights, by step; none of a network that comes with the app."""
    if trained.run is None:
        return {}
    kept = state.store().runs.results.snapshots(trained.key)
    return {info.step: info for info in kept if info.step < trained.run.step}


def _still_training(a: Side, b: Side) -> None:
    live = [side for side in (a, b) if side.judged.trained.run is not None and side.judged.trained.run.is_live]
    if live:
        words = " and ".join(f"{side.letter} {side.when}" for side in live)
        with st.container(horizontal=True, vertical_alignment="center", key="compare_live"):
            st.info(plain(f"Still training: these are the answers of {words}."), icon=":material/sync:")
            st.button("Look again", icon=":material/refresh:", key="compare_again", help="Take the newest weights.")


def _swap(a: Side, b: Side) -> None:
    steps = (LAST if side.judged.step is None else side.judged.step for side in (b, a))
    st.button(
        "Swap", icon=":material/swap_horiz:", key="compare_swap", on_click=_choose, width="stretch",
        args=(b.judged.trained.key, a.judged.trained.key, *steps), help="The same comparison from the other side.",
    )  # fmt: skip


def _shortcuts(a: Side, b: Side, choices: Mapping[str, Trained]) -> None:
    """Draw what else one would compare: before and after teaching, start and end of training."""
    key_a, key_b = a.judged.trained.key, b.judged.trained.key
    with st.container(horizontal=True, key="compare_shortcuts"):
        for side in {side.judged.trained.key: side for side in (a, b)}.values():
            trained, parent = side.judged.trained, side.parent
            if parent is not None and parent in choices and (parent, trained.key) != (key_a, key_b):
                st.button(
                    f"Before and after teaching {side.letter}", icon=":material/school:",
                    key=f"compare_taught_{side.letter}", on_click=_choose, args=(parent, trained.key),
                    help=plain(f"A becomes {choices[parent].name}, and B {trained.name}, which was taught from it."),
                )  # fmt: skip
            earlier = list(_earlier(trained))
            if earlier and not (key_a == key_b and a.judged.step == earlier[0] and b.judged.step is None):
                st.button(
                    f"Start and end of the training of {side.letter}", icon=":material/history:",
                    key=f"compare_times_{side.letter}", on_click=_choose,
                    args=(trained.key, trained.key, earlier[0], LAST),
                    help=f"A becomes the first weights that {plain(trained.name)} kept, and B its last.",
                )  # fmt: skip


def _choose(a: str, b: str, a_step: int = LAST, b_step: int = LAST) -> None:
    chosen = {"compare_a": a, "compare_b": b, "compare_a_step": a_step, "compare_b_step": b_step}
    st.session_state.update(chosen)


def _last(letter: str) -> None:
    st.session_state[f"compare_{letter}_step"] = LAST
