"""The Compare page: the two networks, the verdict, the images behind each cell, settings, curves, seeds."""

import csv
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from app_without_browser import App, address, as_read, charts, dead_links, html, opened_app, words

from mnist_core.errors import ModelError, StoreError
from mnist_core.insight.all_images.comparison import Comparison
from mnist_core.insight.all_images.history import kept
from mnist_core.insight.all_images.seeds import Spread
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.drawings import Drawing
from mnist_core.store.lessons import lesson
from mnist_core.store.runs.lists import RunLists
from mnist_core.store.runs.records import Run, Status
from ui import networks
from ui.compare.explorer import TITLES, matrix_csv, places_csv
from ui.compare.several_seeds import spread_words
from ui.compare.sides import Side
from ui.compare.words import fixes, verdict

PAGE = "5_Compare.py"
LINEAR = TrainingConfig(architecture="linear", epochs=2)


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def expected(app: App, a: Network | None = None, b: Network | None = None) -> Comparison:
    scores = [each.scores(app.data.x_test) for each in (a or pretrained("linear"), b or pretrained("hidden"))]
    return Comparison.of(*scores, app.data.y_test)


def nudged(seed: int, by: float = 0.02) -> Network:
    """The pretrained linear network with its weights moved at random."""
    linear = pretrained("linear")
    (kernel, bias), rng = linear.weights[-1], np.random.default_rng(seed)
    moved = (kernel + rng.normal(0, by, kernel.shape)).astype(np.float32)
    return Network(linear.layers, ((), (moved, bias)))


def cells(visit) -> dict[str, str]:
    """The counts that the four cells show."""
    (sent,) = [data for data in components(visit) if "rows" in data]
    return {cell["cell"]: cell["count"] for row in sent["rows"] for cell in row}


def components(visit) -> list[dict]:
    return [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]


def links(visit) -> dict[str, str]:
    return {each.proto.label: each.proto.query_string for each in visit.get("page_link")}


def taught(app: App, parent: str = "linear") -> Run:
    made = lesson(
        [Drawing(int(label), image) for label, image in zip(app.data.y_train[:4], app.data.x_train[:4], strict=True)],
        hand="Ada",
        parent=parent,
        network=pretrained("linear"),
    )
    return app.ended(config=LINEAR, network=nudged(5), name="Taught by Ada", lesson=made)


# ------------------------------------------------------------------- the two networks


def test_a_first_visit_compares_the_two_networks_of_the_tutorial(app: App):
    visit, comparison = app.visit(PAGE), expected(app)
    assert as_read(verdict(comparison)) in words(visit) and fixes(comparison) in words(visit)
    assert address(visit) == {"a": "linear", "b": "hidden", "show": "only_b"}
    assert cells(visit) == {cell: f"{number:,}" for cell, number in comparison.counts.items()}


def test_a_link_opens_its_networks_and_swapping_turns_them_round(app: App):
    visit = app.visit(PAGE, a="hidden", b="convolutional")
    assert (visit.selectbox(key="compare_a").value, visit.selectbox(key="compare_b").value) == (
        "hidden",
        "convolutional",
    )
    visit.button(key="compare_swap").click()
    app.again(visit)
    assert (address(visit)["a"], address(visit)["b"]) == ("convolutional", "hidden")


@pytest.mark.parametrize("key", ["zzz", "", "../linear", "\U0001f600"])
def test_a_link_to_no_network_gives_a_notice_and_the_usual_one(app: App, key):
    visit = app.visit(PAGE, a="hidden-draw-ready", b=key)
    assert "There is no run" in dead_links(visit)
    assert (address(visit)["a"], address(visit)["b"]) == ("hidden-draw-ready", "hidden")


def test_a_run_without_weights_is_not_called_deleted(app: App):
    run = app.queued(name="Waits")
    said = words(app.visit(PAGE, b=run.id))
    assert f"Run {run.id}, Waits, has no weights" in said and "There is no run" not in said


