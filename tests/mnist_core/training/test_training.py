import compileall
import io
import itertools
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from mnist_core.data import synthetic
from mnist_core.data.dataset import Dataset
from mnist_core.drawing.slant import straighten
from mnist_core.errors import ConfigError, Diverged, ModelError
from mnist_core.exchange import model_files
from mnist_core.network.choices import LOSSES, OPTIMIZERS
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Cause
from mnist_core.training import loop, program
from mnist_core.training.program import KERAS_LOSSES, keras_model, kinds_at_hand, program_for


@pytest.fixture(scope="module")
def blobs() -> Dataset:
    """1,000 + 200 images in which each digit is a bright square in a place of its own."""
    rng = np.random.default_rng(0)

    def make(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = rng.integers(0, 10, count, np.uint8)
        images = rng.integers(0, 120, (count, 28, 28), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 + 2 * label : 8 + 2 * label, 10:16] += 100
        return images, labels

    return Dataset(*make(1_000), *make(200), name="Blobs", digest="blobs", location="memory")


def weights(run: loop.TrainedRun) -> np.ndarray:
    return np.concatenate([array.ravel() for arrays in run.network.weights for array in arrays])


def by_train_on_batch(config: TrainingConfig, data: Dataset, steps: int) -> np.ndarray:
    """Weights after the same batches through Keras' own `train_on_batch`."""
    model = keras_model(config.layers, config.seed)
    optimizer = keras.optimizers.get(
        {"class_name": config.optimizer, "config": {"learning_rate": config.learning_rate}}
    )
    loss = KERAS_LOSSES[config.loss]()
    model.compile(optimizer, loss)
    per_epoch = config.steps_per_epoch(len(data.x_train))
    for step in range(steps):
        epoch, position = divmod(step, per_epoch)
        order = np.random.default_rng([config.seed, epoch]).permutation(len(data.x_train))
        rows = order[position * config.batch_size : (position + 1) * config.batch_size]
        targets = data.y_train[rows].astype(np.int32)
        if LOSSES[config.loss].one_hot:
            targets = np.eye(10, dtype=np.float32)[targets]
        model.train_on_batch(data.x_train[rows].astype(np.float32) / np.float32(255), targets)
    return np.concatenate([array.ravel() for array in model.get_weights()])


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig("linear", epochs=2, batch_size=40),
        TrainingConfig("hidden", epochs=2, batch_size=40),
        *(TrainingConfig("hidden", epochs=2, batch_size=40, hidden_units=8, optimizer=name) for name in OPTIMIZERS),
        *(TrainingConfig("linear", epochs=2, batch_size=40, loss=name) for name in LOSSES),
    ],
    ids=lambda config: f"{config.architecture}-{config.optimizer}-{config.loss}",
)
def test_fifty_steps_give_the_weights_that_keras_gives(config, blobs):
    run = loop.train(config, blobs)
    assert run.step == 50
    assert weights(run) == pytest.approx(by_train_on_batch(config, blobs, 50), abs=1e-5)


def test_steps_of_convolutions_give_the_weights_that_keras_gives(blobs):
    # A few only: which pixel is the largest of four hangs on the rounding in images of noise.  test_forward has more.
    config = TrainingConfig("convolutional", epochs=1, batch_size=200)
    run = loop.train(config, blobs)
    assert run.step == 5
    assert weights(run) == pytest.approx(by_train_on_batch(config, blobs, 5), abs=1e-5)


@pytest.mark.parametrize("architecture", ["linear", "hidden", "convolutional"])
def test_a_large_batch_is_trained_in_parts_as_keras_trains_it_whole(architecture, blobs, monkeypatch):
    # Plain descent: what is compared are the gradients.  The last part of a batch is smaller, and so is the last batch.
    config = TrainingConfig(architecture, epochs=1, batch_size=700, optimizer="sgd", learning_rate=0.5)
    monkeypatch.setattr(program, "PART", 200)
    found = []
    for whole in (600, 1_000):
        monkeypatch.setattr(program, "WHOLE", whole)
        run = loop.train(config, blobs)
        found.append((weights(run), [(each.loss, each.accuracy) for each in run.history]))
    (in_parts, seen), (whole, seen_whole) = found
    before = np.concatenate([array.ravel() for array in keras_model(config.layers, config.seed).get_weights()])
    rounding = float(1e-5 * np.abs(whole - before).max())
    assert in_parts == pytest.approx(whole, abs=rounding)
    assert in_parts == pytest.approx(by_train_on_batch(config, blobs, 2), abs=rounding)
    assert np.array(seen) == pytest.approx(np.array(seen_whole), rel=1e-5)


