"""The Train page: the form, the address, one run, the list of runs."""

import json
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from app_without_browser import App, address, charts, dead_links, html, opened_app, pressable, words
from real_workers import wait_for

from mnist_core.errors import RunNotFound, StoreError
from mnist_core.exchange.exports import EXPORTS
from mnist_core.network.choices import OPTIMIZERS
from mnist_core.network.network import pretrained, pretrained_names
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database.schema import live, snapshots
from mnist_core.store.runs.lists import RunLists
from mnist_core.store.runs.records import Cause, Status
from mnist_core.store.runs.results import RunResults
from mnist_core.store.runs.runs import Runs
from mnist_core.store.visitors import mark_of
from ui.frame import state

PAGE = "2_Train.py"


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def test_a_first_visit_offers_the_tutorials_network_and_says_what_to_do(app: App):
    visit = app.visit(PAGE)
    assert visit.radio(key="architecture").value == "hidden"
    assert visit.number_input(key="epochs").value == 5
    assert "No network has been trained here yet" in words(visit)
    assert "79,510" in html(visit) and "Flatten" in html(visit)
    assert app.jobs.warmed and not app.store.runs.lists.all()


def test_the_linear_network_hides_what_it_lacks_and_shows_its_own_layers(app: App):
    visit = app.visit(PAGE)
    visit.radio(key="architecture").set_value("linear")
    app.again(visit)
    assert "7,850" in html(visit) and "79,510" not in html(visit)
    assert "hidden_units" not in {each.key for each in visit.number_input}
    assert "activation" not in {each.key for each in visit.selectbox}
    visit.radio(key="architecture").set_value("hidden")
    app.again(visit)
    assert visit.number_input(key="hidden_units").value == 100


def test_every_setting_says_in_a_line_what_it_does(app: App):
    visit = app.visit(PAGE)
    assert len(visit.caption) >= len(visit.number_input) + len(visit.selectbox) + len(visit.text_input)
    assert all(each.value for each in visit.caption)


def test_start_makes_a_run_with_the_settings_of_the_form_and_opens_it(app: App):
    visit = app.visit(PAGE)
    visit.radio(key="architecture").set_value("linear")
    visit.number_input(key="epochs").set_value(3)
    visit.number_input(key="seed").set_value(7)
    visit.text_input(key="learning_rate").set_value("1e-2")
    pressable(visit, "start").click()
    app.again(visit)
    (run,) = app.store.runs.lists.all()
    assert run.config == TrainingConfig(architecture="linear", epochs=3, seed=7, learning_rate=0.01)
    assert run.total_steps == 3 * 63 and run.data_digest == app.data.digest
    assert app.jobs.submitted == [run.id]
    assert address(visit)["run"] == run.id
    assert "Next in line" in words(visit)


def test_upright_digits_and_pen_styles_are_two_boxes_that_start_unchecked(app: App):
    visit = app.visit(PAGE)
    boxes = {each.label: each for each in visit.checkbox}
    assert {label: box.value for label, box in boxes.items()} == {"Straighten slant": False, "Add pen styles": False}
    for box in boxes.values():
        box.check()
    app.again(visit)
    assert address(visit) == {"straighten": "true", "pen_styles": "true"}
    pressable(visit, "start").click()
    app.again(visit)
    (run,) = app.store.runs.lists.all()
    assert run.config == TrainingConfig(straighten=True, pen_styles=True)
    assert run.total_steps == 5 * 79  # 2,000 images and 500 beside them in batches of 32
    assert "straightened, pen styles" in words(visit) + html(visit)
    again = app.visit(PAGE, straighten="true", pen_styles="false")
    assert [each.value for each in again.checkbox] == [True, False]


