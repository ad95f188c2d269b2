"""Single trials: the best one, and the ways from any of them to the other pages."""

from __future__ import annotations

import streamlit as st

from mnist_core.experiments.results import score_of
from mnist_core.network.run_settings import settings_words
from mnist_core.numerals import percent
from mnist_core.store.runs.records import LIVE, Run, Status
from ui.experiments.address import TRIAL
from ui.experiments.found import Found
from ui.frame import state
from ui.words.plain import plain
from ui.words.run_words import STATUS_WORDS, accuracy_words
from ui.words.what_happened import what_happened


def best(found: Found) -> None:
    """Draw the trial that read most, one click from the pages that use it."""
    run = found.best
    if run is None:
        return
    with st.container(border=True, key="best_trial"):
        st.markdown(f"**Best trial: {plain(run.name)}**")
        st.markdown(f"{accuracy_words(*score_of(run))}, on the test images of {plain(run.data_name)}.")
        _links(run)
        if len(found.measured) > 1:
            st.caption(
                f"The best of {len(found.measured)} was chosen by the same test images, and is partly the luckiest of "
                "them: the means over seeds are what a new run can be expected to read."
            )


def one_trial(found: Found) -> None:
    """Draw the choice of one trial, what became of it, and the ways to other pages."""
    runs = {run.trial: run for run in found.trials}
    first = (found.best or found.trials[0]).trial
    asked = TRIAL.fill(first)
    TRIAL.hold()
    if (number := st.session_state[TRIAL.key]) not in runs:
        st.session_state[TRIAL.key] = first
        if asked:
            TRIAL.refuse(f"This experiment has no trial {number + 1:,}.", first)
    st.subheader("One trial")
    # No result in the labels: the browser would go on showing that of the moment in which one was chosen.
    number = st.selectbox("Trial", list(runs), format_func=lambda each: f"{each + 1}. {runs[each].name}", key=TRIAL.key)
    run = runs[number]
    TRIAL.say(number)
    st.markdown(_result(run))
    st.caption(settings_words(run.config))
    words = what_happened(
        run, resumable=run.status == Status.INTERRUPTED and state.store().runs.results.resumable(run.id)
    )
    if words and run.status in (Status.FINISHED, *LIVE):
        st.caption(plain(words))  # What happened to its worker on the way.
    elif words:
        st.warning(plain(f"This trial was {STATUS_WORDS[run.status]}. {words}"), icon=":material/warning:")
    _links(run, compared_with=found.best)


def _result(run: Run) -> str:
    """What has become of it so far, e.g. "Finished, 97.00 % of the test images."."""
    words = STATUS_WORDS[run.status].capitalize()
    return f"{words}." if run.test_accuracy is None else f"{words}, {percent(run.test_accuracy, 2)} of the test images."


def _links(run: Run, compared_with: Run | None = None) -> None:
    """The pages that show what this trial learned."""
    with st.container(horizontal=True):
        if run.step:
            link = {"network": run.id}
            st.page_link("pages/1_Draw.py", label="Draw with it", icon=":material/draw:", query_params=link)
            st.page_link(
                "pages/4_Mistakes.py", label="See its mistakes", icon=":material/troubleshoot:", query_params=link
            )
            if compared_with is not None and compared_with.id != run.id:
                st.page_link(
                    "pages/5_Compare.py",
                    label="Compare with the best",
                    icon=":material/compare:",
                    query_params={"a": compared_with.id, "b": run.id},
                )
        st.page_link(
            "pages/2_Train.py", label="Open the run", icon=":material/open_in_full:", query_params={"run": run.id}
        )
