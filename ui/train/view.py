"""One run as it trains, or as it ended: polled from the store while it is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from mnist_core.errors import RunNotFound
from mnist_core.numerals import brief, duration, numeral, percent
from mnist_core.store.runs.records import Metric, Run, Status
from ui import networks
from ui.colours import CURVES
from ui.frame import state
from ui.frame.into_view import come_into_view
from ui.frame.page import explained
from ui.parts.charts import CURVES_CSV, CURVES_HEAD, curve_rows, learning_curve_spec, learning_curves
from ui.parts.layers import layers_picture
from ui.parts.tables import csv_button, csv_text, table_html
from ui.train.address import RUN
from ui.train.control import more_epochs, run_status
from ui.train.inside import run_inside
from ui.train.opened import follow_wish, pass_wish_on, show_run
from ui.train.runs import run_actions, run_links
from ui.words.glossary import meaning
from ui.words.run_words import epochs_done, interval_words, right_words, run_settings_words, time_left

POLL_EVERY = 0.3  # seconds
FEW_EPOCHS = 20
FETCHED = "run_view_fetched"


@dataclass
class Fetched:
    """The part of a run's curves that this session has fetched already."""

    run_id: str
    metrics: list[Metric] = field(default_factory=list)


def run_view(*, started: bool) -> bool:
    """Draw the run that the address names, and keep it up to date while it is queued, training or paused.

    Args:
        started: whether it was started just now, and should be brought into view.

    Returns:
        Whether the address names a run; one that is not in the store is taken out of it, with a notice.
    """
    opened = follow_wish()
    run = RUN.now()
    if run is None:
        return False
    state.warm_dataset()
    waits = state.dataset_is_coming()  # For the images that the network is looked into with.
    with st.container(key="run_view"):
        st.fragment(_watch, run_every=POLL_EVERY if run.is_live or waits else None)(run.id, run.is_live, waits)
    if started or opened:
        # The button that was pressed may lie screens below what it started or opened.
        come_into_view("run_view", enough=0.5, keep=True)
    return True


def _watch(run_id: str, was_live: bool, waits: bool) -> None:
    with explained():
        if waits and not state.dataset_is_coming():
            st.rerun()
        pass_wish_on()
        if was_live:
            state.jobs().reconcile()
        try:
            run = state.store().runs.get(run_id)
        except RunNotFound:
            st.rerun()  # Deleted in another window: the page says so.
        if was_live != run.is_live:
            st.rerun()  # It has ended, or goes on: poll no longer or again, and let the list below follow.
        # Every part has its place from the first poll on, so that none moves another's elements.
        results = (_curves, _figures) if run.is_live else (_figures, _curves)  # One watches them grow.
        parts = (_header, _links, _status, *results, _terms, _table, _more, run_inside, _ended)
        for part, place in [(part, st.container()) for part in parts]:
            with place:
                part(run)


def _header(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="top", wrap=False, key="run_header"):
        st.html(
            f'<h2 class="dl-run-name">{escape(run.name)}</h2>'
            f'<p class="dl-words">{escape(run_settings_words(run))}</p>{_origin(run)}{_place(run)}',
            width="stretch",
        )
        st.button(
            "Close",
            icon=":material/close:",
            key="close_run",
            help="Back to the form; the run goes on." if run.is_live else "Back to the form.",
            on_click=show_run,
            args=(None,),
        )


def _origin(run: Run) -> str:
    """HTML of where it comes from: a file, an experiment, a network that was taught; empty where from nowhere."""
    if run.imported:
        return f'<p class="dl-words">{escape(run.message)}</p>'
    if run.experiment is not None:
        return f'<p class="dl-words">Trial {numeral((run.trial or 0) + 1)} of an experiment</p>'
    parent = state.store().lessons.parents().get(run.id)
    if parent is None:
        return ""
    try:
        name = networks.find(parent).name
    except RunNotFound:
        name = "a network that was deleted"
    return f'<p class="dl-words">Taught from {escape(name)}{networks.kind_words(parent)}</p>'


def _place(run: Run) -> str:
    """HTML of where it is trained, or was, where that may be more than one machine."""
    host = state.store().runs.progress.host(run.id) if state.settings().scheduler else ""
    return f'<p class="dl-words">{"Training" if run.is_live else "Trained"} on {escape(host)}</p>' if host else ""


def _status(run: Run) -> None:
    if not run.is_held:
        return run_status(run, _metrics(run))
    st.info("Its experiment is paused. It goes on when that is resumed.", icon=":material/pause:")
    st.page_link(
        "pages/6_Experiments.py",
        label="Open the experiment",
        icon=":material/science:",
        query_params={"experiment": run.experiment or ""},
    )
    return None


def _links(run: Run) -> None:
    """What a network was trained for, before all that can be said of the training, and before going on with it."""
    if run.step and not run.is_live:
        with st.container(key="run_links"):
            run_links(run)