def test_two_starts_in_a_row_make_two_runs_that_queue(app: App):
    visit = app.visit(PAGE)
    for _ in range(2):
        pressable(visit, "start").click()
        app.again(visit)
    second, first = app.store.runs.lists.all()
    assert address(visit)["run"] == second.id
    assert app.store.runs.queue.order() == [first.id, second.id]
    assert "2nd in line, 1 run before this one. How long that takes nobody can say" in words(visit)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("epochs", 0, "Epochs must be a whole number from 1 to 1,000, got 0."),
        ("epochs", 10**9, "Epochs must be a whole number from 1 to 1,000, got 1000000000."),
        ("hidden_units", 0, "Hidden units must be a whole number from 1 to 2,048, got 0."),
        ("batch_size", 70_000, "Batch size must be a whole number from 1 to 60,000, got 70000."),
        ("batch_size", 2_001, "Batch size must be at most the 2,000 training images of this data set, got 2001."),
        ("seed", -1, "Seed must be a whole number from 0 to 4,294,967,295, got -1."),
        ("learning_rate", "nan", "Learning rate must be a number above 0 and at most 10, got 'nan'."),
        ("learning_rate", "-1", "Learning rate must be a number above 0 and at most 10, got '-1'."),
        ("learning_rate", "fast", "Learning rate must be a number above 0 and at most 10, got 'fast'."),
        ("learning_rate", "1_0", "Learning rate must be a number above 0 and at most 10, got '1_0'."),
        ("learning_rate", "", "Learning rate must be a number above 0 and at most 10, got ''."),
    ],
)
def test_a_setting_that_cannot_work_ends_in_a_sentence_and_starts_nothing(app: App, key, value, sentence):
    visit = app.visit(PAGE)
    field = visit.text_input(key=key) if isinstance(value, str) else visit.number_input(key=key)
    field.set_value(value)
    app.again(visit)
    pressable(visit, "start").click()
    app.again(visit)
    assert [each.value for each in visit.error] == [sentence]
    assert not app.store.runs.lists.all() and not app.jobs.submitted


def test_each_optimizer_brings_its_own_learning_rate(app: App):
    visit = app.visit(PAGE)
    visit.selectbox(key="optimizer").set_value("sgd")
    app.again(visit)
    assert float(visit.text_input(key="learning_rate").value) == OPTIMIZERS["sgd"].default_learning_rate
    assert OPTIMIZERS["sgd"].words in words(visit)


def test_the_address_fills_the_form_and_follows_it(app: App):
    visit = app.visit(PAGE, architecture="linear", epochs=12, seed=3, learning_rate=0.00012345678)
    assert visit.radio(key="architecture").value == "linear"
    assert visit.number_input(key="epochs").value == 12
    assert visit.text_input(key="learning_rate").value == "0.00012345678"
    assert not visit.info[:-1]
    visit.number_input(key="epochs").set_value(5)
    app.again(visit)
    assert address(visit) == {
        "architecture": "linear",
        "seed": "3",
        "learning_rate": "0.00012345678",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("epochs", "abc"),
        ("epochs", "0"),
        ("epochs", "9" * 5_000),
        ("epochs", "1e3"),
        ("learning_rate", "nan"),
        ("learning_rate", "<b>"),
        ("architecture", "../../etc/passwd"),
        ("activation", ""),
        ("batch_size", "-32"),
        ("seed", "\u0663"),
        ("straighten", "yes"),
        ("pen_styles", "1"),
    ],
)
def test_nonsense_in_the_address_gives_a_notice_and_the_default(app: App, name, text):
    visit = app.visit(PAGE, **{name: text})
    assert " must be " in dead_links(visit) and "is used instead." in dead_links(visit)
    assert visit.session_state[name] == ("0.001" if name == "learning_rate" else getattr(TrainingConfig(), name))
    assert name not in address(visit)


@pytest.mark.parametrize("run", ["zzz", "00000000", "' OR 1=1 --", "\U0001f600", "x" * 10_000])
def test_a_link_to_no_run_says_so_and_shows_the_form(app: App, run):
    visit = app.visit(PAGE, run=run)
    assert "There is no run" in words(visit)
    kinds = [each.type for each in visit.main]
    assert kinds.index("info") < kinds.index("radio")  # On a phone the form is longer than the window.
    assert "run" not in address(visit)
    assert "79,510" in html(visit)


def test_a_run_in_training_shows_figures_curves_and_weights(app: App):
    run = app.begun()
    visit = app.visit(PAGE, run=run.id)
    assert len(charts(visit)) == 2
    body = html(visit)
    assert "77.2 %" in body and "386 of 500 right" in body  # the latest test accuracy
    assert "80.0 %" in body and "640" in body
    (network,) = looked_into(visit)
    assert network["name"].startswith(run.id) and network["layers"][-1]["shapes"] == [[784, 10], [10]]
    assert not pressable(visit, "stop_run").disabled


