"""Plans, what is drawn, answers, giving up and importances, beside slow and independent ways to the same."""

import itertools
import json
import statistics
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import optuna
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mnist_core.errors import ConfigError, JobError, StoreUnavailable
from mnist_core.experiments import start
from mnist_core.experiments.importance import importances
from mnist_core.experiments.pace import seconds_of
from mnist_core.experiments.plan import Plan, Range, setting_words, trial_name, value_words
from mnist_core.experiments.presets import PRESETS, answer
from mnist_core.experiments.pruning import BEGIN_AFTER, fallen_below, pruning_of
from mnist_core.experiments.results import best_trial, difference, ranked, settings_of
from mnist_core.experiments.search import configs, distinct_settings
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.choices import OPTIMIZERS
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.patience import patient
from mnist_core.store.runs.records import Cause, Metric, Run, Status
from mnist_core.store.runs.waits import EACH_RUN
from mnist_core.store.store import Store

IMAGES = 60_000
VALUES = {
    "architecture": ("linear", "hidden", "convolutional"),
    "hidden_units": (10, 100, 300),
    "activation": ("relu", "tanh"),
    "outputs": ("sigmoid", "softmax"),
    "optimizer": ("adam", "sgd"),
    "learning_rate": (0.001, 0.1),
    "batch_size": (32, 64),
    "straighten": (False, True),
}
RANDOM = Plan(
    choices={"architecture": ("linear", "hidden"), "optimizer": ("adam", "sgd")},
    ranges={"learning_rate": Range(1e-4, 1, log=True), "hidden_units": Range(4, 256, log=True)},
    method="random",
    settings=15,
    seeds=2,
)


def run(config: TrainingConfig, correct: int | None, status: str = Status.FINISHED, number: int = 0) -> Run:
    queued = Run.queued(config, name="t", data_name="d", data_digest="e", total_steps=10, experiment="x", trial=number)
    return replace(queued, status=status, correct=correct, tested=None if correct is None else 10_000, step=10)


def trials(plan: Plan, read: dict[object, tuple[int, ...]], by: str) -> list[Run]:
    """Finished trials of a plan that read so many of 10,000 images, seed by seed."""
    return [
        run(config, read[getattr(config, by)][config.seed - plan.base.seed], number=number)
        for number, config in enumerate(configs(plan, IMAGES))
    ]


# ------------------------------------------------------------------------------ plans


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(VALUES)), st.integers(1, 3), min_size=1, max_size=5), st.integers(1, 2))
@example({"architecture": 1, "hidden_units": 1, "outputs": 2}, 1)  # A single value is none that varies.
def test_a_grid_is_every_combination_once_and_counts_what_it_has(sizes, seeds):
    choices = {name: VALUES[name][:size] for name, size in sizes.items()}
    tried = choices.get("architecture", ("hidden",))
    options = {option for each in tried for option in ARCHITECTURES[each].options}
    varying = {name for name, values in choices.items() if len(values) > 1} or choices.keys()
    if {"hidden_units", "activation"} & (varying - options):
        with pytest.raises(ConfigError, match="what varies must be something that the networks tried have"):
            Plan(choices=choices, seeds=seeds)
        return
    plan = Plan(choices=choices, seeds=seeds)
    expected = set()
    for values in itertools.product(*choices.values()):
        chosen = dict(zip(choices, values, strict=True))
        if "optimizer" in chosen and "learning_rate" not in chosen:
            chosen["learning_rate"] = OPTIMIZERS[chosen["optimizer"]].default_learning_rate
        for option in ("hidden_units", "activation"):
            if option not in ARCHITECTURES[chosen.get("architecture", "hidden")].options:
                chosen.pop(option, None)
        for seed in range(seeds):
            expected.add(tuple(sorted(TrainingConfig(**chosen, seed=seed).to_dict().items())))
    made = configs(plan, IMAGES)
    assert {tuple(sorted(config.to_dict().items())) for config in made} == expected
    assert len(made) == len(expected) == plan.trial_count


def test_every_setting_gets_the_same_seeds_and_the_first_seed_of_all_comes_first():
    plan = Plan(base=TrainingConfig(seed=5), choices={"hidden_units": (10, 20)}, seeds=3)
    assert [(config.seed, config.hidden_units) for config in configs(plan, IMAGES)] == [
        (seed, units) for seed in (5, 6, 7) for units in (10, 20)
    ]