def test_within_a_large_batch_it_is_looked_at_what_was_asked_and_nothing_of_it_is_half_done(blobs, monkeypatch):
    monkeypatch.setattr(program, "PART", 100)
    monkeypatch.setattr(program, "WHOLE", 100)
    config = TrainingConfig("linear", epochs=2, batch_size=1_000)
    undisturbed = loop.train(config, blobs)
    asked = iter(range(1_000))
    stopped = loop.train(config, blobs, control=lambda: "stop" if next(asked) >= 5 else "run")
    assert (stopped.step, stopped.stopped) == (0, True)
    before = np.concatenate([array.ravel() for array in keras_model(config.layers, config.seed).get_weights()])
    np.testing.assert_array_equal(weights(stopped), before)
    turns = iter(range(1_000))
    paused = loop.train(config, blobs, control=lambda: "pause" if next(turns) in (5, 6, 17) else "run")
    np.testing.assert_array_equal(weights(paused), weights(undisturbed))


def test_a_smaller_last_batch_is_trained_as_keras_trains_it(blobs):
    config = TrainingConfig("linear", epochs=1, batch_size=300)
    run = loop.train(config, blobs)
    assert run.step == 4
    assert weights(run) == pytest.approx(by_train_on_batch(config, blobs, 4), abs=1e-5)


def test_the_size_of_the_chunks_changes_nothing_but_rounding_and_the_seed_does(blobs):
    config = TrainingConfig("hidden", epochs=2, batch_size=32, hidden_units=16)
    runs = [loop.train(config, blobs, chunk_steps=steps) for steps in (1, 125)]
    assert weights(runs[1]) == pytest.approx(weights(runs[0]), abs=1e-5)
    assert [report.loss for report in runs[1].history] == pytest.approx([report.loss for report in runs[0].history])
    other = loop.train(TrainingConfig("hidden", epochs=2, batch_size=32, hidden_units=16, seed=1), blobs)
    assert not np.allclose(weights(other), weights(runs[0]), atol=1e-3)


