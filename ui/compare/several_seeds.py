"""Runs of one setting with several seeds: what they have in common, and how far luck moves them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.errors import DigitLabError
from mnist_core.insight.all_images.seeds import Spread, by_setting
from mnist_core.network.run_settings import settings_words
from mnist_core.numerals import INTERVAL, count, in_points, out_of, percent, percents
from mnist_core.store.runs.records import Run
from ui.compare.sides import Side
from ui.frame import state
from ui.parts.tables import csv_button, csv_text, table_html
from ui.train.address import in_query
from ui.words.plain import plain

MOST_GROUPS = 6
MOST_LINKS = 12
MOST_RUNS = 300  # the newest that are looked through
HEAD = ("setting", "run", "name", "seed", "right", "of", "accuracy")


def several_seeds(data: Dataset, sides: Sequence[Side]) -> None:
    """Draw the groups of runs that differ in their seed alone, those of the two networks compared first."""
    st.subheader("Several seeds")
    st.caption(
        "The seed fixes the first weights and the order of the images. Runs that differ in it alone show how far luck "
        "moves a result: a difference between two settings that is smaller than that is none."
    )
    try:
        store = state.store()
        compared = {side.judged.trained.key for side in sides}
        found = store.runs.lists.finished(MOST_RUNS, data_digest=data.digest, also=compared)
        groups = by_setting(found, store.lessons.parents())
    except DigitLabError as error:
        st.warning(plain(error), icon=":material/warning:")
        return
    ours = [group for group in groups if compared & {run.id for run in group}]
    rest = [group for group in groups if len(group) > 1 and group not in ours]
    shown = [group for group in ours if len(group) > 1] + rest[:MOST_GROUPS]
    for group in shown:
        _group(group, compared)
    if shown:
        _download(shown)
    single = [group[0] for group in ours if len(group) == 1]
    for run in single:
        _alone(run)
    if not shown and not single:
        st.info(
            "No setting has been trained with several seeds yet. On the Train page, train one setting two or three "
            "times and change nothing but the seed: each run then joins its group here.",
            icon=":material/casino:",
        )
        st.page_link("pages/2_Train.py", label="Train", icon=":material/model_training:")


def _group(group: Sequence[Run], compared: set[str]) -> None:
    scores = [(run, run.score) for run in group if run.score is not None]
    with st.container(border=True):
        st.markdown(f"**{_setting(group[0])}**")
        st.markdown(spread_words(Spread.of([score.accuracy for _, score in scores]), len(scores)))
        rows = [
            (
                str(run.config.seed),
                percent(score.accuracy, 2),
                out_of(*score),
                run.name + (", compared above" if run.id in compared else ""),
            )
            for run, score in scores
        ]
        st.html(table_html(("Seed", "Test accuracy", "Right", "Run"), rows))
        with st.container(horizontal=True, gap="xsmall", key=f"seeds_{group[0].id}"):
            for run in group[:MOST_LINKS]:
                st.page_link(
                    "pages/2_Train.py",
                    label=f"Open seed {run.config.seed}",
                    icon=":material/open_in_new:",
                    query_params={"run": run.id},
                    help=f"{plain(run.name)}: its curves, its weights and its files.",
                )


def spread_words(spread: Spread, runs: int) -> str:
    """Markdown: mean, standard deviation and the interval of the mean of the accuracies of several runs."""
    low, high = spread.interval or (0.0, 1.0)  # One run alone has none.
    return (
        f"Mean **{percent(spread.mean, 2)}** \N{PLUS-MINUS SIGN} {in_points(spread.deviation or 0)} (standard "
        f"deviation of {count(runs, 'seed')}); {INTERVAL} of the mean "
        f"{percents(low, high, 2)} (Student's t)."
    )


def _alone(run: Run) -> None:
    """One run has no spread: how to get more."""
    config = run.config
    query = in_query(config) | {"seed": str(config.seed + 1 if config.seed < 2**32 - 1 else 0)}
    st.info(
        plain(
            f"{run.name} is the only run of its setting, so nobody knows how much of its result is luck. Train "
            "the same setting with two or three other seeds: they then stand here with their mean and spread."
        ),
        icon=":material/casino:",
    )
    st.page_link(
        "pages/2_Train.py",
        label=f"Train it with seed {query['seed']}",
        icon=":material/model_training:",
        query_params=query,
        help="Opens the form with its settings and the next seed.",
    )


def _setting(run: Run) -> str:
    return settings_words(run.config).replace(f"seed {run.config.seed}", "any seed")


def _download(groups: Sequence[Sequence[Run]]) -> None:
    rows = [
        (_setting(group[0]), run.id, run.name, run.config.seed, run.correct, run.tested, run.test_accuracy)
        for group in groups
        for run in group
    ]
    csv_button(csv_text(HEAD, rows), "compare-seeds", "The runs of every group shown, a row each.")