def test_networks_see_as_many_images_in_all_where_the_number_of_images_varies():
    plan = Plan(base=TrainingConfig(epochs=2), choices={"training_images": (600, 6_000, 0)}, seeds=1)
    seen = [config.epochs * (config.training_images or IMAGES) for config in configs(plan, IMAGES)]
    assert seen == [120_000] * 3
    one = Plan(base=TrainingConfig(epochs=2), choices={"training_images": (600,), "batch_size": (16, 32)}, seeds=1)
    assert {config.epochs for config in configs(one, IMAGES)} == {2}


def test_a_random_plan_draws_the_same_settings_every_time_and_others_with_another_seed():
    drawn = configs(RANDOM, IMAGES)
    assert drawn == configs(RANDOM, IMAGES)
    assert drawn != configs(replace(RANDOM, search_seed=1), IMAGES)
    assert len(drawn) == len(set(drawn)) == 30
    for config in drawn:
        assert 1e-4 <= config.learning_rate <= 1
        assert config.hidden_units == 100 if config.architecture == "linear" else 4 <= config.hidden_units <= 256
    rates = [config.learning_rate for config in drawn]
    assert min(rates) < 0.003 and max(rates) > 0.1  # Orders of magnitude, not the upper one alone.


@pytest.mark.parametrize("seed", range(3))
def test_a_random_plan_draws_what_optunas_own_sampler_draws(seed):
    """What links to plans of earlier versions drew, too, when Optuna drew it."""
    plan = replace(
        RANDOM,
        ranges={**RANDOM.ranges, "batch_size": Range(8, 12), "epochs": Range(1, 9)},
        choices={**RANDOM.choices, "activation": ("relu",)},
        search_seed=seed,
    )
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    drawn = {}
    while len(drawn) < plan.settings:
        trial = study.ask()
        values = {"architecture": trial.suggest_categorical("architecture", ("linear", "hidden"))}
        if values["architecture"] == "hidden":
            values["hidden_units"] = trial.suggest_int("hidden_units", 4, 256, log=True)
            values["activation"] = trial.suggest_categorical("activation", ("relu",))
        values["optimizer"] = trial.suggest_categorical("optimizer", ("adam", "sgd"))
        values["learning_rate"] = trial.suggest_float("learning_rate", 1e-4, 1, log=True)
        values["batch_size"] = trial.suggest_int("batch_size", 8, 12)
        values["epochs"] = trial.suggest_int("epochs", 1, 9)
        drawn.setdefault(TrainingConfig(**values))
    assert distinct_settings(plan, IMAGES) == list(drawn)


def test_a_random_plan_with_few_settings_ends_with_those():
    plan = Plan(choices={"batch_size": (16, 32)}, method="random", settings=50, seeds=1)
    assert sorted(config.batch_size for config in configs(plan, IMAGES)) == [16, 32]