def test_the_curves_are_told_to_those_who_do_not_see_them_and_are_a_file_at_the_end(app: App):
    run, ended = app.begun(), app.ended()
    visit = app.visit(PAGE, run=run.id)
    assert all("the numbers are in the table below" in chart.proto.alt for chart in charts(visit))
    row = "<th scope='row'>0.64</th><td>68.2 %</td><td>0.5500</td><td>70.0 %</td><td>0.5000</td>"
    assert row in html(visit) and "Download as CSV" not in downloads(visit)
    visit = app.visit(PAGE, run=ended.id)
    assert row in html(visit) and "Download as CSV" in downloads(visit)


def downloads(visit) -> list[str]:
    return [each.proto.label for each in visit.get("download_button")]


def looked_into(visit) -> list[dict]:
    """The networks whose inside is drawn, as the page gives them to the browser."""
    sent = [each.proto.bytes for each in visit.get("bidi_component") if each.proto.bytes]
    return [network for each in sent for network in json.loads(each[4 : 4 + int.from_bytes(each[:4], "little")])]


def test_a_finished_run_can_be_looked_into_at_each_of_its_snapshots(app: App):
    run = app.ended()
    for step in (20, 60):
        content = pretrained(run.config.architecture).to_bytes()
        app.store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 63, network=content)
    visit = app.visit(PAGE, run=run.id)
    (last,) = looked_into(visit)
    (slider,) = [each for each in visit.select_slider if each.key == f"run_inside_step_{run.id}"]
    assert len(slider.options) == 2
    slider.set_value(20)
    app.again(visit)
    (first,) = looked_into(visit)
    assert last["name"] != first["name"] and first["name"].startswith(f"{run.id}-at-")


def test_a_dead_unit_and_one_that_doubles_another_are_named(app: App):
    usual = pretrained("hidden")
    flatten, (kernel, bias), last = usual.weights
    kernel, bias = kernel.copy(), bias.copy()
    kernel[:, 4], bias[4] = -1, -1
    kernel[:, 7], bias[7] = 2 * kernel[:, 2], 2 * bias[2]
    run = app.ended(network=replace(usual, weights=(flatten, (kernel, bias), last)))
    visit = app.visit(PAGE, run=run.id)
    wait_for(lambda: not state.dataset_is_coming())
    app.again(visit)
    said = words(visit)
    assert re.search(r"Units 5, .* are dead: none of 500 test images makes them speak\.", said)  # Of noise, many are.
    assert "Unit 8 doubles unit 3: the two rise and fall together (correlation 1.00)." in said


def test_a_run_whose_weights_were_not_kept_shows_all_else(app: App):
    run = app.ended()
    with app.store.database.write() as connection:
        for table in (snapshots, live):
            connection.execute(sa.delete(table).where(table.c.run_id == run.id))
    visit = app.visit(PAGE, run=run.id)
    assert not looked_into(visit) and len(charts(visit)) == 2 and not visit.exception


def test_pause_resume_and_stop_reach_the_store(app: App):
    run = app.begun()
    visit = app.visit(PAGE, run=run.id)
    for name, command in (("pause_run", "pause"), ("resume_run", "run"), ("stop_run", "stop")):
        pressable(visit, name).click()
        app.again(visit)
        assert app.store.runs.get(run.id).command == command
        app.again(visit)
    assert pressable(visit, "stop_run").disabled and pressable(visit, "pause_run").disabled


def test_a_press_that_is_delivered_twice_acts_once(app: App):
    run = app.begun()
    visit = app.visit(PAGE, run=run.id)
    for name, command in (("pause_run", "pause"), ("step_run", "step"), ("pause_run", "pause"), ("resume_run", "run")):
        app.store.runs.progress.beat(run.id, paused=app.store.runs.get(run.id).command == "pause")
        press = pressable(app.again(visit), name).click()
        app.again(visit)
        if command == "step":
            app.store.runs.progress.beat(run.id, paused=True, done="step")
            command = "pause"
            app.again(visit)
        app.deliver_again(visit, press)
        assert app.store.runs.get(run.id).command == command and not visit.error
        if name == "step_run":
            app.store.runs.command(run.id, "run")
    press = pressable(app.again(visit), "stop_run").click()
    app.again(visit)
    app.store.runs.progress.set_state(run.id, step=60, state=b"state")
    app.store.runs.progress.finish(run.id, Status.STOPPED)
    more = pressable(app.again(visit), "train_on").click()
    app.again(visit)
    for each in (press, more):
        app.deliver_again(visit, each)
    now = app.store.runs.get(run.id)
    assert (now.command, now.config.epochs) == ("run", run.config.epochs + 5) and not visit.error