def test_a_run_resumed_from_any_report_ends_as_if_undisturbed(blobs):
    config = TrainingConfig("hidden", epochs=3, hidden_units=8)
    states = {}
    whole = loop.train(config, blobs, on_progress=lambda progress: states.update({progress.step: progress.state()}))
    middle = sorted(states)[len(states) // 2]
    assert middle % config.steps_per_epoch(1_000)  # in the middle of an epoch
    resumed = loop.train(config, blobs, resume=states[middle])
    assert np.array_equal(weights(resumed), weights(whole))
    assert resumed.history[0].step > middle


def rests(config: TrainingConfig, data: Dataset, *steps: int, **options: object):
    """The run that waits after so many steps, and its checkpoints there."""
    goals, kept = iter(steps), []
    wanted = [next(goals, "run")]

    def on_checkpoint(checkpoint) -> None:
        if checkpoint.resting:
            kept.append((checkpoint, checkpoint.state()))
            wanted[0] = next(goals, "run")

    run = loop.train(config, data, control=lambda: wanted[0], on_checkpoint=on_checkpoint, **options)
    return run, kept


def reports(run: loop.TrainedRun) -> list[tuple]:
    """What of the reports does not depend on the time."""
    return [
        (each.step, each.epoch, each.loss, each.accuracy, each.test_loss if each.epoch_ended else None)
        for each in run.history
    ]


KINDS = [
    TrainingConfig("linear", epochs=3, batch_size=30, optimizer="sgd", learning_rate=0.1),
    TrainingConfig("hidden", epochs=3, batch_size=30, hidden_units=16),
    TrainingConfig("convolutional", epochs=2, batch_size=30, optimizer="nadam"),
]


@pytest.mark.parametrize("config", KINDS, ids=lambda config: config.architecture)
def test_a_run_that_waits_at_any_step_and_does_single_ones_ends_as_if_undisturbed(config, blobs):
    whole = loop.train(config, blobs)
    rested, kept = rests(config, blobs, 0, 1, 2, 7, 33, 34, 35, 68)
    assert [checkpoint.step for checkpoint, _ in kept] == [0, 1, 2, 7, 33, 34, 35, 68][: len(kept)]
    assert len(kept) == (8 if config.epochs == 3 else 7)
    assert np.array_equal(weights(rested), weights(whole))
    assert reports(rested) == reports(whole)
    assert np.array_equal(rested.scores, whole.scores)


@pytest.mark.parametrize("config", KINDS, ids=lambda config: config.architecture)
def test_a_run_resumed_between_two_reports_goes_on_with_what_was_counted(config, blobs):
    whole = loop.train(config, blobs)
    _, kept = rests(config, blobs, 2, 36)
    for checkpoint, state in kept:
        resumed = loop.train(config, blobs, resume=state)
        assert np.array_equal(weights(resumed), weights(whole))
        assert reports(resumed) == [each for each in reports(whole) if each[0] > checkpoint.step]


def test_a_checkpoint_shows_the_last_batch_and_the_weights_after_it(blobs):
    config = TrainingConfig("linear", epochs=1, batch_size=30)
    _, kept = rests(config, blobs, 0, 1)
    (first, _), (second, _) = kept
    assert first.batch is None
    rows = np.random.default_rng([0, 0]).permutation(1_000)[:30]
    model = keras_model(config.layers, 0)
    outputs = model(blobs.x_train[rows].astype(np.float32) / np.float32(255)).numpy()
    logits = np.log(outputs / (1 - outputs))  # Keras takes these while it trains, by softmax.
    loss = (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(30), blobs.y_train[rows]]).mean()
    assert second.batch.loss == pytest.approx(loss, abs=1e-5)
    assert (second.batch.correct, second.batch.images) == ((outputs.argmax(1) == blobs.y_train[rows]).sum(), 30)


@pytest.mark.parametrize("config", KINDS[1:], ids=lambda config: config.architecture)
def test_more_epochs_for_a_run_give_what_all_at_once_would_have_given(config, blobs):
    states = []
    loop.train(config, blobs, on_progress=lambda progress: states.append(progress.state()))
    longer = replace(config, epochs=2 * config.epochs)
    resumed, at_once = loop.train(longer, blobs, resume=states[-1]), loop.train(longer, blobs)
    assert np.array_equal(weights(resumed), weights(at_once))
    assert reports(resumed) == reports(at_once)[len(states) :]


OVERFITS = TrainingConfig("linear", epochs=60, batch_size=20, learning_rate=0.02, patience=3)


@pytest.fixture(scope="module")
def noisy(blobs) -> Dataset:
    """The blobs with every second training label drawn by lot: who learns them by heart reads worse."""
    lots = np.random.default_rng(1).integers(0, 10, 1_000, np.uint8)
    return replace(blobs, y_train=np.where(np.arange(1_000) % 2, lots, blobs.y_train))


def test_patience_ends_a_run_as_keras_does_and_brings_back_its_best_weights(noisy):
    run = loop.train(OVERFITS, noisy)
    model = keras_model(OVERFITS.layers, 0)
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    stopping = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    losses = [report.test_loss for report in run.history if report.epoch_ended]
    stopping.set_model(model)
    stopping.on_train_begin()
    for epoch, loss in enumerate(losses):  # Keras' own decision from the same losses.
        stopping.on_epoch_end(epoch, {"val_loss": loss})
        assert bool(model.stop_training) == (epoch == len(losses) - 1)
    assert run.kept_epoch == stopping.best_epoch + 1 == len(losses) - 3
    assert run.step == 50 * len(losses) < 50 * 60
    assert run.cause == Cause.PATIENCE
    best = loop.train(replace(OVERFITS, patience=0, epochs=run.kept_epoch), noisy)
    assert np.array_equal(weights(run), weights(best)) and best.kept_epoch is None