def test_a_plan_survives_the_way_through_json():
    for plan in (RANDOM, *(preset.plan(IMAGES) for preset in PRESETS.values())):
        assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    for damaged in ({"base": {}, "colour": 1}, {"choices": 3}, {"ranges": {"epochs": {"low": 1}}}):
        with pytest.raises(ConfigError, match="plan must be"):
            Plan.from_dict(damaged)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "what varies must be one setting at least"),
        ({"choices": {"hidden_units": tuple(range(1, 168))}}, "at most 500 trials: try fewer values or seeds, got 501"),
        ({"choices": {"hidden_units": (10, 0)}}, "hidden_units must be a whole number from 1 to 2,048, got 0"),
        ({"choices": {"hidden_units": (10, 10)}}, "values that are all different"),
        ({"choices": {"colour": (1,)}}, "what varies must be among"),
        ({"choices": {"epochs": ()}}, "one value at least"),
        ({"choices": {"architecture": ("linear",), "activation": ("relu", "tanh")}}, "that the networks tried have"),
        ({"choices": {"epochs": (1,)}, "method": "bayes"}, "method must be one of grid, random"),
        ({"choices": {"epochs": (1,)}, "seeds": 0}, "seeds must be a whole number from 1 to 20, got 0"),
        ({"ranges": {"epochs": Range(1, 5)}}, "random where there are ranges"),
        ({"ranges": {"epochs": Range(5, 1)}, "method": "random"}, "a range that goes upwards"),
        ({"ranges": {"learning_rate": Range(0, 1)}, "method": "random"}, "learning_rate must be a number above 0"),
        ({"choices": {"training_images": (600, 0)}, "pruning": True}, "pruning must be off where"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(values, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Plan(**values)


def test_a_plan_that_the_data_cannot_serve_is_refused_before_anything_is_queued():
    plan = Plan(choices={"training_images": (500, 3_000)}, seeds=1)
    with pytest.raises(ConfigError, match="training_images must be at most the 2,000 training images"):
        configs(plan, 2_000)


def test_names_say_what_sets_a_trial_apart():
    plan = Plan(choices={"architecture": ("linear", "hidden"), "hidden_units": (10, 100)}, seeds=2)
    linear, narrow, _ = distinct_settings(plan, IMAGES)
    assert setting_words(plan, linear) == "Linear"
    assert trial_name(plan, replace(narrow, seed=1)) == "Hidden layer, hidden units 10, seed 1"
    assert value_words("training_images", 0) == "all" and value_words("straighten", True) == "yes"


# --------------------------------------------------------------------------- results


def test_settings_are_compared_over_their_seeds_with_students_interval():
    plan = Plan(choices={"architecture": ("linear", "hidden")}, seeds=3)
    found = settings_of(
        plan, trials(plan, {"linear": (9200, 9250, 9240), "hidden": (9750, 9770, 9740)}, "architecture")
    )
    linear, hidden = found
    assert hidden.spread.mean == pytest.approx(0.97533, abs=1e-5)
    gap = difference(hidden, linear)
    gaps = [0.0550, 0.0520, 0.0500]
    half = 4.302653 * statistics.stdev(gaps) / 3**0.5  # t of 2 degrees of freedom
    assert gap.mean == pytest.approx(statistics.fmean(gaps))
    assert gap.interval == pytest.approx((gap.mean - half, gap.mean + half), rel=1e-5)
    assert gap.is_more_than_chance and ranked(found) == [hidden, linear]
    alike = settings_of(
        plan, trials(plan, {"linear": (9700, 9760, 9730), "hidden": (9750, 9700, 9745)}, "architecture")
    )
    assert difference(alike[1], alike[0]).is_more_than_chance is False


def test_a_setting_without_all_its_seeds_is_not_compared_and_no_other_trial_can_be_the_best():
    plan = Plan(choices={"hidden_units": (10, 20)}, seeds=2)
    a, b, c, d = configs(plan, IMAGES)
    found = [run(a, 9000), run(b, 9900), run(c, 9100), run(d, 9999, Status.PRUNED)]
    assert [each.config.hidden_units for each in ranked(settings_of(plan, found))] == [10]
    assert best_trial(found).correct == 9900
    assert best_trial([run(d, 9999, Status.STOPPED), run(a, None)]) is None


def test_the_questions_are_answered_in_words():
    def said(key, read, by):
        plan = PRESETS[key].plan(IMAGES)
        return answer(plan, settings_of(plan, trials(plan, read, by)))

    layer = said("hidden-layer", {"linear": (9200, 9250, 9240), "hidden": (9750, 9770, 9740)}, "architecture")
    assert "reads 97.53\xa0%, 5.23 points more than the linear network's 92.30\xa0%, on 3 seeds each" in layer
    units = said(
        "how-many-units",
        {
            4: (8000, 8100, 8050),
            8: (8900, 9000, 8950),
            16: (9300, 9310, 9320),
            32: (9500, 9510, 9505),
            64: (9650, 9655, 9660),
            128: (9760, 9765, 9750),
            256: (9770, 9755, 9765),
        },
        "hidden_units",
    )
    assert "128 hidden units are enough: they read 97.58\xa0%" in units and "4 read 80.50\xa0%" in units
    rate = said(
        "learning-rate",
        {0.0001: (9300,) * 3, 0.001: (9700, 9710, 9705), 0.01: (9500, 9510, 9490), 0.1: (2000,) * 3, 1.0: (1000,) * 3},
        "learning_rate",
    )
    assert "0.001 reads best, 97.05\xa0%" in rate and "1 reads 10.00\xa0%, 87.05 points fewer" in rate
    data = said(
        "how-much-data",
        {600: (8500,) * 3, 2_000: (9000,) * 3, 6_000: (9300,) * 3, 20_000: (9600,) * 3, 0: (9700, 9710, 9720)},
        "training_images",
    )
    assert data.startswith("600 images read 85.00\xa0%, 2,000 images read 90.00\xa0%") and "saw as many images" in data
    assert "The last step gains 1.10 points" in data
    worse = {600: (8500,) * 3, 2_000: (9000,) * 3, 6_000: (9300,) * 3, 20_000: (9700,) * 3, 0: (9600,) * 3}
    assert "The last step loses 1.00 points" in said("how-much-data", worse, "training_images")


@pytest.mark.parametrize("cause", [Cause.DIVERGED, Cause.ERROR])
def test_a_failed_rate_is_said_to_fail_where_its_loss_did(cause):
    plan = PRESETS["learning-rate"].plan(IMAGES)
    found = trials(plan, dict.fromkeys(plan.choices["learning_rate"], (9700,) * 3), "learning_rate")
    found = [
        replace(each, status=Status.FAILED, correct=None, tested=None, cause=cause)
        if each.config.learning_rate == 1
        else each
        for each in found
    ]
    said = answer(plan, settings_of(plan, found))
    assert ("1 fails: the loss ceases to be a number" in said) == (cause == Cause.DIVERGED)


def test_softmax_and_sigmoid_are_found_equal_with_cross_entropy_only():
    plan = PRESETS["sigmoid-or-softmax"].plan(IMAGES)
    read = {
        ("sigmoid", "sparse_categorical_crossentropy"): (9700, 9710, 9720),
        ("softmax", "sparse_categorical_crossentropy"): (9700, 9710, 9720),
        ("sigmoid", "mean_squared_error"): (9650, 9655, 9660),
        ("softmax", "mean_squared_error"): (9720, 9730, 9725),
    }
    found = [run(each, read[each.outputs, each.loss][each.seed]) for each in configs(plan, IMAGES)]
    said = answer(plan, settings_of(plan, found))
    assert "exactly as many images (3 of 3)" in said
    assert "With squared error, softmax reads 97.25\xa0% and sigmoid 96.55\xa0%: 0.70 points more" in said


def test_a_setting_whose_trial_was_deleted_or_changed_is_not_compared_and_breaks_no_answer():
    plan = PRESETS["sigmoid-or-softmax"].plan(IMAGES)
    found = [run(each, 9700 + each.seed) for each in configs(plan, IMAGES)]
    lost = next(each for each in found if (each.config.outputs, each.config.seed) == ("softmax", 1))
    said = answer(plan, settings_of(plan, [each for each in found if each is not lost]))
    assert "With squared error, softmax" in said and "cross-entropy" not in said
    longer = replace(lost, config=replace(lost.config, epochs=8), correct=9990)
    settings = settings_of(plan, [longer if each is lost else each for each in found])
    assert [len(each.trials) for each in settings] == [3, 3, 2, 3, 1]
    assert answer(plan, settings) == said and len(ranked(settings)) == 3


def test_half_of_an_experiment_has_no_answer_yet():
    plan = PRESETS["hidden-layer"].plan(IMAGES)
    found = [run(config, 9000 if config.architecture == "linear" else None) for config in configs(plan, IMAGES)]
    assert answer(plan, settings_of(plan, found)) == ""


# ------------------------------------------------------------- giving up, what matters


@pytest.mark.parametrize("seed", range(20))
def test_trials_are_given_up_where_optunas_own_study_gives_them_up(seed):
    rng = np.random.default_rng(seed)
    curves = [np.sort(rng.uniform(0.5, 0.98, 5)) for _ in range(7)]
    study = optuna.create_study(
        direction="maximize", pruner=optuna.pruners.MedianPruner(n_startup_trials=BEGIN_AFTER, n_min_trials=BEGIN_AFTER)
    )
    finished = []
    for curve in curves:
        trial = study.ask()
        given_up = own = None
        for epoch, accuracy in enumerate(curve, start=1):
            trial.report(accuracy, epoch)
            own = {**(own or {}), epoch: float(accuracy)}
            expected, found = trial.should_prune(), fallen_below(own, finished)
            assert (found is not None) == expected
            if expected:
                assert found == statistics.median(each[epoch] for each in finished)
                given_up = True
                break
        if given_up:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(trial, float(curve[-1]))
            finished.append(own)
    assert len(finished) >= BEGIN_AFTER


def test_nothing_is_given_up_before_there_are_others_to_compare_with():
    assert fallen_below({1: 0.1}, [{1: 0.9}] * (BEGIN_AFTER - 1)) is None
    assert fallen_below({1: 0.1}, [{1: 0.9}] * BEGIN_AFTER) == 0.9
    assert fallen_below({1: 0.95}, [{1: 0.9}] * BEGIN_AFTER) is None


def test_a_database_that_is_away_neither_ends_a_trial_nor_turns_pruning_off(tmp_path, monkeypatch):
    store = Store(f"sqlite:///{tmp_path / 'digitlab.sqlite'}")
    plan = Plan(choices={"hidden_units": (10, 20, 30, 40, 50)}, seeds=1, pruning=True)
    experiment = start(store, plan, name="Units", data_name="Few", data_digest="few", images=2_000)
    *others, asked = store.trials.all(experiment.id)
    for each in others:
        store.runs.progress.claim(each.id)
        store.runs.progress.add(each.id, Metric(63, 1.0, 1, 0.9, 1, 0.9, 1.0), images_per_second=1, total_steps=63)
        store.runs.progress.finish(each.id, Status.FINISHED, correct=9, tested=10)
    away = []
    asked_of = {"get": store.experiments, "epoch_accuracies": store.trials}
    for name, part in asked_of.items():
        monkeypatch.setattr(part, name, _away_once(getattr(part, name), away))
    pruning = pruning_of(patient(store), asked)
    reads_less = SimpleNamespace(epoch_ended=True, test_accuracy=0.1, epoch=1.0, step=63, total_steps=315)
    pruning.look(reads_less)
    assert away == list(asked_of)
    assert pruning.median == 0.9
    store.experiments.delete(experiment.id)
    assert pruning_of(store, asked) is None
    store.close()


def _away_once(ask, away):
    """`ask`, but the database cannot be reached at the first call."""

    def asked(*arguments, **named):
        if ask.__name__ in away:
            return ask(*arguments, **named)
        away.append(ask.__name__)
        raise StoreUnavailable("The database does not answer.")

    return asked


def test_the_setting_that_decides_matters_most_and_luck_least():
    plan = Plan(choices={"hidden_units": (10, 100), "batch_size": (32, 64)}, seeds=3)
    found = [
        run(
            config,
            9000 + (500 if config.hidden_units == 100 else 0) + (60 if config.batch_size == 32 else 0) + config.seed,
        )
        for config in configs(plan, IMAGES)
    ]
    shares = importances(plan, found)
    assert list(shares) == ["hidden_units", "batch_size", "seed"]
    assert sum(shares.values()) == pytest.approx(1) and shares["hidden_units"] > 0.9
    assert importances(plan, found) == shares


def test_importances_want_trials_that_differ():
    plan = Plan(choices={"hidden_units": (10, 100)}, seeds=2)
    tried = configs(plan, IMAGES)
    with pytest.raises(JobError, match="at least 4 finished trials"):
        importances(plan, [run(config, 9000) for config in tried[:3]])
    with pytest.raises(JobError, match="read alike"):
        importances(plan, [run(config, 9000) for config in tried])


def test_ranges_are_importances_too_where_some_networks_lack_them():
    drawn = configs(RANDOM, IMAGES)
    found = [run(config, 5000 + int(900 * np.log10(1 / config.learning_rate))) for config in drawn]
    assert next(iter(importances(RANDOM, found))) == "learning_rate"


def test_the_time_is_that_of_former_runs_of_the_same_networks():
    config = TrainingConfig(architecture="linear", epochs=2, training_images=1_000)
    before = replace(run(TrainingConfig("linear", batch_size=50), 9000), step=1_000, seconds=5.0)
    assert seconds_of([config] * 4, [before], images=IMAGES, workers=2) == pytest.approx((4 * 0.2 + 4 * EACH_RUN) / 2)
    assert seconds_of([TrainingConfig()], [before], images=IMAGES, workers=2) is None