def test_a_press_on_start_that_is_delivered_twice_starts_one_run_and_the_next_another(app: App):
    visit = app.visit(PAGE, architecture="linear")
    for runs in (1, 2):
        press = pressable(visit, "start").click()
        app.again(visit)
        app.deliver_again(visit, press)
        app.again(visit)
        assert len(app.store.runs.lists.all()) == runs == len(set(app.jobs.submitted))


def test_a_press_that_was_overtaken_in_another_window_does_nothing_and_says_so(app: App):
    run = app.begun()
    visit = app.visit(PAGE, run=run.id)
    app.store.runs.command(run.id, "pause")
    app.store.runs.command(run.id, "run")
    pressable(visit, "stop_run").click()
    app.again(visit)
    assert app.store.runs.get(run.id).command == "run" and "Nothing was done: somebody changed it" in words(visit)


def test_a_cluster_says_on_which_machine_a_run_is_trained(app: App, monkeypatch):
    run = app.queued()
    app.store.runs.progress.claim(run.id, owner="lab-<7>/4711/0a1b2c3d")
    assert "on lab-" not in html(app.visit(PAGE, run=run.id))  # One machine: nobody asks which.
    cluster = replace(state.settings(), scheduler="tcp://127.0.0.1:8786")
    monkeypatch.setattr(state, "settings", lambda: cluster)
    assert "Training on lab-&lt;7&gt;<" in html(app.visit(PAGE, run=run.id))
    app.store.heartbeats.mark_lost(0), app.store.heartbeats.mark_lost(0)
    assert "Trained on lab-&lt;7&gt;<" in html(app.visit(PAGE, run=run.id))
    app.store.runs.requeue(run.id)
    assert "on lab-" not in html(app.visit(PAGE, run=run.id))


def test_a_run_that_waits_can_be_stopped_but_not_paused(app: App):
    run = app.queued()
    visit = app.visit(PAGE, run=run.id)
    assert pressable(visit, "pause_run").disabled
    pressable(visit, "stop_run").click()
    app.again(visit)
    assert app.store.runs.get(run.id).status == Status.STOPPED
    assert "It had not begun." in words(app.again(visit))


def test_a_queued_run_says_what_it_waits_for(app: App):
    run = app.queued()
    app.jobs.state = "starting"
    assert "starting TensorFlow" in words(app.visit(PAGE, run=run.id))
    app.jobs.state, app.jobs.problem = "failed", "No scheduler answers at tcp://nowhere:1."
    visit = app.visit(PAGE, run=run.id)
    assert app.jobs.problem in words(visit)
    warmed = app.jobs.warmed
    visit.button(key="retry_worker").click()
    app.again(visit)
    assert app.jobs.warmed > warmed + 1


def test_a_finished_run_shows_its_accuracy_with_denominator_and_interval(app: App):
    run = app.ended()
    visit = app.visit(PAGE, run=run.id)
    body = html(visit)
    assert f"{run.correct:,} of 500 right" in body and "95 % interval" in body
    assert not pressable(visit, "stop_run") and not pressable(visit, "go_on")


@pytest.mark.parametrize("status", [Status.INTERRUPTED, Status.FAILED])
def test_a_run_that_was_cut_short_says_why_and_can_go_on(app: App, status):
    run = app.begun()
    app.store.runs.progress.set_state(run.id, step=60, state=b"state")
    app.store.runs.progress.finish(run.id, status, message="The worker died.")
    visit = app.visit(PAGE, run=run.id)
    assert f"This run was {status}. The worker died." in words(visit)
    assert pressable(visit, "go_on").label == "Go on from the last snapshot"
    pressable(visit, "go_on").click()
    app.again(visit)
    assert app.store.runs.get(run.id).status == Status.QUEUED
    assert app.jobs.submitted == [run.id]


def test_a_run_without_a_state_can_only_begin_again(app: App):
    run = app.ended(Status.FAILED, message="The images are others.")
    assert pressable(app.visit(PAGE, run=run.id), "go_on").label == "Start it again"