def test_a_run_deleted_while_it_is_compared_gives_way_with_a_notice(app: App):
    runs = app.ended(network=nudged(1)), app.ended(network=nudged(2))
    visit = app.visit(PAGE, a=runs[0].id, b=runs[1].id)
    assert "fixes" in words(visit)
    app.store.runs.delete(runs[1].id)
    app.again(visit)
    assert f"There is no run '{runs[1].id}'" in words(visit) and address(visit)["b"] == "hidden"


def test_the_same_network_twice_is_said_to_be_that(app: App):
    visit = app.visit(PAGE, a="hidden", b="hidden")
    assert "A and B are the same network" in words(visit) and "B fixes" not in words(visit)


def test_a_run_of_other_images_is_refused_and_both_are_named(app: App):
    run = app.ended(data_name="Synthetic digits", data_digest="0123456789abcdef", name="Elsewhere")
    own = app.ended()
    said = words(app.visit(PAGE, a=own.id, b=run.id))
    assert "B, Elsewhere, was trained on other images (Synthetic digits)" in said
    assert "(Few images)" in said and "B fixes" not in said


def test_images_of_the_same_name_are_told_apart_in_words(app: App):
    run = app.ended(data_name=app.data.name, data_digest="0123456789abcdef", name="Elsewhere")
    said = words(app.visit(PAGE, a=app.ended().id, b=run.id))
    assert "other images (Few images as well, but not the same) than the test images in use (Few images)" in said
    assert "01234567" not in said and app.data.digest[:8] not in said


def test_what_pretrained_and_draw_ready_mean_is_said_beside_the_choice_of_networks(app: App):
    visit = app.visit(PAGE)
    for letter in ("A", "B"):
        (choice,) = (each for each in visit.selectbox if each.label == letter)
        assert networks.KINDS_WORDS in choice.help


def test_a_network_that_comes_with_the_app_is_refused_beside_a_run_of_these_images(app: App):
    said = words(app.visit(PAGE, a="linear", b=app.ended().id))
    assert "A, Linear 784-10, pretrained, was trained on other images (MNIST" in said and "B fixes" not in said


def test_two_networks_to_whom_the_images_are_equally_strange_are_compared_with_a_warning(app: App):
    assert "Both were trained on other images (MNIST)" in words(app.visit(PAGE))


def test_outputs_that_are_no_numbers_are_named_and_the_seeds_are_still_there(app: App, monkeypatch):
    scores = pretrained("linear").scores(app.data.x_test).copy()
    scores[7] = np.nan
    monkeypatch.setattr(networks, "test_scores", lambda trained: scores)
    said = words(app.visit(PAGE))
    assert "The outputs of A are not all numbers (1 of 500 images)" in said and "Several seeds" in said


def test_a_store_that_refuses_leaves_the_networks_that_come_with_the_app(app: App, monkeypatch):
    def refuse(*_, **__):
        raise StoreError("The database is locked by another program.")

    monkeypatch.setattr(RunLists, "trained", refuse)
    said = words(app.visit(PAGE))
    assert "locked by another program" in said and fixes(expected(app)) in said


def test_a_run_in_training_is_compared_as_it_is_and_can_be_looked_at_again(app: App):
    run, other = app.begun(config=LINEAR, network=nudged(1)), app.ended(network=nudged(7))
    visit = app.visit(PAGE, a=other.id, b=run.id)
    assert "Still training: these are the answers of B after 0.952 of 2 epochs" in words(visit)
    assert fixes(expected(app, nudged(7), nudged(1))) in words(visit)
    app.store.runs.progress.add_snapshot(run.id, step=80, epoch=1.3, network=nudged(2).to_bytes())
    visit.button(key="compare_again").click()
    app.again(visit)
    assert fixes(expected(app, nudged(7), nudged(2))) in words(visit)


# ------------------------------------------------------------ times of one training


def run_with_snapshots(app: App) -> Run:
    run = app.begun(config=LINEAR, network=nudged(1, 0.3))  # The first, at step 60 of 126.
    app.store.runs.progress.add_snapshot(run.id, step=126, epoch=2.0, network=nudged(2).to_bytes())
    app.store.runs.progress.finish(
        run.id, Status.FINISHED, correct=1, tested=500, scores=nudged(2).scores(app.data.x_test)
    )
    return app.store.runs.get(run.id)