def _more(run: Run) -> None:
    if not run.is_live:
        more_epochs(run)


def _figures(run: Run) -> None:
    metrics = _metrics(run)
    if not metrics and not run.imported:
        return
    figures = []
    if run.is_live:
        tested = [(each.test_accuracy, each.epoch) for each in metrics if each.test_accuracy is not None]
        if tested:
            figures.append(("Test accuracy", percent(tested[-1][0]), _denominator(run, *tested[-1])))
        figures.append(("Training accuracy", percent(metrics[-1].accuracy), "of the latest images"))
        figures.append(("Speed", numeral(run.images_per_second), "images per second"))
        left = time_left(run)
        if left and run.status == Status.RUNNING:
            figures.append(("Time left", left, f"{duration(run.seconds)} so far"))
    else:
        if run.score is not None:
            words = f"{right_words(*run.score)}, {interval_words(*run.score)}"
            figures.append(("Test accuracy", percent(run.score.accuracy, 2), words))
        if not run.imported:
            speed = run.step * run.config.batch_size / run.seconds if run.seconds else 0.0
            figures.append(("Time", duration(run.seconds), f"{numeral(speed)} images per second"))
            epochs = f"{brief(epochs_done(run))} of {numeral(run.config.epochs)}"
            figures.append(("Epochs", epochs, f"on {run.data_name}"))
    show_figures(figures)


def show_figures(figures: Sequence[tuple[str, str, str]]) -> None:
    """Draw (label, value, note) triples beside each other, wrapping where it is narrow."""
    items = "".join(
        f"<div><span>{escape(label)}</span><b>{escape(value)}</b><small>{escape(note)}</small></div>"
        for label, value, note in figures
    )
    st.html(f'<div class="dl-figures">{items}</div>')


def _denominator(run: Run, accuracy: float, epoch: float) -> str:
    data = state.loaded_dataset()
    if data is None or data.digest != run.data_digest:
        return f"after {numeral(epoch, 1)} epochs"
    images = len(data.y_test)
    return right_words(round(accuracy * images), images)


def _curves(run: Run) -> None:
    metrics = _metrics(run)
    if not metrics:
        return
    # An axis that stands still shows how far it is; in a long run all would happen at its left end.
    epochs = run.config.epochs if run.is_live and run.config.epochs <= FEW_EPOCHS else None
    legend = "".join(f'<span style="--colour:{colour}">{name}</span>' for name, colour in CURVES.items())
    places = st.columns(2, gap="small")
    for place, quantity in zip(places, ("accuracy", "loss"), strict=True):
        with place, st.container(key=f"curve_{quantity}", gap="xsmall"):
            st.html(f'<h3 class="dl-heading">{quantity.capitalize()}{legend}</h3>')
            st.vega_lite_chart(
                learning_curves(metrics, quantity),
                learning_curve_spec(quantity, epochs),
                height="stretch",  # Styles say how high.
                key=f"curve_{quantity}_{run.id}",
                alt=f"{quantity.capitalize()} by epoch on training and test images; the numbers are in the table "
                "below.",
            )


def _terms(run: Run) -> None:
    """What the terms above mean: below the curves, which are what one looks at."""
    tested = () if run.is_live or run.score is None else ("95 % interval",)
    drawn = ("loss", "epoch") if _metrics(run) else ()
    if terms := [*tested, *drawn]:
        st.caption(" ".join(map(meaning, terms)))


def _table(run: Run) -> None:
    metrics = _metrics(run)
    if not metrics:
        return
    with st.expander("As a table", icon=":material/table:"):
        st.html(table_html(CURVES_HEAD, curve_rows(metrics)))
        if not run.is_live:  # A file that grows with each poll would be made anew with each.
            rows = [[getattr(each, name) for name in CURVES_CSV] for each in metrics]
            csv_button(
                csv_text(CURVES_CSV, rows),
                f"curves-{run.id}",
                "All points of the curves, where the table leaves some out.",
                key="curves_csv",
            )


def _metrics(run: Run) -> list[Metric]:
    """The run's curves; only what is new since the last poll is fetched."""
    fetched = st.session_state.get(FETCHED)
    # A run that goes on from its last state is behind what was fetched of it.
    if fetched is None or fetched.run_id != run.id or (fetched.metrics and fetched.metrics[-1].step > run.step):
        fetched = st.session_state[FETCHED] = Fetched(run.id)
    after = fetched.metrics[-1].step if fetched.metrics else -1
    if run.step > after:
        fetched.metrics += state.store().runs.results.metrics(run.id, after_step=after)
    return fetched.metrics


def _ended(run: Run) -> None:
    if run.is_live:
        return
    run_actions(run, place="view")
    with st.expander("Layers of this network", icon=":material/layers:"):
        st.html(layers_picture(run.config.layers))
