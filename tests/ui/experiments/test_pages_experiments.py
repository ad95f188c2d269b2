"""The Experiments page without a browser: what can be tried, what it costs, and what it found."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from app_without_browser import App, address, charts, dead_links, html, opened_app, pressable, words

from mnist_core.experiments import Plan, start
from mnist_core.experiments.presets import PRESETS
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database import schema
from mnist_core.store.runs.records import HOLD, Cause, Metric, Status
from mnist_core.store.runs.waits import EACH_RUN
from ui.experiments import VIEWS

PAGE = "6_Experiments.py"
LAYER = Plan(choices={"architecture": ("linear", "hidden")}, seeds=3, preset="hidden-layer")
READ = {"linear": (400, 402, 404), "hidden": (450, 460, 455)}  # of 500


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def started(app: App, plan: Plan = LAYER, name: str = "Layers"):
    data = app.data
    return start(app.store, plan, name=name, data_name=data.name, data_digest=data.digest, images=len(data.y_train))


def finish(app: App, run, correct: int | None, status: str = Status.FINISHED, **facts) -> None:
    """A trial that was trained, and reads as many of 500 images."""
    app.store.runs.progress.claim(run.id)
    point = Metric(run.total_steps, run.config.epochs, 0.3, 0.9, 0.3, (correct or 0) / 500, 2.0)
    app.store.runs.progress.add(run.id, point, images_per_second=1000.0, total_steps=run.total_steps)
    content = pretrained(run.config.architecture).to_bytes()
    app.store.runs.progress.add_snapshot(run.id, step=run.total_steps, epoch=run.config.epochs, network=content)
    tested = 500 if correct is not None else None
    app.store.runs.progress.finish(run.id, status, correct=correct, tested=tested, **facts)


def finished(app: App, plan: Plan = LAYER):
    experiment = started(app, plan)
    for run in app.store.trials.all(experiment.id):
        finish(app, run, READ[run.config.architecture][run.config.seed % 3])
    return experiment


def choose(app: App, visit, key: str, value: object):
    """Click a segment: AppTest knows no segmented control by its name."""
    next(each for each in visit.button_group if each.key == key).set_value(value)
    return app.again(visit)


def progress(visit) -> str:
    """What stands at the bar of how far the experiment is."""
    return visit.get("progress")[0].proto.text


def test_a_first_visit_offers_the_questions_and_says_what_one_costs(app: App):
    visit = app.visit(PAGE)
    assert visit.radio(key="experiment_preset").options == [preset.question for preset in PRESETS.values()]
    assert "6 trials on 1 worker" in words(visit)
    assert "nobody knows before the first such run" in words(visit)
    assert "Nothing has been tried here yet" in words(visit)
    assert app.jobs.warmed and not app.store.experiments.all()


def test_the_cost_follows_how_fast_runs_were_before(app: App):
    for architecture in ("linear", "hidden"):
        run = app.begun(TrainingConfig(architecture=architecture, epochs=2))
        app.store.runs.progress.finish(run.id, Status.FINISHED)  # 60 steps of 32 images in 3 s: 640 a second.
    seconds = (6 * 5 * 2_000 / 640) + 6 * EACH_RUN
    assert f"about {seconds // 60:.0f} min {seconds % 60:02.0f} s" in words(app.visit(PAGE))


def test_start_queues_every_trial_of_the_question_and_opens_it(app: App):
    visit = app.visit(PAGE)
    visit.number_input(key="experiment_seeds_hidden-layer").set_value(2)
    app.again(visit)
    pressable(visit, "start_experiment").click()
    app.again(visit)
    (experiment,) = app.store.experiments.all()
    trials = app.store.trials.all(experiment.id)
    assert [(run.config.architecture, run.config.seed) for run in trials] == [
        ("linear", 0),
        ("hidden", 0),
        ("linear", 1),
        ("hidden", 1),
    ]
    assert {run.status for run in trials} == {Status.QUEUED}
    assert address(visit)["experiment"] == experiment.id
    assert app.jobs.submitted == [experiment.id]
    assert experiment.name == "What does the hidden layer buy?"
    assert "0 of 4 trials done" in str(visit.get("progress")[0].proto)


def test_too_many_trials_are_refused_with_their_number_and_nothing_is_queued(app: App):
    visit = app.visit(PAGE)
    visit.number_input(key="experiment_seeds_hidden-layer").set_value(21)
    app.again(visit)
    assert "Seeds must be a whole number from 1 to 20, got 21" in words(visit)
    assert not pressable(visit, "start_experiment")
    visit = choose(app, app.visit(PAGE), "experiment_kind", "own")
    visit.text_input(key="plan_hidden_units_").set_value(",".join(map(str, range(1, 101))))
    app.again(visit)
    assert "at most 500 trials" in words(visit) and "got 600" in words(visit)


def test_a_plan_of_ones_own_is_started_as_it_stands_in_the_form(app: App):
    visit = choose(app, app.visit(PAGE), "experiment_kind", "own")
    visit.multiselect(key="plan_varied").set_value(["learning_rate", "optimizer"])
    app.again(visit)
    visit.text_input(key="plan_learning_rate_").set_value("0.01, 1e-3")
    visit.multiselect(key="plan_optimizer").set_value(["sgd"])
    app.again(visit)
    pressable(visit, "start_experiment").click()
    app.again(visit)
    (experiment,) = app.store.experiments.all()
    trials = app.store.trials.all(experiment.id)
    assert [(run.config.learning_rate, run.config.optimizer, run.config.seed) for run in trials] == [
        (0.01, "sgd", 0),
        (0.001, "sgd", 0),
        (0.01, "sgd", 1),
        (0.001, "sgd", 1),
    ]
    assert experiment.name == "Learning rate"


def test_a_random_plan_takes_ranges(app: App):
    visit = choose(app, app.visit(PAGE), "experiment_kind", "own")
    visit = choose(app, visit, "plan_method", "random")
    visit.multiselect(key="plan_varied").set_value(["learning_rate"])
    app.again(visit)
    visit.text_input(key="plan_learning_rate_drawn").set_value("0.001 to much")
    app.again(visit)
    assert "two numbers with 'to' between them" in words(visit)
    visit.text_input(key="plan_learning_rate_drawn").set_value("0.001 to 0.1")
    app.again(visit)
    pressable(visit, "start_experiment").click()
    app.again(visit)
    rates = {run.config.learning_rate for run in app.store.trials.all(app.store.experiments.all()[0].id)}
    assert len(rates) == 12 and all(0.001 <= rate <= 0.1 for rate in rates)


def test_the_address_fills_the_form_of_a_plan_and_follows_it(app: App):
    link = {
        "plan": "random",
        "vary": "learning_rate,activation,straighten",
        "learning_rate": "0.001 to 0.1",
        "activation": "tanh,relu",
        "epochs": "1",
        "seeds": "4",
        "settings": "5",
        "search_seed": "7",
        "pruning": "true",
    }
    visit = app.visit(PAGE, **link)
    assert not visit.info or "link" not in visit.info[0].value
    assert address(visit) == link
    assert visit.multiselect(key="plan_varied").value == ["learning_rate", "activation", "straighten"]
    assert visit.text_input(key="plan_learning_rate_drawn").value == "0.001 to 0.1"
    assert visit.checkbox(key="plan_pruning").value
    visit.number_input(key="plan_seeds").set_value(2)  # As usual: the address need not say it.
    visit.multiselect(key="plan_activation").set_value(["relu"])
    app.again(visit)
    assert address(visit) == {**{name: link[name] for name in link if name != "seeds"}, "activation": "relu"}
    visit.text_input(key="plan_learning_rate_drawn").set_value("quick")
    app.again(visit)
    assert "got 'quick'" in words(visit) and address(visit)["learning_rate"] == "0.001 to 0.1"
    visit.text_input(key="plan_learning_rate_drawn").set_value("0.01 , 0.02")
    app.again(visit)
    assert address(visit)["learning_rate"] == "0.01,0.02"
    again = app.visit(PAGE, **address(visit))  # What the address says is the same plan.
    pressable(again, "start_experiment").click()
    app.again(again)
    plan = Plan.from_dict(app.store.experiments.all()[0].plan)
    assert plan == Plan(
        base=TrainingConfig(epochs=1),
        choices={"learning_rate": (0.01, 0.02), "activation": ("relu",), "straighten": (False, True)},
        method="random",
        settings=5,
        seeds=2,
        search_seed=7,
        pruning=True,
    )
    assert list(address(again)) == ["experiment"]


def test_a_question_and_its_seeds_are_in_the_address(app: App):
    visit = app.visit(PAGE, question="how-many-units", seeds=5)
    assert visit.radio(key="experiment_preset").value == "how-many-units"
    assert visit.number_input(key="experiment_seeds_how-many-units").value == 5
    visit.radio(key="experiment_preset").set_value("hidden-layer")
    app.again(visit)
    assert address(visit) == {}
    choose(app, visit, "experiment_kind", "own")
    assert address(visit) == {"plan": "grid"}
    visit.multiselect(key="plan_varied").set_value(["epochs"])
    app.again(visit)
    assert address(visit) == {"plan": "grid", "vary": "epochs"}


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ({"question": "why"}, "Question must be one of hidden-layer, "),
        ({"seeds": "21"}, "Seeds must be a whole number from 1 to 20, got 21. 3 is used instead."),
        ({"plan": "best"}, "Plan must be one of grid, random, got 'best'. grid is used instead."),
        ({"plan": "grid", "vary": "mood"}, "What varies must be among architecture, "),
        (
            {"plan": "grid", "hidden_units": "few"},
            "Hidden units must be a whole number from 1 to 2,048, got 'few'. 25, 50, 100, 200 is used",
        ),
        ({"plan": "grid", "hidden_units": "8 to 64"}, "Method must be random where there are ranges"),
        ({"plan": "grid", "hidden_units": "9" * 6_000}, "Hidden units must be a whole number from 1 to 2,048"),
        ({"plan": "grid", "activation": "relu,lazy"}, "Activation must be one of relu, "),
        ({"plan": "grid", "activation": ""}, "Activation must be given one value at least"),
        ({"plan": "grid", "architecture": "deep"}, "Network must be one of linear, "),
        ({"plan": "grid", "epochs": "-1"}, "Epochs must be a whole number from 1 to 1,000, got '-1'. 3 is used"),
        ({"plan": "random", "settings": "x"}, "Settings drawn must be a whole number from 1 to 500"),
        ({"plan": "random", "search_seed": "9" * 30}, "Search seed must be a whole number"),
        (
            {"plan": "grid", "pruning": "perhaps"},
            "Give up trials that fall behind must be true or false, got 'perhaps'",
        ),
        ({"plan": "grid", "loss": "mean_squared_error"}, "Loss has no part in this."),
        ({"plan": "grid", "settings": "3"}, "Settings drawn has no part in this."),
        ({"vary": "loss"}, "What varies has no part in this."),
    ],
)
def test_nonsense_in_the_address_of_a_plan_gives_a_sentence_and_the_usual(app: App, link, sentence):
    visit = app.visit(PAGE, **link)
    assert sentence in dead_links(visit) and len(dead_links(visit)) < 400
    assert address(visit) == ({"plan": link["plan"].replace("best", "grid")} if "plan" in link else {})
    assert pressable(visit, "start_experiment")


def test_an_experiment_is_closed_and_the_form_is_as_it_was(app: App):
    visit = app.visit(PAGE, plan="grid", vary="epochs", epochs="1,2")
    pressable(visit, "start_experiment").click()
    app.again(visit)
    assert address(visit).keys() == {"experiment"}
    visit.button(key="close_experiment").click()
    app.again(visit)
    assert address(visit) == {"plan": "grid", "vary": "epochs", "epochs": "1,2"}
    assert visit.text_input(key="plan_epochs_").value == "1, 2"


def test_the_results_answer_the_question_and_the_best_trial_is_one_click_from_the_other_pages(app: App):
    experiment = finished(app)
    visit = app.visit(PAGE, experiment=experiment.id)
    said = words(visit)
    assert "The hidden layer reads 91.00 %, 10.60 points more than the linear network's 80.40 %, on 3 seeds" in said
    assert "That is more than chance" in said
    best = max(app.store.trials.all(experiment.id), key=lambda run: run.correct)
    assert f"Best trial: {best.name}" in said and "460 of 500 right" in said
    links = {(link.proto.page, link.proto.query_string) for link in visit.get("page_link")}
    for page in ("Draw", "Mistakes"):
        assert any(each.endswith(page) and query == f"network={best.id}" for each, query in links)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_what_there_is_and_the_address_says_which(app: App, view):
    experiment = finished(app)
    visit = app.visit(PAGE, experiment=experiment.id, view=view)
    if view == "importance":
        assert app.answer() == 1
        visit = app.visit(PAGE, experiment=experiment.id, view=view)
        assert "Network" in html(visit) and "Seed (luck)" in html(visit)
    shown = {
        "settings": lambda: "91.00 %" in html(visit) and "3 of 3" in html(visit) and charts(visit),
        "trials": lambda: len(visit.dataframe[0].value) == 6,
        "parallel": lambda: "the table under Trials" in visit.get("plotly_chart")[0].proto.alt,
        "slices": lambda: charts(visit) and "<td>91.00 %</td><td>3</td>" in html(visit),
        "importance": lambda: "What matters" in html(visit),
    }
    files = [each.proto.label for each in visit.get("download_button")]
    assert ("Download as CSV" in files) == (view != "parallel")
    assert all("table" in chart.proto.alt for chart in charts(visit))
    assert shown[view]()
    assert address(visit).get("view", "settings") == view


def test_a_link_to_an_experiment_or_view_that_is_not_here_says_so(app: App):
    visit = app.visit(PAGE, experiment="12345678")
    assert "There is no experiment 12345678" in words(visit)
    assert "experiment" not in address(visit)
    visit = app.visit(PAGE, experiment=finished(app).id, view="pie")
    assert "View must be one of settings, " in dead_links(visit) and "got 'pie'" in dead_links(visit)


def test_a_link_to_a_trial_that_is_not_here_says_so_and_shows_the_best(app: App):
    experiment = finished(app)
    best = max(app.store.trials.all(experiment.id), key=lambda run: run.correct)
    for trial, said in ((99, "This experiment has no trial 100."), ("x", "Trial must be a whole number")):
        visit = app.visit(PAGE, experiment=experiment.id, trial=trial)
        assert said in dead_links(visit) and visit.selectbox(key="experiment_trial").value == best.trial


def test_pruned_failed_and_stopped_trials_are_shown_as_what_they_are_and_not_compared(app: App):
    experiment = started(app)
    trials = app.store.trials.all(experiment.id)
    for run in trials[:3]:
        finish(app, run, 450)
    finish(app, trials[3], 300, Status.PRUNED, cause=Cause.MEDIAN, median=0.7)
    finish(app, trials[4], None, Status.FAILED, cause=Cause.DIVERGED)
    app.store.experiments.stop(experiment.id)
    visit = app.visit(PAGE, experiment=experiment.id, trial=3)
    given_up = "given up early. After 5 epochs it read 60.0 % of the test images, less than the median 70.0 %"
    assert f"This trial was {given_up}" in words(visit)
    assert "Given up early, 60.00 % of the test images." in words(visit)
    assert visit.selectbox(key="experiment_trial").options[3] == f"4. {trials[3].name}"
    assert "Best trial" in words(visit) and "300 of 500" not in words(visit)
    assert "hidden layer reads" not in words(visit)  # Neither setting has all its seeds.
    assert "2 of 3" in html(visit) and "1 of 3" in html(visit)
    assert "given up early" in html(visit) and "failed" in html(visit)


def test_a_running_experiment_shows_who_is_being_trained_and_can_be_stopped_and_gone_on_with(app: App):
    experiment = started(app)
    run = app.store.trials.all(experiment.id)[0]
    app.store.runs.progress.claim(run.id)
    point = Metric(63, 1.0, 0.3, 0.9, 0.3, 0.876, 2.0)
    app.store.runs.progress.add(run.id, point, images_per_second=1000.0, total_steps=run.total_steps)
    visit = app.visit(PAGE, experiment=experiment.id)
    assert "87.6 % of the test images" in html(visit) and run.name in html(visit)
    pressable(visit, "stop_experiment").click()
    app.again(visit)
    assert [each.status for each in app.store.trials.all(experiment.id)][1:] == [Status.STOPPED] * 5
    app.store.runs.progress.finish(run.id, Status.STOPPED)
    visit = app.visit(PAGE, experiment=experiment.id)
    pressable(visit, "resume_experiment").click()
    app.again(visit)
    assert [each.status for each in app.store.trials.all(experiment.id)] == [Status.QUEUED] * 6
    assert app.jobs.submitted == [experiment.id]


def test_a_running_experiment_is_paused_resumed_and_says_so(app: App):
    experiment = started(app)
    first, *waiting = app.store.trials.all(experiment.id)
    finish(app, first, 400)
    app.store.runs.progress.claim(waiting[0].id, owner="a")
    visit = app.visit(PAGE, experiment=experiment.id)
    pressable(visit, "pause_experiment").click()
    app.again(visit)
    assert "Pausing, 1 of 6 trials done; 4 waiting, 1 training" in progress(visit)
    assert app.store.runs.queue.order() == []
    app.store.runs.progress.put_back(waiting[0].id, owner="a")  # As its worker does.
    app.again(visit)
    assert "Paused, 1 of 6 trials done; 5 waiting" in progress(visit)
    assert "No worker is kept busy by it" in words(visit) and "The next trial begins" not in words(visit)
    assert "<small>paused</small>" in html(visit)
    pressable(visit, "resume_paused").click()
    app.again(visit)
    assert progress(visit).startswith("1 of 6 trials done; 5 waiting")
    assert "The next trial begins in a moment." in words(visit)
    assert app.store.runs.queue.order() == [run.id for run in waiting] and app.jobs.submitted[-1] == experiment.id
    assert "<small>running</small>" in html(visit)


def test_a_paused_experiment_can_be_stopped_and_one_that_stops_cannot_be_paused(app: App):
    experiment = started(app)
    first, *_ = app.store.trials.all(experiment.id)
    app.store.runs.progress.claim(first.id, owner="a")
    app.store.experiments.hold(experiment.id)
    visit = app.visit(PAGE, experiment=experiment.id)
    pressable(visit, "stop_experiment").click()
    app.again(visit)
    assert progress(visit) == "Stopping, 5 of 6 trials done; 1 training, 5 stopped"
    assert pressable(visit, "pause_experiment").disabled and pressable(visit, "stop_experiment").disabled
    app.store.runs.progress.put_back(first.id, owner="a")
    app.again(visit)
    assert pressable(visit, "resume_experiment").label == "Go on with 6 trials"


@pytest.mark.parametrize("trial", ["\u00b2", "\u0663", "9" * 5_000, "-1", "6", ""])
def test_a_link_to_no_trial_shows_the_best(app: App, trial):
    experiment = finished(app)
    best = max(app.store.trials.all(experiment.id), key=lambda run: run.correct)
    visit = app.visit(PAGE, experiment=experiment.id, trial=trial)
    assert visit.selectbox(key="experiment_trial").value == best.trial


def test_a_trial_that_waits_for_its_experiment_says_so_on_its_own_page(app: App):
    experiment = started(app)
    app.store.experiments.hold(experiment.id)
    run = app.store.trials.all(experiment.id)[0]
    visit = app.visit("2_Train.py", run=run.id)
    assert "Its experiment is paused" in words(visit) and "Next in line" not in words(visit)
    links = {link.proto.label: link.proto.query_string for link in visit.get("page_link")}
    assert links["Open the experiment"] == f"experiment={experiment.id}"


def test_a_trials_own_page_neither_deletes_it_nor_trains_it_on(app: App):
    run = app.store.trials.all(finished(app).id)[0]
    visit = app.visit("2_Train.py", run=run.id)
    keys = {button.key for button in visit.button}
    assert f"rename_view_{run.id}" in keys and f"delete_view_{run.id}" not in keys and not pressable(visit, "train_on")
    assert "it is deleted together with the experiment" in words(visit)


def test_a_trial_that_was_given_up_says_why_and_is_not_gone_on_with_to_be_given_up_again(app: App):
    run = app.store.trials.all(started(app).id)[0]
    finish(app, run, 300, Status.PRUNED, cause=Cause.MEDIAN, median=0.7)
    app.store.runs.progress.set_state(run.id, step=63, state=b"state")
    visit = app.visit("2_Train.py", run=run.id)
    assert "This run was given up early. After 5 epochs it read 60.0 % of the test images" in words(visit)
    assert not any(pressable(visit, each) for each in ("go_on", "step_ended_run", "epoch_ended_run", "train_on"))
    assert not app.store.runs.requeue(run.id) and app.store.runs.get(run.id).status == Status.PRUNED


def test_a_setting_that_lacks_a_trial_says_so_and_the_page_goes_on(app: App):
    experiment = finished(app)
    lost = app.store.trials.all(experiment.id)[1]
    with app.store.database.write() as connection:  # As earlier versions let anyone do.
        connection.execute(sa.delete(schema.runs).where(schema.runs.c.id == lost.id))
    visit = app.visit(PAGE, experiment=experiment.id)
    assert "2 of 3" in html(visit) and "deleted" in html(visit)
    assert "hidden layer reads" not in words(visit)


def test_experiments_are_opened_from_the_list_and_closed(app: App):
    first, second = finished(app), started(app)
    visit = app.visit(PAGE, experiment=first.id, view="trials", trial=2)
    visit.button(key=f"open_experiment_{second.id}").click()
    app.again(visit)
    assert address(visit) == {"experiment": second.id}
    visit.button(key="close_experiment").click()
    app.again(visit)
    assert "experiment" not in address(visit) and visit.radio(key="experiment_preset")


def test_an_experiment_is_renamed_and_deleted_with_its_trials_but_only_when_one_is_sure(app: App):
    experiment = finished(app)
    own = app.ended(name="My own")
    visit = app.visit(PAGE, experiment=experiment.id)
    visit.text_input(key=f"experiment_name_{experiment.id}").set_value("Better name")
    pressable(visit, "rename_experiment").click()
    app.again(visit)
    assert app.store.experiments.get(experiment.id).name == "Better name"
    assert pressable(visit, "delete_experiment").disabled
    visit.checkbox(key=f"experiment_sure_{experiment.id}_0").check()
    app.again(visit)
    pressable(visit, "delete_experiment").click()
    app.again(visit)
    assert [run.id for run in app.store.runs.lists.all()] == [own.id]
    assert "experiment" not in address(visit)


def test_one_is_sure_of_what_was_shown_and_not_of_what_has_become_of_it(app: App):
    experiment = finished(app)
    visit = app.visit(PAGE, experiment=experiment.id)
    visit.checkbox(key=f"experiment_sure_{experiment.id}_0").check()
    app.again(visit)
    press = pressable(visit, "delete_experiment")
    app.store.experiments.stop(experiment.id)  # In another window.
    press.click()
    app.again(visit)
    assert app.store.experiments.get(experiment.id) and pressable(visit, "delete_experiment").disabled
    assert "Nothing was done: somebody changed it in another window" in words(visit)


def test_a_press_that_is_delivered_twice_changes_an_experiment_once(app: App):
    visit = app.visit(PAGE)
    press = pressable(visit, "start_experiment").click()
    app.again(visit)
    app.deliver_again(visit, press)
    (experiment,) = app.store.experiments.all()
    for name, command in (("pause_experiment", HOLD), ("resume_paused", "run"), ("stop_experiment", "stop")):
        press = pressable(app.again(visit), name).click()
        app.again(visit)
        app.deliver_again(visit, press)
        assert app.store.experiments.get(experiment.id).command == command
    press = pressable(app.again(visit), "resume_experiment").click()
    app.again(visit)
    app.store.experiments.stop(experiment.id)
    app.deliver_again(visit, press)
    assert app.store.experiments.get(experiment.id).command == "stop" and "Nothing was done" not in words(visit)


def test_trials_do_not_drown_the_users_own_runs(app: App):
    finished(app)
    app.ended(name="My own")
    visit = app.visit("2_Train.py")
    assert "My own" in html(visit) and "seed 2" not in html(visit)
    assert "6 trials of experiments" in [link.proto.label for link in visit.get("page_link")]


def test_settings_of_other_seeds_and_data_keep_to_their_own_plan(app: App):
    plan = replace(LAYER, base=TrainingConfig(seed=7), seeds=2)
    experiment = started(app, plan)
    assert [run.config.seed for run in app.store.trials.all(experiment.id)] == [7, 7, 8, 8]
    visit = app.visit(PAGE, experiment=experiment.id)
    assert "2 settings, 2 seeds each" in words(visit)


def test_the_means_stand_in_the_order_of_the_table_and_every_value_of_a_setting_can_be_read(app: App):
    plan = Plan(choices={"hidden_units": (4, 8), "learning_rate": (0.001, 0.01)}, seeds=1)
    experiment = started(app, plan)
    trials = app.store.trials.all(experiment.id)
    for run, correct in zip(trials, (400, 450, 420, 440), strict=True):
        finish(app, run, correct)
    (chart,) = charts(app.visit(PAGE, experiment=experiment.id))
    y = json.loads(chart.proto.spec)["encoding"]["y"]
    by_mean = [run.name.rpartition(", seed")[0] for run in app.store.trials.all(experiment.id)]
    assert y["sort"] == [by_mean[place] for place in (1, 3, 2, 0)]
    assert "split" in y["axis"]["labelExpr"]