def test_one_run_is_compared_at_two_times_of_its_training(app: App, monkeypatch):
    run = run_with_snapshots(app)
    visit = app.visit(PAGE, a=run.id, b=run.id, a_step=60)
    comparison = expected(app, nudged(1, 0.3), nudged(2))
    assert fixes(comparison) in words(visit) and address(visit)["a_step"] == "60" and "b_step" not in address(visit)
    assert "after 0.96 of 2 epochs" in html(visit)


def test_start_and_end_of_training_are_one_click_away(app: App):
    run = run_with_snapshots(app)
    other = app.ended(network=nudged(7))
    visit = app.visit(PAGE, a=other.id, b=run.id)
    visit.button(key="compare_times_B").click()
    app.again(visit)
    assert {name: address(visit)[name] for name in ("a", "b", "a_step")} == {"a": run.id, "b": run.id, "a_step": "60"}
    assert "b_step" not in address(visit) and fixes(expected(app, nudged(1, 0.3), nudged(2))) in words(visit)


def test_every_step_of_a_long_run_is_compared_with_its_own_weights(app: App):
    run, other = app.begun(config=LINEAR, network=nudged(1)), app.ended(network=nudged(7))
    dropped = 60 + min(set(range(50)) - set(kept(50)))  # The history of so many snapshots leaves some out.
    for step in range(61, 110):
        network = nudged(3, 0.3) if step == dropped else nudged(2)
        app.store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 63, network=network.to_bytes())
    app.store.runs.progress.finish(
        run.id, Status.FINISHED, correct=1, tested=500, scores=nudged(2).scores(app.data.x_test)
    )
    visit = app.visit(PAGE, a=other.id, b=run.id, b_step=dropped)
    assert address(visit)["b_step"] == str(dropped) and f"after {dropped / 63:.3g} of 2 epochs" in html(visit)
    assert fixes(expected(app, nudged(7), nudged(3, 0.3))) in words(visit)


def test_a_step_without_weights_is_never_taken_for_the_last(app: App):
    trained = networks.find(run_with_snapshots(app).id)
    with pytest.raises(ModelError, match="kept no weights at step 61"):
        Side.of("A", trained, app.data, 61, None)


@pytest.mark.parametrize("step", ["61", "-1", "sixty", "9" * 40, "\u0666\u0660"])
def test_a_step_without_weights_gives_a_notice_and_the_last_ones(app: App, step):
    run, other = run_with_snapshots(app), app.ended(network=nudged(7))
    visit = app.visit(PAGE, a=other.id, b=run.id, b_step=step)
    assert "The last weights are compared instead." in dead_links(visit) and "b_step" not in address(visit)
    assert fixes(expected(app, nudged(7), nudged(2))) in words(visit)


def test_the_step_of_the_last_weights_is_those(app: App):
    run, other = run_with_snapshots(app), app.ended(network=nudged(7))
    visit = app.visit(PAGE, a=other.id, b=run.id, b_step=126)
    assert "kept no weights" not in words(visit) and "b_step" not in address(visit)


def test_a_taught_network_offers_its_parent(app: App):
    parent = app.ended(network=nudged(1), name="Parent")
    run = taught(app, parent.id)
    visit = app.visit(PAGE, a="hidden", b=run.id)
    visit.button(key="compare_taught_B").click()
    app.again(visit)
    assert (address(visit)["a"], address(visit)["b"]) == (parent.id, run.id)
    assert fixes(expected(app, nudged(1), nudged(5))) in words(visit)
    assert "<td>Parent</td>" in html(visit)
    app.store.runs.delete(parent.id)
    other = app.ended(network=nudged(9))
    visit = app.visit(PAGE, a=other.id, b=run.id)
    assert "a network that was deleted" in html(visit)
    assert "compare_taught_B" not in [button.key for button in visit.button]


# ------------------------------------------------------------- from numbers to images


