"""What matters: how much of the difference between trials each setting explains."""

from __future__ import annotations

import streamlit as st

from mnist_core.experiments.importance import FEWEST, SEED
from mnist_core.experiments.plan import PARAMETERS
from mnist_core.numerals import count, percent
from mnist_core.store.analyses import Analysis
from ui.experiments.found import Found
from ui.networks.analysis import at_hand, needed
from ui.parts.tables import Cell, csv_button, csv_text, table_html

LABELS = {**PARAMETERS, SEED: "Seed (luck)"}


def view(found: Found) -> None:
    """Draw the importances; while the experiment goes on, when the reader asks for them."""
    finished = len(found.measured)
    if finished < FEWEST:
        st.info(f"This needs {FEWEST} finished trials; there are {finished} so far.", icon=":material/hourglass_empty:")
        return
    if len({(run.correct, run.tested) for run in found.measured}) == 1:
        st.info("All trials read alike, so that no setting explains anything.", icon=":material/info:")
        return
    st.caption(
        "How much of the difference between the trials each setting explains, alone and together with others. The "
        "seed is luck: a setting that explains less than it explains nothing. Functional ANOVA (Hutter et al. 2014) "
        "by Optuna, over the values tried here and no others."
    )
    analysis = Analysis(
        "importance",
        found.trials[0].data_digest,
        options={"experiment": found.experiment.id, "finished": finished},
    )
    if found.is_live and at_hand(analysis) is None:
        st.info(
            "The experiment goes on, and every result changes this. It is worked out when it has ended.",
            icon=":material/hourglass_empty:",
        )
        return
    result = needed(analysis, words="Dividing the differences among the settings", seconds=6)
    if result is None:
        return
    shares = dict(zip(result["names"].tolist(), result["shares"].tolist(), strict=True))
    st.html(bars(shares))
    st.caption(f"Of {count(int(result['finished']), 'finished trial')}.")
    csv_button(
        csv_text(("setting", "share"), [(LABELS.get(name, name), share) for name, share in shares.items()]),
        "experiment-importance",
        "Each setting with the share of the differences that it explains.",
    )


def bars(shares: dict[str, float]) -> str:
    """HTML of a bar a setting, the longest first."""
    rows = [(LABELS.get(name, name), Cell(bar=share), percent(share, 0)) for name, share in shares.items()]
    return table_html((), rows, label="What matters")
