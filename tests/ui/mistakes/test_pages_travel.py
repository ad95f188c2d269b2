"""The matrix of the Mistakes page: its modes, what it is compared with, and a run's snapshots."""

import json

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, opened_app, words

from mnist_core.insight.all_images.history import kept
from mnist_core.network.evaluation import Evaluation, confusion_matrix
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Metric, Run, Status
from ui import networks
from ui.networks.on_test_images import Judged

PAGE = "4_Mistakes.py"
STEPS = (10, 30, 60)


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def network(seed: int, app: App) -> Network:
    """A linear network that answers by how like an image is to mean images with noise on them."""
    means = np.stack([app.data.x_test[app.data.y_test == digit].mean(axis=0) for digit in range(10)]).reshape(10, 784)
    noise = np.random.default_rng(seed).normal(0, 0.05 * (4 - seed), (784, 10))
    kernel = ((means - means.mean(axis=0)).T / 2_000 + noise).astype(np.float32)
    return Network(pretrained("linear").layers, ((), (kernel, np.zeros(10, np.float32))))


def learned_run(app: App, status: str = Status.FINISHED, **options: object) -> Run:
    """A run with snapshots after 10, 30 and 60 steps."""
    run = app.begun(TrainingConfig(architecture="linear", epochs=2), network=network(3, app), **options)
    for seed, step in ((1, 10), (2, 30), (3, 60)):
        app.store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 60, network=network(seed, app).to_bytes())
    scores = network(3, app).scores(app.data.x_test)
    correct = int((scores.argmax(axis=1) == app.data.y_test).sum())
    if status == Status.FINISHED:
        app.store.runs.progress.finish(run.id, status, correct=correct, tested=500, scores=scores)
    return app.store.runs.get(run.id)


def matrix_data(visit) -> dict:
    """What the matrix was sent."""
    sent = [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]
    return next(each for each in sent if "frames" in each)


def travelled(app: App, **query: object):
    """The page after a worker has found the history of the run that it asked about."""
    visit = app.visit(PAGE, **query)
    assert app.answer() == 1
    return app.again(visit)


def test_all_snapshots_go_to_the_browser_once_a_worker_has_asked_them(app: App):
    run = learned_run(app)
    visit = app.visit(PAGE, network=run.id)
    assert len(matrix_data(visit)["frames"]) == 1  # The last state is not waited for.
    assert app.answer() == 1
    data = matrix_data(app.again(visit))
    assert [frame["step"] for frame in data["frames"]] == list(STEPS) and data["place"] == 2
    for seed, frame in enumerate(data["frames"], start=1):
        read = network(seed, app).classify(app.data.x_test)
        assert frame["counts"] == confusion_matrix(app.data.y_test, read).ravel().tolist()
        right = int((read == app.data.y_test).sum())
        assert f"epoch {STEPS[seed - 1] / 60:.3g}: {right} of 500 right" in frame["words"]
    assert data["weights"]["names"] == [str(digit) for digit in range(10)]


def test_a_link_to_a_step_shows_the_whole_page_as_it_was_then(app: App):
    run = learned_run(app)
    right = int((network(2, app).classify(app.data.x_test) == app.data.y_test).sum())
    assert right < 500
    for visit in (app.visit(PAGE, network=run.id, step=30), travelled(app, network=run.id, step=30)):
        data = matrix_data(visit)
        assert f"{right} of 500 right" in data["frames"][data["place"]]["words"]
    assert matrix_data(visit)["place"] == 1 and address(visit)["step"] == "30"
    visit = app.visit(PAGE, network=run.id, step=30, view="figures")
    assert f"as it was at epoch 0.5, after 30 steps: {right} of 500 right" in words(visit)
    visit.button(key="last_state").click()
    app.again(visit)
    assert "step" not in address(visit) and "after 30 steps" not in words(visit)


def test_the_scores_at_a_step_give_exactly_the_digits_that_were_read(app: App):
    run = learned_run(app)
    travelled(app, network=run.id)
    for seed, step in enumerate(STEPS, start=1):
        judged = Judged.at(networks.find(run.id), app.data, step)
        expected = network(seed, app).scores(app.data.x_test)
        assert (judged.evaluation.predicted == expected.argmax(axis=1)).all()
        assert np.allclose(judged.scores, expected, rtol=0.005, atol=1e-6)
        assert (judged.network.weights[1][0] == network(seed, app).weights[1][0]).all()
    assert (judged.history.labels[-1] == app.store.runs.results.outputs(run.id).argmax(axis=1)).all()


