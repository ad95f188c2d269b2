"""Links to every page: those that people have kept lead to what they led to, and nonsense in any part is said to be so.

What a link to a run, a lesson, an experiment or a snapshot opens is tested with their pages.
"""

import pytest
import streamlit
from app_without_browser import App, address, dead_links, opened_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_core.errors import DigitLabError
from ui.compare.address import ADDRESS as COMPARE
from ui.dataset.address import ADDRESS as DATASET
from ui.draw.address import ADDRESS as DRAW
from ui.experiments.address import EXPERIMENT, FORM
from ui.frame.address import Address
from ui.frame.dead_links import NOTES
from ui.images.address import gallery
from ui.mistakes.address import PAGE as MISTAKES
from ui.mistakes.figures.address import ADDRESS as FIGURES
from ui.mistakes.labels.address import ADDRESS as LABELS
from ui.mistakes.map.address import ADDRESS as MAP
from ui.mistakes.matrix.address import ADDRESS as MATRIX
from ui.mistakes.mystery.address import ADDRESS as MYSTERY
from ui.mistakes.stress.address import ADDRESS as STRESS
from ui.train.address import ADDRESS as TRAIN

KEPT = [
    ("1_Draw.py", "network=linear", {"network": ["linear"]}),
    (
        "1_Draw.py",
        "network=hidden-draw-ready,linear&brush=30",
        {"network": ["hidden-draw-ready", "linear"], "brush": 30},
    ),
    ("1_Draw.py", "bars=outputs&way=upload", {"bars": "outputs", "way": "upload"}),
    ("1_Draw.py", "bars=shares", {"bars": "shares"}),
    ("1_Draw.py", "mnist=7&network=linear", {"test_image": 7, "network": ["linear"]}),
    ("1_Draw.py", "hand=Ada", {"hand": "Ada"}),
    ("2_Train.py", "architecture=linear&epochs=12&seed=3", {"architecture": "linear", "epochs": 12, "seed": 3}),
    ("2_Train.py", "learning_rate=0.00012345678&optimizer=sgd", {"learning_rate": "0.00012345678", "optimizer": "sgd"}),
    ("2_Train.py", "target_accuracy=0.97&patience=3", {"target_accuracy_percent": 97.0, "patience": 3}),
    ("2_Train.py", "straighten=true&pen_styles=false", {"straighten": True, "pen_styles": False}),
    ("3_Dataset.py", "split=test&digit=5&seed=7&image=12", {"split": "test", "digit": "5", "seed": 7, "image": 12}),
    ("3_Dataset.py", "page=9", {"page": 9}),
    ("4_Mistakes.py", "network=hidden&true=4&read=9", {"judged_network": "hidden", "cell_true": 4, "cell_read": 9}),
    ("4_Mistakes.py", "sort=ink-rising&filter=wrong", {"found_cell_sort": "ink", "found_cell_rising": True}),
    ("4_Mistakes.py", "network=linear&true=4&read=9&image=115", {"found_image": 115, "found_cell_filter": "all"}),
    ("4_Mistakes.py", "cells=row", {"matrix_mode": "row"}),
    ("4_Mistakes.py", "cells=difference&against=hidden", {"matrix_mode": "difference", "matrix_against": "hidden"}),
    ("4_Mistakes.py", "view=map&network=linear&method=pca", {"map_by": "pixels", "map_method": "pca"}),
    ("4_Mistakes.py", "view=map&network=hidden&by=pixels&colour=right", {"map_by": "pixels", "map_colour": "right"}),
    ("4_Mistakes.py", "view=map&only=wrong&truth=3&at=17", {"map_only": "wrong", "map_truth": 3, "map_at": 17}),
    ("4_Mistakes.py", "view=map&answer=4&lasso=1_2_3_4_5_6", {"map_answer": 4, "map_lasso": [(1, 2), (3, 4), (5, 6)]}),
    ("4_Mistakes.py", "view=figures&of=missed-3", {"figures_digits_of": "missed-3", "figures_sure": "probability"}),
    ("4_Mistakes.py", "view=figures&sure=softmax", {"figures_sure": "probability"}),
    ("4_Mistakes.py", "view=figures&sure=shares&of=bin-14", {"figures_sure": "shares", "figures_shares_of": "bin-14"}),
    ("4_Mistakes.py", "view=mystery&seed=3&at=3&guesses=4x", {"mystery_seed": 3, "mystery_at": 2}),
    ("4_Mistakes.py", "view=mystery&at=end&guesses=4-9", {"mystery_guesses": ["4", "-", "9"]}),
    ("4_Mistakes.py", "view=labels&network=linear&judges=this", {"labels_judges": "this", "labels_split": "test"}),
    (
        "4_Mistakes.py",
        "view=labels&split=train&training_image=17",
        {"labels_split": "train", "labels_training_image": 17},
    ),
    (
        "4_Mistakes.py",
        "view=labels&score=self_confidence&image=8",
        {"labels_score": "self_confidence", "found_image": 8},
    ),
    (
        "4_Mistakes.py",
        "view=stress&transform=shift_x&amount=2",
        {"stress_what": "shift_x", "stress_amount_shift_x": 2.0},
    ),
    ("4_Mistakes.py", "view=stress&with=hidden&tested=11", {"stress_with": ["hidden"], "stress_tested": 11}),
    ("4_Mistakes.py", "view=stress&image=23", {"stress_tested": 23}),
    ("5_Compare.py", "a=hidden&b=convolutional", {"compare_a": "hidden", "compare_b": "convolutional"}),
    ("5_Compare.py", "show=both", {"compare_show": "both", "compare_by": "right"}),
    ("5_Compare.py", "show=a-4-9", {"compare_show": "a-4-9", "compare_by": "digits"}),
    ("5_Compare.py", "cell=neither&image=8", {"compare_show": "neither", "found_image": 8}),
    ("6_Experiments.py", "question=how-many-units&seeds=5", {"experiment_seeds_how-many-units": 5}),
    ("6_Experiments.py", "plan=grid&vary=epochs&epochs=1,2", {"plan_varied": ["epochs"], "plan_epochs_": "1, 2"}),
    ("6_Experiments.py", "plan=random&learning_rate=0.001 to 0.1&vary=learning_rate", {"plan_method": "random"}),
]
TEXTS = st.one_of(
    st.text(), st.from_regex(r"-?[0-9]{1,5}(\.[0-9]{1,3})?", fullmatch=True), st.sampled_from(["true", "a-4-9"])
)
NONSENSE = "\u0664" + "?" * 60
TABLES: dict[str, tuple[str, str, Address]] = {
    "Draw": ("1_Draw.py", "", DRAW),
    "Train": ("2_Train.py", "", TRAIN),
    "Dataset": ("3_Dataset.py", "", DATASET),
    "Mistakes": ("4_Mistakes.py", "", Address(*MISTAKES, *gallery(""))),
    "matrix": ("4_Mistakes.py", "cells=difference", MATRIX),
    "map": ("4_Mistakes.py", "view=map", MAP),
    "figures": ("4_Mistakes.py", "view=figures", FIGURES),
    "mystery": ("4_Mistakes.py", "view=mystery", MYSTERY),
    "labels": ("4_Mistakes.py", "view=labels", LABELS),
    "stress": ("4_Mistakes.py", "view=stress", STRESS),
    "Compare": ("5_Compare.py", "", COMPARE),
    "question": ("6_Experiments.py", "", Address(EXPERIMENT, *(each for each in FORM if each.name != "plan"))),
    "plan": ("6_Experiments.py", "plan=random&vary=hidden_units,loss", Address(EXPERIMENT, *FORM)),
}


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def query_of(link: str) -> dict[str, str]:
    return dict(part.split("=") for part in link.split("&") if part)