def test_a_run_whose_loss_ceased_to_be_a_number_starts_again_with_a_smaller_learning_rate(app: App):
    run = app.ended(Status.FAILED, cause=Cause.DIVERGED)
    visit = app.visit(PAGE, run=run.id)
    assert "This run was failed. The loss ceased to be a number at step 60: a learning rate of" in words(visit)
    assert not pressable(visit, "go_on")  # It would come to the same end.
    pressable(visit, "smaller_rate").click()
    app.again(visit)
    again = next(each for each in app.store.runs.lists.all() if each.id != run.id)
    assert again.config.learning_rate == pytest.approx(run.config.learning_rate / 10)
    assert (again.parent, app.jobs.submitted, address(visit)["run"]) == (run.id, [again.id], again.id)


def test_single_steps_and_epochs_are_for_runs_that_wait(app: App):
    run = app.begun()
    assert pressable(app.visit(PAGE, run=run.id), "step_run").disabled
    app.store.runs.command(run.id, "pause")
    app.store.runs.progress.beat(run.id, paused=True)
    visit = app.visit(PAGE, run=run.id)
    pressable(visit, "step_run").click()
    app.again(visit)
    assert app.store.runs.get(run.id).command == "step"
    app.store.runs.progress.beat(run.id, paused=True, done="step")
    app.again(visit)
    pressable(visit, "epoch_run").click()
    app.again(visit)
    assert app.store.runs.get(run.id).command == "epoch"


def test_a_stopped_run_goes_on_by_one_step(app: App):
    run = app.ended(Status.STOPPED)
    visit = app.visit(PAGE, run=run.id)
    pressable(visit, "step_ended_run").click()
    app.again(visit)
    waiting = app.store.runs.get(run.id)
    assert (waiting.status, waiting.command, app.jobs.submitted) == (Status.QUEUED, "step", [run.id])


def test_after_training_come_the_ways_to_use_the_network_then_figures_and_curves_then_more_epochs(app: App):
    run = app.ended()
    visit = app.visit(PAGE, run=run.id)
    elements = list(visit.main)
    links = [place for place, each in enumerate(elements) if each.type == "page_link" and run.id in str(each.proto)]
    assert [elements[place].proto.label for place in links] == ["Draw with it", "See its mistakes", "Compare it"]
    figures = next(
        place for place, each in enumerate(elements) if 'class="dl-figures"' in getattr(each.proto, "body", "")
    )
    keys = [getattr(each, "key", None) for each in elements]
    first_curve = next(place for place, each in enumerate(elements) if each.type == "vega_lite_chart")
    assert links[-1] < figures < first_curve < keys.index(f"more_epochs_{run.id}")


def test_after_a_stop_the_ways_to_use_the_network_come_before_going_on_with_it(app: App):
    run = app.ended(Status.STOPPED)
    elements = list(app.visit(PAGE, run=run.id).main)
    links = [place for place, each in enumerate(elements) if each.type == "page_link" and run.id in str(each.proto)]
    (go_on,) = (place for place, each in enumerate(elements) if str(getattr(each, "key", "")).startswith("go_on_"))
    assert len(links) == 3 and links[-1] < go_on


def test_a_finished_run_is_given_more_epochs_or_told_why_not(app: App):
    run = app.ended()
    visit = app.visit(PAGE, run=run.id)
    pressable(visit, "train_on").click()
    app.again(visit)
    assert "the state of its optimizer was not kept" in words(visit)
    assert app.store.runs.get(run.id).status == Status.FINISHED
    app.store.runs.progress.set_state(run.id, step=126, state=b"state")
    visit.number_input(key=f"more_epochs_{run.id}").set_value(0)
    pressable(visit, "train_on").click()
    app.again(visit)
    assert "Epochs must be a whole number from 1 to 1,000, got 0." in words(visit)
    assert "optimizer" not in words(visit) and app.store.runs.get(run.id).status == Status.FINISHED
    visit.number_input(key=f"more_epochs_{run.id}").set_value(5)
    pressable(visit, "train_on").click()
    app.again(visit)
    longer = app.store.runs.get(run.id)
    assert (longer.status, longer.config.epochs, longer.total_steps) == (
        Status.QUEUED,
        6,
        378,
    )  # It had ended in its first epoch.
    assert app.jobs.submitted == [run.id]