def test_a_run_resumed_while_it_waits_for_a_better_epoch_decides_the_same(noisy):
    whole, states = loop.train(OVERFITS, noisy), {}
    keep = lambda progress: states.update({progress.step: progress.state()})  # noqa: E731
    loop.train(OVERFITS, noisy, on_progress=keep)
    for step in (whole.step - 50, whole.step - 48, whole.step):  # At its end, too: it trains no further.
        assert whole.step < 50 * 60
        found = states.get(step) or rests(OVERFITS, noisy, step)[1][0][1]
        resumed = loop.train(OVERFITS, noisy, resume=found)
        assert (resumed.step, resumed.kept_epoch, resumed.cause) == (whole.step, whole.kept_epoch, whole.cause)
        assert np.array_equal(weights(resumed), weights(whole))


def test_a_run_ends_where_it_reaches_its_accuracy_and_goes_on_where_it_does_not(blobs):
    run = loop.train(replace(OVERFITS, patience=0, target_accuracy=0.6), blobs)
    ends = [report.test_accuracy for report in run.history if report.epoch_ended]
    assert ends[-1] >= 0.6 and all(accuracy < 0.6 for accuracy in ends[:-1])
    assert (run.cause, run.step) == (Cause.REACHED, 50 * len(ends))
    never = loop.train(TrainingConfig("linear", epochs=2, target_accuracy=1.0), blobs)
    assert (never.step, never.cause) == (never.history[-1].total_steps, "")


