"""The experiments that there are, and what can be done with one."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from mnist_core.numerals import count, numeral
from mnist_core.store.experiments import Experiment
from mnist_core.store.runs.records import HOLD, LIVE, MAX_NAME, Status
from ui.experiments.address import EXPERIMENT, TRIAL
from ui.experiments.found import Found
from ui.frame import state
from ui.frame.address import say_only
from ui.frame.press import acting_button, key_for, press_problem
from ui.words.run_words import STATUS_WORDS

MOST = 20


def listing() -> None:
    """Draw all experiments, newest first."""
    store = state.store()
    found = store.experiments.all(MOST)
    st.subheader("Experiments")
    if not found:
        st.info(
            "Nothing has been tried here yet. Choose a question above and press Start: its trials are runs, and the "
            "page can be left meanwhile.",
            icon=":material/science:",
        )
        return
    counts = store.trials.counts([experiment.id for experiment in found])
    for experiment in found:
        of_each = counts.get(experiment.id, {})
        total = sum(of_each.values())
        words = [f"{numeral(of_each.get(Status.FINISHED, 0))} of {count(total, 'trial')} finished"]
        words += [
            f"{numeral(of_each[each])} {STATUS_WORDS[each]}"
            for each in STATUS_WORDS
            if each != Status.FINISHED and of_each.get(each)
        ]
        live = any(of_each.get(status) for status in LIVE)
        doing = ("paused" if experiment.command == HOLD else "running") if live else ""
        with st.container(horizontal=True, vertical_alignment="center", key=f"experiment_row_{experiment.id}"):
            st.html(
                f"<div><strong>{escape(experiment.name)}</strong>{f' <small>{doing}</small>' if doing else ''}"
                f"<br><small>{escape(', '.join(words))}</small></div>",
                width="stretch",
            )
            st.button(
                "Open",
                icon=":material/open_in_full:",
                key=f"open_experiment_{experiment.id}",
                on_click=_open,
                args=(experiment.id,),
            )
    total = store.experiments.count() if len(found) == MOST else len(found)
    if total > MOST:
        st.caption(f"The newest {MOST} of {numeral(total)}. Delete those that are of no more use to see older ones.")


def _open(identity: str) -> None:
    st.session_state.pop(TRIAL.key, None)
    say_only({"experiment": identity})


def actions(found: Found) -> None:
    """Draw what can be done with the experiment as a whole."""
    experiment = found.experiment
    if not state.may_change(experiment.visitor):
        return
    place = f"experiment_actions_{experiment.id}"
    with st.expander("Rename or delete this experiment", icon=":material/edit:", key="experiment_actions"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = f"experiment_name_{experiment.id}"
            st.text_input("Name", value=experiment.name, max_chars=MAX_NAME, key=name, width=320)
            rename = partial(_rename, experiment.id, name)
            acting_button(place, "Rename", rename, icon=":material/edit:", key=f"rename_experiment_{experiment.id}")
        sure = st.checkbox(
            f"Delete it with {count(len(found.trials), 'trial')}, weights and all: nothing brings them back",
            key=key_for("experiment_sure", experiment),
            disabled=found.is_live,
        )
        acting_button(
            place,
            "Delete",
            partial(_delete, experiment),
            icon=":material/delete:",
            key=key_for("delete_experiment", experiment),
            disabled=found.is_live or not sure,
            help="Stop it first." if found.is_live else None,
        )
    press_problem(place)


def _rename(identity: str, name: str) -> None:
    if name in st.session_state:  # Otherwise the field has left the page: this press has acted before.
        state.store().experiments.rename(identity, st.session_state[name])


def _delete(experiment: Experiment) -> bool:
    done = state.store().experiments.delete(experiment.id, revision=experiment.revision)
    if done:
        EXPERIMENT.say(None)
    return done