def test_a_run_that_waits_for_more_epochs_does_not_show_its_result_as_that_of_all_of_them(app: App):
    run = app.ended()
    app.store.runs.progress.set_state(run.id, step=126, state=b"state")
    app.store.runs.extend(run.id, 5)
    visit = app.visit(PAGE, run=run.id)
    assert f"{run.correct:,} of 500 right" not in html(visit)
    app.store.runs.command(run.id, "stop")
    assert f"{run.correct:,} of 500 right" in html(app.visit(PAGE, run=run.id))


def test_the_choices_of_when_to_end_are_in_the_form_and_in_the_address(app: App):
    visit = app.visit(PAGE, target_accuracy=0.97, patience=3)
    assert visit.number_input(key="target_accuracy_percent").value == 97.0
    pressable(visit, "start").click()
    app.again(visit)
    (run,) = app.store.runs.lists.all()
    assert (run.config.target_accuracy, run.config.patience) == (0.97, 3)
    assert address(visit)["target_accuracy"] == "0.97"
    assert "patience of 3 epochs, enough at 97 % right" in html(visit)


def test_a_run_can_be_renamed_but_not_to_nothing(app: App):
    run = app.ended()
    visit = app.visit(PAGE, run=run.id)
    visit.text_input(key=f"name_view_{run.id}").set_value("  My <b>first</b> run ")
    visit.button(key=f"rename_view_{run.id}").click()
    app.again(visit)
    assert app.store.runs.get(run.id).name == "My <b>first</b> run"
    assert "My &lt;b&gt;first&lt;/b&gt; run" in html(visit) and "<b>first</b>" not in html(visit)
    visit.text_input(key=f"name_view_{run.id}").set_value("   ")
    visit.button(key=f"rename_view_{run.id}").click()
    app.again(visit)
    assert "1 to 80 characters" in words(visit)
    assert app.store.runs.get(run.id).name == "My <b>first</b> run"


def test_deleting_asks_first(app: App):
    run = app.ended()
    visit = app.visit(PAGE, run=run.id)
    visit.button(key=f"delete_view_{run.id}").click()
    app.again(visit)
    assert app.store.runs.get(run.id)
    visit.button(key=f"keep_view_{run.id}").click()
    app.again(visit)
    assert not pressable(visit, f"delete_for_good_view_{run.id}")
    visit.button(key=f"delete_view_{run.id}").click()
    app.again(visit)
    pressable(visit, f"delete_for_good_view_{run.id}").click()
    app.again(visit)
    with pytest.raises(RunNotFound):
        app.store.runs.get(run.id)
    assert "run" not in address(visit) and "No network has been trained" in words(visit)


def test_a_confirmation_deletes_what_was_shown_and_not_what_has_become_of_it(app: App):
    run = app.ended(Status.STOPPED)
    visit = app.visit(PAGE, run=run.id)
    visit.button(key=f"delete_view_{run.id}").click()
    app.again(visit)
    app.store.runs.requeue(run.id)  # In another window,
    app.store.runs.command(run.id, "stop")
    app.store.runs.progress.claim(run.id)
    app.store.runs.progress.finish(run.id, Status.STOPPED)
    pressable(visit, f"delete_for_good_view_{run.id}").click()
    app.again(visit)
    assert app.store.runs.get(run.id) and "Nothing was done" in words(visit)
    assert not pressable(visit, f"delete_for_good_view_{run.id}")


def test_a_run_in_training_cannot_be_deleted_unseen(app: App):
    run = app.begun()
    visit = app.visit(PAGE, run=run.id)
    assert not [button for button in visit.button if (button.key or "").startswith("delete")]


def test_fifty_runs_are_listed_ten_a_page(app: App):
    for number in range(53):
        app.queued(name=f"Run number {number:02}")
    visit = app.visit(PAGE)
    assert html(visit).count('class="dl-run"') == 10
    assert "Run number 52" in html(visit) and "Run number 42" not in html(visit)
    for _ in range(5):
        pressable(visit, "runs_older").click()
        app.again(visit)
    assert html(visit).count('class="dl-run"') == 3
    assert "Run number 00" in html(visit)
    assert pressable(visit, "runs_older").disabled and not pressable(visit, "runs_newer").disabled