@pytest.mark.parametrize(("page", "link", "held"), KEPT, ids=lambda value: value if isinstance(value, str) else "")
def test_a_link_that_people_have_kept_leads_to_what_it_led_to(app: App, page, link, held):
    visit = app.visit(page, **query_of(link))
    for _ in range(2):  # What the address says then leads there as well.
        assert {key: visit.session_state[key] for key in held} == held and not dead_links(visit)
        visit = app.visit(page, **address(visit))


@pytest.mark.parametrize("table", TABLES)
def test_nonsense_in_every_part_of_a_link_is_told_in_one_notice_and_gone_from_the_address(app: App, table):
    page, link, parameters = TABLES[table]
    query = query_of(link)
    names = {each.name for each in parameters} - set(query)
    visit = app.visit(page, **dict.fromkeys(names, NONSENSE), **query)
    assert not visit.error
    said = dead_links(visit)
    assert {each.name for each in visit.session_state[NOTES][1]} == names and "means nothing" not in said
    assert NONSENSE[:10] in said and not [text for text in address(visit).values() if NONSENSE[:10] in text]
    assert dead_links(App.again(visit)) == said


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=TEXTS)
def test_any_text_in_any_part_is_what_the_address_would_say_again_or_is_refused(app: App, table, text):
    streamlit.session_state.update({"split": "train", "stress_what": "rotate"})  # What other parts depend on.
    for parameter in TABLES[table][2]:
        try:
            value = parameter.read(text)
        except DigitLabError as error:
            assert str(error).endswith(".") and len(str(error)) < 600
        else:
            assert parameter.read(parameter.kind.write(value)) == value
