"""What runs are called: no two alike, and by what is unusual about them."""

from threading import Thread

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.names import name_after, usual_name
from mnist_core.store.runs.records import MAX_NAME, Run, Status
from mnist_core.store.store import Store

CONFIG = TrainingConfig(architecture="linear", epochs=5)


def made(store: Store, name: str | None = None) -> Run:
    return store.runs.create(CONFIG, data_name="MNIST", data_digest="d", total_steps=10, name=name)


def test_runs_of_the_same_settings_are_numbered(store):
    runs = [made(store) for _ in range(3)]
    assert [run.name for run in runs] == [f"Linear 784-10, 5 epochs{end}" for end in ("", " (2)", " (3)")]
    assert store.runs.get(runs[2].id).name == "Linear 784-10, 5 epochs (3)"


def test_a_name_that_is_taken_gets_the_next_number_and_no_other_name_does(store):
    names = ["Ada", "Ada", "Ada's", "Ada_", "Ada (2)", "Ada (7)", "Ada", "A%", "Ad"]
    assert [made(store, name).name for name in names] == [
        "Ada", "Ada (2)", "Ada's", "Ada_", "Ada (3)", "Ada (7)", "Ada (8)", "A%", "Ad",
    ]  # fmt: skip


def test_a_longest_name_makes_room_for_its_number(store):
    first, second = made(store, "a" * MAX_NAME), made(store, "a" * MAX_NAME)
    assert first.name == "a" * MAX_NAME and second.name.endswith("a (2)") and len(second.name) <= MAX_NAME


def test_renaming_keeps_names_apart_too_and_a_run_may_keep_its_own(store):
    one, other = made(store, "Ada"), made(store, "Grace")
    store.runs.rename(one.id, "Ada")
    store.runs.rename(other.id, " Ada ")
    assert [store.runs.get(run.id).name for run in (one, other)] == ["Ada", "Ada (2)"]


def test_a_whole_class_that_starts_at_once_gets_names_of_its_own(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = Store(url)
    threads = [Thread(target=made, args=(store,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    names = [run.name for run in store.runs.lists.all()]
    store.close()
    assert len(set(names)) == len(names) == 12


def test_what_is_unusual_about_the_settings_is_in_the_name_and_what_is_usual_is_not():
    assert usual_name(TrainingConfig()) == "Hidden layer 784-100-10, 5 epochs"
    config = TrainingConfig(optimizer="sgd", learning_rate=0.1, seed=3, straighten=True, epochs=1)
    assert usual_name(config) == "Hidden layer 784-100-10, 1 epoch, SGD at 0.1, straightened, seed 3"
    everything = TrainingConfig(
        hidden_units=2_048, activation="sigmoid", optimizer="rmsprop", learning_rate=0.0123, loss="binary_crossentropy",
        outputs="softmax", batch_size=1_000, training_images=50_000, pen_styles=True, straighten=True, seed=123_456,
    )  # fmt: skip
    assert len(usual_name(everything)) <= MAX_NAME


def trained_on(store: Store, run: Run, epochs: int) -> str:
    """What it is called after that."""
    store.runs.progress.claim(run.id)
    store.runs.progress.set_state(run.id, step=10, state=b"state")
    store.runs.progress.finish(run.id, Status.STOPPED)
    store.runs.extend(run.id, epochs)
    return store.runs.get(run.id).name


def test_a_run_that_is_trained_on_is_named_by_the_epochs_it_has_now_unless_a_person_named_it(store):
    runs = [made(store), made(store), made(store, "Ada"), made(store, "Linear, 5 epochs")]
    assert [trained_on(store, run, 3) for run in runs] == [
        "Linear 784-10, 8 epochs", "Linear 784-10, 8 epochs (2)", "Ada", "Linear, 5 epochs",
    ]  # fmt: skip


def test_names_of_earlier_versions_keep_their_words_when_epochs_are_added():
    before, after = TrainingConfig(outputs="softmax", epochs=300), TrainingConfig(outputs="softmax", epochs=305)
    said = name_after("Hidden layer 784-100-10, 300 epochs, softmax (4)", before, after)
    assert said == "Hidden layer 784-100-10, 305 epochs, softmax"
    assert name_after(f"{usual_name(before)} (2)", before, after) == usual_name(after)
    assert name_after("Hidden layer 784-100-10, 300 epochs of mine", before, after).endswith("300 epochs of mine")