def test_open_puts_the_run_into_the_address_and_close_takes_it_out(app: App):
    run = app.ended()
    visit = app.visit(PAGE)
    visit.button(key=f"open_{run.id}").click()
    app.again(visit)
    assert address(visit)["run"] == run.id and len(charts(visit)) == 2
    visit.button(key="close_run").click()
    app.again(visit)
    assert "run" not in address(visit) and not charts(visit)


def test_only_new_points_of_the_curves_are_fetched(app: App, monkeypatch):
    run = app.begun()
    asked = []
    metrics = RunResults.metrics

    def counted(self, run_id, after_step=-1):
        asked.append(after_step)
        return metrics(self, run_id, after_step)

    monkeypatch.setattr(RunResults, "metrics", counted)
    visit = app.visit(PAGE, run=run.id)
    app.again(visit)
    assert asked == [-1]


def test_a_store_that_refuses_ends_in_its_sentence(app: App, monkeypatch):
    run = app.begun()

    def refuse(*_):
        raise StoreError("The database is locked by another program.")

    visit = app.visit(PAGE, run=run.id)
    monkeypatch.setattr(Runs, "get", refuse)
    monkeypatch.setattr(RunLists, "all", refuse)
    app.again(visit)
    assert "locked by another program" in words(visit)


def test_a_start_that_the_store_refuses_says_so_at_the_form_and_leaves_the_rest(app: App, monkeypatch):
    def refuse(*_, **__):
        raise StoreError("The disk is full.")

    run = app.ended()
    monkeypatch.setattr(Runs, "create", refuse)
    visit = app.visit(PAGE)
    pressable(visit, "start").click()
    app.again(visit)
    assert [each.value for each in visit.error] == ["The disk is full."]
    assert "79,510" in html(visit) and run.name in html(visit)


def test_synthetic_images_are_named_where_their_numbers_stand(app: App):
    assert "These numbers come from **synthetic digits**" in words(app.visit(PAGE))


def test_a_run_leaves_in_five_formats_each_with_what_it_is_for_and_as_a_link(app: App):
    config = TrainingConfig("linear", epochs=2, seed=7, learning_rate=0.01)
    run = app.ended(config=config, data_name="MNIST", total_steps=60)
    visit = app.visit(PAGE, run=run.id)
    labels = [each.label for each in visit.get("download_button")]
    assert [label for label in labels if label.startswith(".")] == [".keras", ".tflite", ".npz", ".ipynb", ".py"]
    for each in EXPORTS.values():
        assert each.words in words(visit)
    link = urlsplit(visit.code[0].value)
    assert link.path.endswith("/Train")
    again = app.visit(PAGE, **dict(parse_qsl(link.query)))
    pressable(again, "start").click()
    app.again(again)
    assert app.store.runs.lists.all()[0].config == config


def test_what_a_file_leaves_out_is_said_where_it_is_downloaded(app: App):
    run = app.ended(config=TrainingConfig("linear", pen_styles=True, straighten=True))
    visit = app.visit(PAGE, run=run.id)
    assert ".ipynb and .py: The run also learned from digits drawn as people write" in words(visit)
    assert ".keras and .tflite: it learned from upright digits" in words(visit)
    run = app.ended(config=TrainingConfig("linear", loss="mean_squared_error"))
    assert ".keras: its loss compares with a number for each class" in words(app.visit(PAGE, run=run.id))
    plain = app.ended()
    assert "learned from" not in words(app.visit(PAGE, run=plain.id)).replace("learned from few images", "")


def brought(app: App, content: bytes, file: str, name: str = ""):
    visit = app.visit(PAGE)
    visit.file_uploader(key="bring_file_0").set_value((file, content, "application/octet-stream"))
    visit.text_input(key="bring_name_0").set_value(name)
    app.again(visit)
    visit.button(key="bring_import").click()
    return app.again(visit)