def test_a_step_that_the_replay_of_a_long_run_leaves_out_is_shown_all_the_same(app: App):
    run = app.begun(TrainingConfig(architecture="linear", epochs=2), network=network(3, app))
    dropped = 60 + min(set(range(50)) - set(kept(50)))
    for step in range(61, 110):
        weights = network(1 if step == dropped else 3, app).to_bytes()
        app.store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 63, network=weights)
    app.store.runs.progress.finish(
        run.id, Status.FINISHED, correct=1, tested=500, scores=network(3, app).scores(app.data.x_test)
    )
    counts = confusion_matrix(app.data.y_test, network(1, app).classify(app.data.x_test)).ravel().tolist()
    visit = travelled(app, network=run.id, step=dropped)
    data = matrix_data(visit)
    assert data["frames"][data["place"]]["counts"] == counts and address(visit)["step"] == str(dropped)
    assert f"after {dropped} steps" in words(visit) and "shows 40 of its snapshots" in words(visit)
    assert not dead_links(visit)
    visit.button(key="last_state").click()
    assert len(matrix_data(app.again(visit))["frames"]) == 40


@pytest.mark.parametrize("step", ["31", "-1", "", "x", "9" * 40, "\u0663"])
def test_a_step_that_was_not_kept_gives_a_notice_and_the_last_state(app: App, step):
    visit = app.visit(PAGE, network=learned_run(app).id, step=step)
    assert "Of step " in dead_links(visit) and "Its last state is shown." in dead_links(visit)
    assert "step" not in address(visit)


def test_the_last_step_is_the_last_state_and_another_network_forgets_the_step(app: App):
    run = learned_run(app)
    assert "step" not in address(app.visit(PAGE, network=run.id, step=60))
    visit = app.visit(PAGE, network=run.id, step=10)
    visit.selectbox(key="judged_network").set_value("linear")
    app.again(visit)
    assert "step" not in address(visit) and not dead_links(visit)


def test_a_link_to_a_step_counts_also_after_a_visit_that_ended_with_another_network(app: App):
    run = learned_run(app)
    visit = app.visit(PAGE, network="linear")
    visit.switch_page("pages/5_Compare.py")
    app.again(visit)
    visit.switch_page(f"pages/{PAGE}")
    visit.query_params.update({"network": run.id, "step": "30", "view": "figures"})
    app.again(visit)
    assert "after 30 steps" in words(visit) and address(visit)["step"] == "30"


def test_networks_that_came_trained_say_how_to_get_snapshots(app: App):
    visit = app.visit(PAGE, network="hidden")
    assert "came trained and kept no snapshots" in words(visit)
    assert len(matrix_data(visit)["frames"]) == 1 and not app.jobs.asked
    assert "keeps no snapshots" in words(app.visit(PAGE, network="hidden", step=3))


def test_a_run_with_one_snapshot_says_that_there_is_nothing_to_replay(app: App):
    run = app.ended()
    waiting = app.visit(PAGE, network=run.id).get("progress")[0].proto.text
    assert waiting == "Asking its 1 snapshot about the test images, a moment, once"
    visit = travelled(app, network=run.id)
    assert "kept only one snapshot" in words(visit)
    assert matrix_data(visit)["weights"] is None


def test_a_run_in_training_shows_its_snapshots_so_far_without_asking_a_worker(app: App):
    run = learned_run(app, Status.RUNNING)
    visit = app.visit(PAGE, network=run.id)
    assert "these are its snapshots so far" in words(visit) and not app.jobs.asked
    assert [frame["step"] for frame in matrix_data(visit)["frames"]] == list(STEPS)
    later = Metric(80, 1.27, 0.3, 0.8, None, None, 4.0)
    app.store.runs.progress.add(run.id, later, images_per_second=640.0, total_steps=126)
    app.store.runs.progress.set_live(run.id, step=80, epoch=1.27, network=network(1, app).to_bytes())
    frames = matrix_data(app.again(visit))["frames"]
    assert [frame["step"] for frame in frames] == [*STEPS, 80] and frames[3]["counts"] == frames[0]["counts"]


def test_the_weights_are_those_of_the_units_that_are_named(app: App):
    first, (kernel, bias) = pretrained("hidden"), pretrained("hidden").weights[1]
    changed = kernel.copy()
    changed[:, 40:50] += 1.0
    last = Network(first.layers, ((), (changed, bias), first.weights[2]))
    run = app.begun(TrainingConfig(architecture="hidden", epochs=2), network=first)
    app.store.runs.progress.add_snapshot(run.id, step=126, epoch=2.0, network=last.to_bytes())
    visit = app.visit(PAGE, network=run.id)
    weights, live = matrix_data(visit)["weights"], sheet(visit)
    assert weights["title"] == "What the first 10 of 100 hidden units look for."
    assert weights["names"] == [str(number) for number in range(1, 11)]
    scores = last.scores(app.data.x_test)
    app.store.runs.progress.finish(run.id, Status.FINISHED, correct=1, tested=500, scores=scores)
    visit = travelled(app, network=run.id)
    weights = matrix_data(visit)["weights"]
    assert weights["title"] == "What the 10 of 100 hidden units that changed most look for."
    assert weights["names"] == [str(number) for number in range(41, 51)] and sheet(visit) != live