def people(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Digits that come beside the blobs."""
    rng = np.random.default_rng(5)
    return rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count, np.uint8)


def test_a_run_with_upright_digits_and_pen_styles_resumed_from_any_report_ends_as_if_undisturbed(blobs):
    config = TrainingConfig("hidden", epochs=2, hidden_units=8, straighten=True, pen_styles=True)
    states = {}
    keep = lambda progress: states.update({progress.step: progress.state()})  # noqa: E731
    whole = loop.train(config, blobs, on_progress=keep, pool=people)
    assert whole.step == 2 * config.steps_per_epoch(1_000) == 2 * 40
    middle = sorted(states)[len(states) // 2]
    resumed = loop.train(config, blobs, resume=states[middle], pool=people)
    assert np.array_equal(weights(resumed), weights(whole))
    assert not np.array_equal(weights(loop.train(config, blobs, pool=lambda: people(401))), weights(whole))


def test_a_network_that_learned_upright_digits_is_measured_as_it_will_be_asked(blobs):
    run = loop.train(TrainingConfig("linear", epochs=1, straighten=True), blobs)
    assert run.network.straighten
    assert run.network.scores(blobs.x_test) == pytest.approx(run.scores, abs=1e-5)
    upright = Dataset(
        straighten(blobs.x_train), blobs.y_train, straighten(blobs.x_test), blobs.y_test, "Upright", "upright", "memory"
    )
    assert np.array_equal(weights(loop.train(TrainingConfig("linear", epochs=1), upright)), weights(run))
    assert not loop.train(TrainingConfig("linear", epochs=1), blobs).network.straighten


def test_pen_styles_come_from_the_generator_and_are_drawn_once(blobs, monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITLAB_HOME", str(tmp_path))
    drawn = []
    load = synthetic.load_people
    monkeypatch.setattr(
        "mnist_core.data.synthetic.load_people", lambda home, **_: drawn.append(home) or load(home, count=300)
    )
    config = TrainingConfig("linear", epochs=1, pen_styles=True)
    runs = [loop.train(config, blobs) for _ in range(2)]
    assert drawn == [tmp_path] * 2 and len(list(tmp_path.iterdir())) == 1
    assert np.array_equal(weights(runs[0]), weights(runs[1]))


def test_a_state_of_another_network_is_refused(blobs):
    states = []
    loop.train(TrainingConfig("linear", epochs=1), blobs, on_progress=lambda p: states.append(p.state()))
    for wrong in (states[-1], b"", b"nonsense"):
        with pytest.raises(ModelError, match="does not fit"):
            loop.train(TrainingConfig("hidden", epochs=1), blobs, resume=wrong)


def test_reports_tell_how_far_it_is_and_measure_at_every_epochs_end(blobs):
    config = TrainingConfig("linear", epochs=3)
    reports = []
    run = loop.train(config, blobs, on_progress=reports.append)
    assert tuple(reports) == run.history
    assert [report.step for report in reports] == sorted({report.step for report in reports})
    ends = [report for report in reports if report.epoch_ended]
    assert [report.epoch for report in ends] == [1, 2, 3]
    assert all(report.test_accuracy is not None and report.test_loss is not None for report in ends)
    assert ends[-1].step == ends[-1].total_steps == run.step == 96
    assert ends[-1].test_accuracy == run.test_accuracy
    assert ends[-1].loss < reports[0].loss
    assert all(0 <= report.accuracy <= 1 and report.images_per_second > 0 for report in reports)


def test_who_does_not_watch_has_the_test_images_measured_at_the_ends_of_epochs_only(blobs, monkeypatch):
    monkeypatch.setattr(loop, "MEASURE_SECONDS", 0.0)
    monkeypatch.setattr(loop, "MEASURE_SHARE", 1e9)
    config = TrainingConfig("linear", epochs=2, batch_size=40)
    watched, alone = (loop.train(config, blobs, between=between) for between in (True, False))
    assert all(each.test_loss is not None for each in watched.history)
    assert [each.epoch_ended for each in alone.history] == [each.test_loss is not None for each in alone.history]
    assert np.array_equal(watched.scores, alone.scores)


def test_training_accuracy_counts_images_and_not_batches(blobs):
    config = TrainingConfig("linear", epochs=1, batch_size=1_000, learning_rate=1e-9)
    run = loop.train(config, blobs)
    assert run.history[0].accuracy == pytest.approx(
        (run.network.classify(blobs.x_train) == blobs.y_train).mean(), abs=0.002
    )


def test_stop_ends_between_chunks_and_keeps_what_was_learned(blobs):
    asked = itertools.count()
    run = loop.train(
        TrainingConfig("linear", epochs=1_000), blobs, control=lambda: "stop" if next(asked) > 20 else "run"
    )
    assert run.stopped
    assert 0 < run.step < 1_000
    assert run.correct == (run.network.classify(blobs.x_test) == blobs.y_test).sum() > 60


def test_pause_waits_without_counting_the_time_and_goes_on_to_the_same_end(blobs):
    config = TrainingConfig("linear", epochs=2)
    commands = itertools.chain(["run"] * 3, ["pause"] * 5, itertools.repeat("run"))
    run = loop.train(config, blobs, control=lambda: next(commands))
    assert not run.stopped
    assert np.array_equal(weights(run), weights(loop.train(config, blobs)))


def test_a_run_of_the_same_kind_does_not_wait_for_one_that_is_paused(blobs):
    config = TrainingConfig("linear", epochs=1, batch_size=40)
    alone, both = loop.train(config, blobs), []
    other = threading.Thread(target=lambda: both.append(loop.train(config, blobs)), daemon=True)

    def control():
        if other.ident is None:  # This run waits for its viewer.
            other.start()
            other.join(60)
            assert both, "the other run waits, too"
        return "run"

    both.append(loop.train(config, blobs, control=control))
    assert [np.array_equal(weights(run), weights(alone)) for run in both] == [True, True]
    assert config.kind in kinds_at_hand()


def test_steps_of_any_part_of_a_chunk_are_one_compiled_program(tmp_path):
    # Whoever asks for a single step would wait half a second for the compiler, which keeps 15 MB for good each time.
    code = """
import numpy as np
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.program import program_for
images, labels = np.zeros((9, 20, 28, 28), np.uint8), np.zeros((9, 20), np.uint8)
config = TrainingConfig("linear")
with program_for(config) as program:
    program.start(config, None)
    for first, last in ((0, 9), (0, 1), (1, 2), (4, 8)):
        losses, _ = program.advance(images, labels, first, last)
        assert len(losses) == last - first
"""
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_dump_to={tmp_path}"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "XLA_FLAGS": flags}, check=True)
    assert len([*tmp_path.glob("*_steps_*before_optimizations.txt")]) == 1


def test_training_reads_no_source_code(tmp_path):
    """AutoGraph would: of what it cannot read or rewrite it leaves loops over tensors as they are, and they fail."""
    shutil.copytree(Path(loop.__file__).parents[1], tmp_path / "mnist_core", ignore=shutil.ignore_patterns("*.py[co]"))
    compileall.compile_dir(tmp_path, quiet=1, legacy=True)
    for path in tmp_path.rglob("*.py"):
        path.unlink()
    code = """
import numpy as np
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training import program
assert program.__file__.endswith(".pyc")
images, labels = np.zeros((9, 20, 28, 28), np.uint8), np.zeros((9, 20), np.uint8)
with program.program_for(TrainingConfig("convolutional")) as compiled:
    compiled.start(TrainingConfig("convolutional"), None)
    assert len(compiled.advance(images, labels, 0, 9)[0]) == 9
    assert compiled.measure(images[0], labels[0])[0].shape == (20, 10)
"""
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environ, check=True)


def test_programs_are_used_again_and_a_bounded_number_is_kept(blobs, monkeypatch):
    monkeypatch.setattr(program, "_free", [])
    kinds = [TrainingConfig("linear", batch_size=10 + number) for number in range(program.MOST_PROGRAMS)]
    with program_for(kinds[0]) as first, program_for(kinds[0]) as second:
        assert first is not second and kinds_at_hand() == frozenset()
    with program_for(kinds[0]) as again:
        assert again in (first, second)
    for config in kinds:
        with program_for(config):
            pass
    assert len(program._free) == program.MOST_PROGRAMS
    assert kinds_at_hand() == {config.kind for config in kinds}


def test_weights_that_cease_to_be_numbers_end_in_a_sentence(blobs):
    config, states = TrainingConfig("linear", epochs=2), []
    loop.train(config, blobs, on_progress=lambda progress: states.append(progress.state()))
    with np.load(io.BytesIO(states[0])) as file:
        arrays = {**file, "v0": np.full_like(file["v0"], np.nan)}
    exploded = io.BytesIO()
    np.savez(exploded, **arrays)
    sentence = f"at step {int(arrays['step']) + 1}: a learning rate of 0.001 is too large here. .* 0.0001 for instance"
    with pytest.raises(Diverged, match=sentence):
        loop.train(config, blobs, resume=exploded.getvalue())


DIVERGES = TrainingConfig(
    "hidden", epochs=2, hidden_units=16, activation="linear", optimizer="sgd", learning_rate=10.0, batch_size=30
)


def test_the_step_at_which_the_loss_ceases_to_be_a_number_is_the_right_one(blobs):
    with pytest.raises(Diverged, match="ceased to be a number at step") as raised:
        loop.train(DIVERGES, blobs)
    step = raised.value.step
    losses = []
    steps = iter(range(1, step + 1))
    wanted = [next(steps)]

    def on_checkpoint(checkpoint) -> None:
        if checkpoint.resting:
            losses.append(checkpoint.batch.loss)
            wanted[0] = next(steps, "stop")

    with pytest.raises(Diverged, match=f"at step {step}:"):
        loop.train(DIVERGES, blobs, control=lambda: wanted[0], on_checkpoint=on_checkpoint)
    assert len(losses) == step - 1 and np.isfinite(losses).all()


def test_a_batch_larger_than_the_data_is_refused_before_anything_starts(blobs):
    with pytest.raises(ConfigError, match="1,000 training images"):
        loop.train(TrainingConfig(batch_size=2_000), blobs)


@pytest.mark.parametrize(
    ("name", "most"),
    # The order in which a product adds up is each library's own: a few of the last bits may differ.
    [("linear", 2e-6), ("hidden", 2e-6), ("hidden-draw-ready", 2e-6), ("convolutional", 1e-5)],
)
def test_numpy_and_keras_agree_through_a_keras_file(name, most, tmp_path):
    path = tmp_path / "network.keras"
    path.write_bytes(model_files.keras_file(pretrained(name)))
    model = keras.models.load_model(path)
    images = np.random.default_rng(0).integers(0, 256, (1_000, 28, 28), np.uint8)
    images[np.random.default_rng(1).random(images.shape) < 0.8] = 0  # as dark as digits are
    by_keras = model(pretrained(name).prepare(images).astype(np.float32) / np.float32(255)).numpy()
    assert pretrained(name).scores(images) == pytest.approx(by_keras, abs=most)
    assert np.ptp(by_keras) > 0.5  # the images are not all answered alike


@pytest.mark.parametrize(
    ("config", "optimizer"),
    [
        (TrainingConfig("linear", epochs=2, learning_rate=0.003), "Adam"),
        (TrainingConfig("hidden", epochs=2, optimizer="sgd", learning_rate=0.25, outputs="softmax"), "SGD"),
        (TrainingConfig("linear", epochs=2, loss="mean_squared_error"), "Adam"),
    ],
    ids=["tutorial", "sgd", "squared-error"],
)
def test_a_keras_file_evaluates_as_its_run_did_and_learns_on_with_its_optimizer(config, optimizer, blobs, tmp_path):
    run = loop.train(config, blobs)
    path = tmp_path / "network.keras"
    path.write_bytes(model_files.keras_file(run.network))
    model = keras.models.load_model(path)
    labels = keras.utils.to_categorical(blobs.y_test, 10) if LOSSES[config.loss].one_hot else blobs.y_test
    loss, accuracy = model.evaluate(blobs.x_test / 255, labels, verbose=0)
    assert accuracy == pytest.approx(run.test_accuracy, abs=1e-6)
    assert model.loss == config.loss
    assert type(model.optimizer).__name__ == optimizer
    assert float(model.optimizer.learning_rate) == pytest.approx(config.learning_rate)
    model.fit(blobs.x_test / 255, labels, epochs=3, verbose=0)
    assert model.evaluate(blobs.x_test / 255, labels, verbose=0)[0] < loss


def test_a_keras_file_of_a_network_that_does_not_say_how_it_was_made_evaluates_too(blobs, tmp_path):
    path = tmp_path / "network.keras"
    path.write_bytes(model_files.keras_file(replace(pretrained("linear"), about={})))
    model = keras.models.load_model(path)
    right = int((pretrained("linear").classify(blobs.x_test) == blobs.y_test).sum())
    assert model.evaluate(blobs.x_test / 255, blobs.y_test, verbose=0)[1] == pytest.approx(right / 200)


@pytest.mark.parametrize("name", ["linear", "hidden", "convolutional"])
def test_numpy_and_litert_agree_through_a_tflite_file(name, mnist):
    interpreter = Interpreter(model_content=model_files.tflite_file(pretrained(name)))
    given, got = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    assert (given["dtype"], got["dtype"]) == (np.float32, np.float32)
    images = mnist.x_test[:200]
    interpreter.resize_tensor_input(given["index"], images.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], images.astype(np.float32) / np.float32(255))
    interpreter.invoke()
    outputs = interpreter.get_tensor(got["index"])
    assert np.abs(outputs - pretrained(name).scores(images)).max() <= 1e-5
    assert (outputs.argmax(axis=1) == mnist.y_test[:200]).mean() > 0.9


@pytest.mark.parametrize(("architecture", "least"), [("linear", 0.92), ("hidden", 0.97)])
def test_the_tutorials_settings_reach_the_tutorials_accuracy(architecture, least, mnist):
    run = loop.train(TrainingConfig(architecture), mnist)
    assert run.test_accuracy >= least
    assert np.array_equal(run.scores.argmax(1), run.network.classify(mnist.x_test))
