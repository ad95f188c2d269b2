"""The list of runs, and what can be done with each."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from html import escape

import streamlit as st

from mnist_core.errors import RunNotFound
from mnist_core.numerals import brief, count, duration, numeral, percent
from mnist_core.store.runs.records import MAX_NAME, Run, Status
from ui.frame import state
from ui.frame.page import explained
from ui.frame.press import acting_button, key_for, press_problem
from ui.frame.state import visitor
from ui.networks.whose import origin_words
from ui.train.address import RUN
from ui.train.bulk import choosing, many_runs, outcome, switch, tick
from ui.train.downloads import downloads
from ui.train.opened import pass_wish_on, show_run
from ui.words.run_words import STATUS_WORDS, epochs_done, right_words, run_settings_words

RUNS_PER_PAGE = 10
LOOK_EVERY = 2.0  # seconds, while some run is live
PAGE = "runs_page"


def runs_list() -> None:
    """Draw all runs, one's own first and the newest of each, a page at a time; up to date while one of them is live.

    The trials of experiments have a page of their own, and would drown the others here.
    """
    live = state.store().runs.lists.is_any_live()
    with st.container(key="runs"):
        st.fragment(_list, run_every=LOOK_EVERY if live else None)(live)


def _list(was_live: bool) -> None:
    with explained():
        pass_wish_on()
        store = state.store()
        number = st.session_state.get(PAGE, 0)
        found = store.runs.lists.page(RUNS_PER_PAGE * number, RUNS_PER_PAGE, visitor=visitor().mark)
        pages = -(-found.total // RUNS_PER_PAGE)
        if number >= pages > 0:  # Runs were deleted.
            number = pages - 1
            found = store.runs.lists.page(RUNS_PER_PAGE * number, RUNS_PER_PAGE, visitor=visitor().mark)
        if was_live and not found.live:
            st.rerun()
        st.subheader("Runs")
        if not found.total:
            outcome()
            st.info("No network has been trained here yet. Choose one above and press Start training.")
            _trials_elsewhere()
            return
        if state.visitor().may_add:
            switch()
        for run in found.runs:
            _row(run)
        if pages > 1:
            _pager(number, pages, found.total)
        many_runs(found.ended)
        _trials_elsewhere()


def _trials_elsewhere() -> None:
    trials = state.store().trials.count()
    if trials:
        st.page_link(
            "pages/6_Experiments.py",
            label=f"{count(trials, 'trial')} of experiments",
            icon=":material/science:",
        )


def _row(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"run_row_{run.id}"):
        # Beside each other on a phone, too, where the buttons stand below.
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, width="stretch"):
            if choosing() and state.may_change(run.visitor):
                tick(run)
            st.html(row_html(run), width="stretch")
        st.button("Open", key=f"open_{run.id}", icon=":material/open_in_full:", on_click=show_run, args=(run.id,))
        menu = st.popover("More", icon=":material/more_horiz:", key=f"more_{run.id}", on_change="rerun")
        if menu.open:
            with menu:
                if run.step:
                    run_links(run)
                run_actions(run, place="list")


def row_html(run: Run) -> str:
    """HTML of one run in the list."""
    words = []
    if run.score is not None:
        words = [percent(run.score.accuracy, 2), right_words(*run.score)]
    if run.status != Status.FINISHED:
        words.append(f"{brief(epochs_done(run))} of {count(run.config.epochs, 'epoch')}")
    words += ["imported"] if run.imported else [duration(run.seconds), run.data_name]
    words.append(origin_words(run))
    facts = "".join(f"<span>{escape(each)}</span>" for each in words)
    return (
        f'<div class="dl-run"><strong>{escape(run.name)}</strong> '
        f'<span class="dl-status dl-{run.status}">{STATUS_WORDS[run.status]}</span>'
        f"<div>{facts}</div><small>{escape(run_settings_words(run))}</small></div>"
    )


def _pager(number: int, pages: int, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="runs_pager"):
        st.button(
            "Newer",
            icon=":material/chevron_left:",
            disabled=number == 0,
            key=f"runs_newer_{number}",
            on_click=_remember,
            args=(PAGE, number - 1),
        )
        first = number * RUNS_PER_PAGE
        st.text(f"{first + 1} to {min(first + RUNS_PER_PAGE, total)} of {numeral(total)} runs", width="content")
        st.button(
            "Older",
            icon=":material/chevron_right:",
            disabled=number == pages - 1,
            key=f"runs_older_{number}",
            on_click=_remember,
            args=(PAGE, number + 1),
        )


def run_links(run: Run) -> None:
    """Links to what one does with a network that has learned something."""
    with st.container(horizontal=True, gap="small"):
        for page, words, icon, name in (
            ("pages/1_Draw.py", "Draw with it", ":material/draw:", "network"),
            ("pages/4_Mistakes.py", "See its mistakes", ":material/troubleshoot:", "network"),
            ("pages/5_Compare.py", "Compare it", ":material/compare:", "b"),
        ):
            st.page_link(page, label=words, icon=icon, query_params={name: run.id}, width="content")


def run_actions(run: Run, *, place: str) -> None:
    """Controls to download, rename and delete the run.

    Args:
        run: the run.
        place: distinguishes the keys where one run is on the page twice.
    """
    key = f"{place}_{run.id}"
    if run.step:
        # The list draws it in a popover already, in which there can be no other.
        with (
            st.popover("Download", icon=":material/download:", key=f"download_{key}")
            if place == "view"
            else st.container()
        ):
            downloads(run, key=key)
    if not state.may_change(run.visitor):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", value=run.name, max_chars=MAX_NAME, key=f"name_{key}", width=320)
        if acting_button(key, "Rename", partial(_rename, run.id, key), icon=":material/edit:", key=f"rename_{key}"):
            st.rerun()  # The name stands elsewhere on the page, too.
        if run.experiment is None:
            st.button(
                "Delete",
                icon=":material/delete:",
                key=f"delete_{key}",
                disabled=run.is_live,
                help="Stop it first." if run.is_live else None,
                on_click=_remember,
                args=(f"delete_asked_{key}", run.revision),
            )
    if run.experiment is not None:
        st.caption("A trial of an experiment: it is deleted together with the experiment.")
    press_problem(key)
    if st.session_state.get(f"delete_asked_{key}") == run.revision and not run.is_live:
        _deletion(run, place)


def _deletion(run: Run, place: str) -> None:
    """The second step, of the run as it was when the first was taken: nothing brings it back."""
    key = f"{place}_{run.id}"
    asked = f"delete_asked_{key}"
    st.warning("Delete this run with its weights and curves? Nothing brings it back.", icon=":material/delete:")
    with st.container(horizontal=True):
        if acting_button(
            key,
            "Delete for good",
            partial(_delete, run, asked),
            type="primary",
            key=key_for(f"delete_for_good_{place}", run),
        ):
            st.rerun()
        st.button("Keep it", key=f"keep_{key}", on_click=_remember, args=(asked, None))


def _rename(run_id: str, key: str) -> None:
    state.store().runs.rename(run_id, st.session_state[f"name_{key}"])


def _delete(run: Run, asked: str) -> bool:
    done = True
    with suppress(RunNotFound):  # Deleted already, which was to be.
        done = state.store().runs.delete(run.id, revision=run.revision)
    if done and RUN.said() == run.id:
        show_run(None)
    st.session_state.pop(asked, None)
    return done


def _remember(key: str, value: object) -> None:
    st.session_state[key] = value
