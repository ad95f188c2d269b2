"""What can be tried: a question, or a plan of one's own."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from mnist_core import experiments
from mnist_core.errors import ConfigError
from mnist_core.experiments.pace import LATEST, seconds_of
from mnist_core.experiments.plan import MOST_SEEDS, PARAMETERS, Plan
from mnist_core.experiments.presets import PRESETS
from mnist_core.experiments.search import configs
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.numerals import count, duration
from mnist_core.store.runs.records import MAX_NAME
from ui.experiments.address import KIND, LABELS, PRESET, fill, follow, seeds_key
from ui.experiments.found import plan_words
from ui.experiments.plan_form import plan_form
from ui.frame import state
from ui.frame.address import say_only
from ui.frame.press import making_button, spend
from ui.frame.state import visitor
from ui.frame.views import menu
from ui.train.form import refused

KINDS = {"question": "A question", "own": "A plan of your own"}
OWN_NAME = "Plan of my own"


def choice() -> None:
    """Draw the questions and the form of a plan, what the chosen one costs, and the button that starts it."""
    data = state.dataset()
    images = len(data.y_train)
    fill(images)
    kind = menu("What to try", KINDS, key=KIND, persist_state="page", label_visibility="collapsed")
    with refused(LABELS):
        name, plan = _question(images) if kind == "question" else (OWN_NAME, plan_form())
        tried = configs(plan, images)
        st.caption(_cost(plan, tried, images))
        follow(images)
        new = making_button(
            st.empty(),
            "start_experiment",
            f"Start {count(len(tried), 'trial')}",
            icon=":material/science:",
            type="primary",
        )
        if new:
            name = (_own_name(plan) if kind == "own" else name)[:MAX_NAME]
            made = experiments.start(
                state.store(),
                plan,
                name=name,
                data_name=data.name,
                data_digest=data.digest,
                images=images,
                classes=len(data.classes),
                visitor=visitor().mark,
                experiment_id=new,
            )
            spend("start_experiment")
            state.jobs().submit(made.id)
            st.session_state.pop("experiment_view", None)
            say_only({"experiment": made.id})
            st.rerun()


def _question(images: int) -> tuple[str, Plan]:
    st.radio(
        "Question",
        list(PRESETS),
        format_func=lambda each: PRESETS[each].question,
        captions=[each.words for each in PRESETS.values()],
        key=PRESET,
        persist_state="page",
    )
    key: str = st.session_state[PRESET]
    plan = PRESETS[key].plan(images)
    st.session_state.setdefault(seeds_key(key), plan.seeds)
    seeds = st.number_input("Seeds", step=1, key=seeds_key(key), width=200, persist_state="page")
    st.caption(
        f"How often each setting is trained, each time with another seed, 1 to {MOST_SEEDS}: one cannot tell a "
        "difference from chance, three tell large ones, five smaller ones."
    )
    return PRESETS[key].question, replace(plan, seeds=seeds)


def _own_name(plan: Plan) -> str:
    words = ", ".join(PARAMETERS[name].lower() for name in plan.varying)
    return words[0].upper() + words[1:]


def _cost(plan: Plan, tried: list[TrainingConfig], images: int) -> str:
    if not tried:
        raise ConfigError("what varies", "nothing", "one setting at least")
    store, settings = state.store(), state.settings()
    kinds = sorted({config.architecture for config in tried})
    before = [run for each in kinds for run in store.runs.lists.finished(LATEST, architecture=each)]
    seconds = seconds_of(tried, before, images=images, workers=settings.workers)
    where = (
        "on the cluster's workers"
        if settings.scheduler
        else f"on {count(settings.workers, 'worker')}, at most as many at a time"
    )
    takes = f"about {duration(seconds)}" if seconds is not None else "how long, nobody knows before the first such run"
    words = f"{plan_words(plan, len(tried) // plan.seeds)} {count(len(tried), 'trial')} {where}: {takes}."
    if "training_images" in plan.varying:
        words += " Epochs follow the number of images, so that every network sees as many in all."
    return words