@pytest.mark.parametrize("cell", ["both", "only_a", "only_b", "neither"])
def test_each_cell_opens_its_images(app: App, cell):
    visit, comparison = app.visit(PAGE, show=cell), expected(app)
    assert f"{comparison.counts[cell]:,} of 500 images {TITLES[cell]}" in words(visit)
    assert shown(visit) <= set(comparison.places[cell]) and len(shown(visit)) == min(240, comparison.counts[cell])


def shown(visit) -> set[int]:
    """Places of the images in the gallery, from what screen readers are told."""
    labels = next((data["labels"] for data in components(visit) if "sheet" in data), [])
    return {int(label.split()[1 if label.startswith("Image") else 2].strip(":,").replace(",", "")) for label in labels}


@pytest.mark.parametrize("name", ["show", "cell"])
def test_a_link_without_such_images_gives_a_notice(app: App, name):
    visit = app.visit(PAGE, **{name: "a-4-10"})
    assert "Images must be one of both, " in dead_links(visit) and "got 'a-4-10'" in dead_links(visit)
    assert address(visit)["show"] == "only_b" and "cell" not in address(visit)


def test_a_link_may_call_the_images_a_cell(app: App):
    visit = app.visit(PAGE, cell="neither")
    assert TITLES["neither"] in words(visit) and not dead_links(visit)
    assert address(visit)["show"] == "neither" and "cell" not in address(visit)


def test_a_pair_of_digits_opens_the_images_that_one_network_alone_reads_so(app: App):
    visit, comparison = app.visit(PAGE), expected(app)
    visit.segmented_control(key="compare_by").set_value("digits")
    app.again(visit)
    change = comparison.changes()[1]
    assert change.difference < 0
    visit.button(key=f"helped_{change.true}_{change.read}").click()
    app.again(visit)
    places = comparison.read_so_only_by("a", change.true, change.read)
    row = int((app.data.y_test == change.true).sum())
    assert address(visit)["show"] == f"a-{change.true}-{change.read}"
    assert f"{len(places)} of {row} images of a {change.true} that only A reads as {change.read}" in words(visit)
    assert shown(visit) == set(places)


def test_the_other_network_of_a_pair_and_the_way_back_to_the_cells(app: App):
    visit, comparison = app.visit(PAGE, show="a-4-9"), expected(app)
    visit.segmented_control(key="compare_whose").set_value("b")
    app.again(visit)
    assert address(visit)["show"] == "b-4-9"
    assert shown(visit) == set(comparison.read_so_only_by("b", 4, 9))
    visit.segmented_control(key="compare_by").set_value("right")
    for _ in range(3):
        app.again(visit)
    assert address(visit)["show"] == "only_b" and len(cells(visit)) == 4


def test_images_are_found_as_before_after_two_networks_that_could_not_be_compared(app: App):
    visit = app.visit(PAGE, show="a-4-9")
    visit.selectbox(key="compare_b").set_value("linear")
    app.again(visit)
    assert "A and B are the same network" in words(visit)
    visit.selectbox(key="compare_b").set_value("convolutional")
    app.again(visit)
    assert visit.segmented_control(key="compare_by").value == "digits" and address(visit)["show"] == "a-4-9"


def test_a_link_to_a_pair_opens_the_matrix(app: App):
    visit, comparison = app.visit(PAGE, show="b-4-9"), expected(app)
    assert visit.segmented_control(key="compare_by").value == "digits"
    assert f"{len(comparison.read_so_only_by('b', 4, 9))} of " in words(visit)


def test_one_image_is_shown_through_both(app: App):
    comparison = expected(app)
    place = int(comparison.places["only_b"][0])
    visit = app.visit(PAGE, image=place)
    true, read = int(app.data.y_test[place]), int(comparison.read_a[place])
    assert f"A reads it as {read} with" in html(visit) and f"B reads it as {true} with" in html(visit)
    assert html(visit).count("dl-evidence") >= 2 and "Probabilities of the ten digits" in html(visit)
    assert f"network=hidden&image={place}" in links(visit).values().__str__()