def test_a_network_is_brought_and_used_like_any_other(app: App):
    visit = brought(app, pretrained("linear").to_bytes(), "mine.npz", name="From home")
    (run,) = app.store.runs.lists.all()
    assert (run.name, run.status, run.tested) == ("From home", Status.FINISHED, 500)
    assert address(visit)["run"] == run.id
    assert "Imported from mine.npz." in html(visit)
    assert f"It is a run now, open above: {run.correct} of 500 right" in words(visit)
    assert "It was imported: how it was trained is not known here." in words(visit)
    assert not visit.code and not visit.warning
    assert "Adam" not in html(visit) and "batches of" not in html(visit)
    assert not app.jobs.submitted and not pressable(visit, "go_on")
    for page in ("1_Draw.py", "4_Mistakes.py"):
        assert "From home" in str(app.visit(page, network=run.id).selectbox)
    compared = app.visit("5_Compare.py", a=run.id, b=app.ended().id)
    assert "not known" in html(compared)


def test_a_file_that_cannot_be_brought_ends_in_its_sentence_and_makes_no_run(app: App):
    visit = brought(app, b"\x80\x04nothing", "<b>evil</b>.keras")
    assert "which is code: no file may run code here" in visit.error[0].value
    assert "<b>" not in visit.error[0].value
    assert not app.store.runs.lists.all() and "run" not in address(visit)


def pressed(visit, label):
    """The button with this label."""
    (found,) = [each for each in visit.button if each.label == label]
    return found


def test_several_runs_are_ticked_and_those_alone_deleted_after_a_question_that_counts_them(app):
    gone, stays, live = app.ended(), app.ended(), app.begun()
    visit = app.visit("2_Train.py")
    visit.toggle(key="choose_runs").set_value(True)
    app.again(visit)
    for run in (gone, live):
        visit.checkbox(key=f"tick_{run.id}_{run.revision}").check()
        app.again(visit)
    pressed(visit, "Delete 1 run").click()
    app.again(visit)
    assert any("Delete 1 run with weights and curves?" in each.value for each in visit.warning)
    late = app.ended()  # After the question.
    for_good = pressed(visit, "Delete 1 run for good")
    for_good.click()
    app.again(visit)
    assert {run.id for run in app.store.runs.lists.all()} == {stays.id, live.id, late.id}
    app.deliver_again(visit, for_good)
    assert {run.id for run in app.store.runs.lists.all()} == {stays.id, live.id, late.id}
    assert any(each.value == "1 run was deleted." for each in visit.info)
    visit.checkbox(key=f"tick_{live.id}_{live.revision}").check()
    app.again(visit)
    pressed(visit, "Stop 1 run").click()
    app.again(visit)
    assert app.store.runs.get(live.id).command == "stop" and not visit.checkbox(key=f"tick_{live.id}_1").value


def test_that_the_last_runs_were_deleted_is_said_though_no_run_is_left(app):
    run = app.ended()
    visit = app.visit("2_Train.py")
    visit.toggle(key="choose_runs").set_value(True)
    app.again(visit)
    visit.checkbox(key=f"tick_{run.id}_{run.revision}").check()
    app.again(visit)
    for label in ("Delete 1 run", "Delete 1 run for good"):
        pressed(visit, label).click()
        app.again(visit)
    assert not app.store.runs.lists.all() and any(each.value == "1 run was deleted." for each in visit.info)


def test_all_of_ones_own_that_ended_can_be_deleted_and_nobody_elses(app):
    visit = app.visit("2_Train.py")
    mine = mark_of(visit.session_state["visitor"])
    own = [app.ended(visitor=mine) for _ in range(2)]
    others = [app.ended(), app.ended(visitor="b" * 32), app.begun(visitor=mine)]
    app.again(visit)
    visit.toggle(key="choose_runs").set_value(True)
    app.again(visit)
    pressed(visit, "Delete all 2 of mine that ended").click()
    app.again(visit)
    own.append(app.ended(visitor=mine))  # Nobody has seen it yet.
    pressed(visit, "Delete 2 runs for good").click()
    app.again(visit)
    assert {run.id for run in app.store.runs.lists.all()} == {own[-1].id, *(run.id for run in others)}


def test_a_network_older_than_those_on_the_lists_is_there_by_its_link(app, monkeypatch):
    monkeypatch.setattr("ui.networks.MOST_RUNS", 1)
    old, _, newest = (app.ended() for _ in range(3))
    for query, there in (({}, [newest.id]), ({"network": old.id}, [newest.id, old.id])):
        visit = app.visit("4_Mistakes.py", **query)
        choice = visit.selectbox(key="judged_network")
        assert len(choice.options) == len(pretrained_names()) + len(there)
        assert (choice.value == old.id) == bool(query)