def sheet(visit) -> str:
    """The picture of the weights, of all snapshots."""
    (found,) = [each.proto.body for each in visit.get("html") if "--dl-weights-sheet" in each.proto.body]
    return found


def test_the_fate_of_the_chosen_image_goes_with_the_slider(app: App):
    run = learned_run(app)
    reads = [network(seed, app).classify(app.data.x_test) for seed in (1, 2, 3)]
    truth = app.data.y_test
    place = int(np.flatnonzero((reads[0] != truth) & (reads[1] == truth) & (reads[2] == truth))[0])
    image = matrix_data(travelled(app, network=run.id, image=place))["image"]
    assert image["read"] == [int(read[place]) for read in reads] and image["truth"] == truth[place]
    assert "Learned: right from epoch 0.5 on." in image["words"]


def test_a_link_carries_the_numbers_in_the_cells_and_what_they_are_compared_with(app: App):
    visit = app.visit(PAGE, network="linear", cells="difference", against="hidden")
    truth = app.data.y_test
    matrices = [
        Evaluation.of(pretrained(name).scores(app.data.x_test), truth).confusion_matrix for name in ("linear", "hidden")
    ]
    text = matrix_data(visit)["frames"][0]["texts"]
    difference = matrices[0] - matrices[1]
    for cell in np.flatnonzero(difference):
        assert int(text[cell].replace("\u2212", "-")) == difference.flat[cell]
    assert matrix_data(visit)["base"] == matrices[1].ravel().tolist()
    assert (address(visit)["cells"], address(visit)["against"]) == ("difference", "hidden")
    visit.pills(key="matrix_mode").set_value("row")
    app.again(visit)
    assert address(visit)["cells"] == "row" and "against" not in address(visit)


def test_a_run_is_compared_with_its_own_first_snapshot(app: App):
    run = learned_run(app)
    visit = travelled(app, network=run.id, cells="difference", against="step-10")
    frames = matrix_data(visit)["frames"]
    assert set(frames[0]["texts"]) == {""}
    assert matrix_data(visit)["name"] == "at epoch 0.167" and any(frames[2]["texts"])


def test_a_network_of_other_images_is_refused_with_the_reason(app: App):
    ours, other = app.ended(), app.ended(data_name="Synthetic digits", data_digest="another", name="Elsewhere")
    third = app.ended(name="Third")
    visit = app.visit(PAGE, network=ours.id, cells="difference", against=other.id)
    assert "Elsewhere was trained on other images (Synthetic digits)" in words(visit)
    assert address(visit)["against"] == third.id
    assert all(other.id not in each for each in visit.selectbox(key="matrix_against").options)


@pytest.mark.parametrize("query", [{"cells": "x"}, {"cells": "difference", "against": "step-7"}])
def test_unknown_cells_and_comparisons_give_a_notice(app: App, query):
    visit = app.visit(PAGE, network="linear", **query)
    said = dead_links(visit)
    assert "Cells must be one of counts, " in said or "no network or snapshot 'step-7' to compare with" in said


def test_outputs_that_are_no_numbers_are_told_and_are_in_no_cell(app: App):
    run = app.begun()
    scores = pretrained("linear").scores(app.data.x_test)
    scores[range(3), app.data.y_test[:3]] = np.nan  # Where NumPy's argmax finds the highest.
    app.store.runs.progress.finish(run.id, Status.FINISHED, correct=0, tested=500, scores=scores)
    visit = app.visit(PAGE, network=run.id)
    assert "3 of 500 images have no answer" in words(visit)
    right = int((scores[3:].argmax(axis=1) == app.data.y_test[3:]).sum())
    assert f"{right} of 500 right" in words(visit)
    assert sum(matrix_data(visit)["frames"][0]["counts"]) == 497


def test_a_run_deleted_in_another_window_gives_a_sentence(app: App):
    run = learned_run(app)
    visit = travelled(app, network=run.id, step=10)
    app.store.runs.delete(run.id)
    app.again(visit)
    assert visit.selectbox(key="judged_network").value == "linear"