def test_every_image_and_every_cell_of_the_matrix_can_be_taken_along(app: App):
    comparison = expected(app)
    rows = list(csv.DictReader(io.StringIO(places_csv(comparison))))
    assert [int(row["image"]) for row in rows] == list(range(500))
    for cell, places in comparison.places.items():
        assert [int(row["image"]) for row in rows if row["right"] == cell] == list(places)
    rows = list(csv.DictReader(io.StringIO(matrix_csv(comparison))))
    assert sum(int(row["by_a"]) for row in rows) == sum(int(row["by_b"]) for row in rows) == 500
    assert {(int(row["true"]), int(row["read"])): int(row["difference"]) for row in rows} == {
        (t, r): comparison.matrix_difference[t, r] for t in range(10) for r in range(10)
    }


# ------------------------------------------------------------ settings, curves, seeds


def test_the_settings_that_differ_are_named_as_on_the_train_page(app: App):
    a = app.ended(config=LINEAR, network=nudged(1))
    b = app.ended(config=replace(LINEAR, learning_rate=0.01, straighten=True), network=nudged(2))
    body = html(app.visit(PAGE, a=a.id, b=b.id))
    first = body[: body.index("All settings")] if "All settings" in body else body
    table = first.split("dl-table")[1] if "dl-table" in first else ""
    assert "Learning rate</th><td>0.001</td><td>0.01</td>" in body
    assert "Straighten slant</th><td>no</td><td>yes</td>" in body
    assert "Hidden units</th><td>does not apply</td><td>does not apply</td>" in body and "Batch size" not in table


def test_what_came_with_the_app_names_the_drawings_it_learned_from(app: App):
    assert "Pen drawings</th><td>none</td><td>1,749 of 7 people</td>" in html(app.visit(PAGE, b="hidden-draw-ready"))


def test_equal_settings_are_said_to_be_equal(app: App):
    a, b = app.ended(config=LINEAR, network=nudged(1)), app.ended(config=LINEAR, network=nudged(2))
    assert "every setting is the same, the seed included" in words(app.visit(PAGE, a=a.id, b=b.id))


def test_the_curves_of_two_runs_are_drawn_together_with_a_table(app: App):
    a, b = app.ended(network=nudged(1)), app.ended(network=nudged(2))
    visit = app.visit(PAGE, a=a.id, b=b.id)
    assert len(charts(visit)) == 2
    assert html(visit).count("<td>0.64</td><td>68.2 %</td>") == 2


def test_networks_without_curves_say_so(app: App):
    visit = app.visit(PAGE)
    assert not charts(visit) and "without the curves of their training" in words(visit)


def test_the_seeds_of_one_setting_stand_together(app: App):
    runs = [app.ended(config=replace(LINEAR, seed=seed), network=nudged(seed)) for seed in range(3)]
    visit = app.visit(PAGE, a=runs[0].id, b=runs[1].id)
    shares = [run.correct / run.tested for run in runs]
    assert as_read(spread_words(Spread.of(shares), 3)) in words(visit)
    assert [name for name in links(visit) if name.startswith("Open seed")] == [f"Open seed {i}" for i in range(3)]
    assert [row[1] for row in _seed_rows(visit)] == [f"{100 * share:.2f} %" for share in shares]


def _seed_rows(visit) -> list[list[str]]:
    return [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        for row in re.findall(r"<tr>.*?</tr>", html(visit))
        if "of 500" in row
    ]


def test_a_single_seed_leads_to_the_next_one(app: App):
    config = TrainingConfig(architecture="linear", epochs=3, seed=4, straighten=True)
    a, b = app.ended(config=config, network=nudged(1)), app.ended(config=replace(config, epochs=4), network=nudged(2))
    visit = app.visit(PAGE, a=a.id, b=b.id)
    assert words(visit).count("is the only run of its setting") == 2
    queries = [query for name, query in links(visit).items() if name == "Train it with seed 5"]
    assert any("epochs=" in query and "seed=5" in query and "straighten=true" in query for query in queries)


def test_without_seeds_the_page_says_how_to_get_them(app: App):
    assert "train one setting two or three times" in words(app.visit(PAGE))
