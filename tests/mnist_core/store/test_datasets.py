"""Data sets that people brought: kept with their images, chosen, deleted, and what guests may not."""

from collections.abc import Iterator

import numpy as np
import pytest
from brought_files import shapes

from mnist_core.data.brought import Brought
from mnist_core.data.catalogue import KNOWN, PARTS
from mnist_core.errors import ConfigError, DataError, NotAllowed, StoreError
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store import datasets
from mnist_core.store.datasets import EVERYBODY, MOST_KEPT, MOST_OF_ONE, SYNTHETIC, USUAL
from mnist_core.store.store import Store
from mnist_core.store.visitors import Limits, Rights, Visitor


def brought(seed: int = 0, classes: tuple[str, ...] = ("cat", "dog", "emu"), known: str = "") -> Brought:
    train, test = shapes(60, len(classes), seed=seed), shapes(15, len(classes), seed=seed + 100)
    return Brought(dict(zip(PARTS, (*train, *test), strict=True)), classes, known, ("Brought to 28x28.",))


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    yield store
    store.close()


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.from_environment({"DIGITLAB_HOME": str(tmp_path), "DIGITLAB_OFFLINE": "1"})


def guest(store: Store, mark: str = "a" * 32, **limits: int) -> Store:
    return store.on_behalf_of(Visitor(mark, Rights.GUEST, Limits(**limits)))


def test_a_data_set_is_kept_with_its_images_names_and_notes(store, settings, monkeypatch):
    monkeypatch.setattr(datasets, "PART_BYTES", 1_000)  # More parts than one.
    made = brought()
    kept = store.datasets.keep(made, name=" My  animals ", drawn=True)
    assert store.datasets.all() == [kept] and store.datasets.find(kept.digest) == kept
    assert (kept.name, kept.training, kept.test, kept.drawn) == ("My animals", 60, 15, True)
    data = store.datasets.load(kept.digest, settings)
    assert (data.name, data.classes, data.digest) == ("My animals", ("cat", "dog", "emu"), kept.digest)
    assert data.notes == made.notes
    for part in PARTS:
        assert np.array_equal(getattr(data, part), made.arrays[part])


def test_the_same_content_is_kept_once_and_other_names_are_another(store):
    first = store.datasets.keep(brought(), name="One")
    assert store.datasets.keep(brought(), name="Two") == first
    assert store.datasets.keep(brought(classes=("a", "b", "c")), name="Two") != first
    assert len(store.datasets.all()) == 2


def test_a_known_one_has_the_name_of_the_catalogue(store):
    kept = store.datasets.keep(brought(known="fashion"), name="mine", drawn=True)
    assert (kept.name, kept.drawn) == (KNOWN["fashion"].name, False)


def test_a_damaged_row_is_told(store, settings):
    kept = store.datasets.keep(brought(), name="One")
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE dataset_parts SET content = x'00'")
    with pytest.raises(DataError, match="damaged in the store"):
        store.datasets.load(kept.digest, settings)


def test_each_person_chooses_for_themselves_and_the_teacher_for_everybody(store):
    teacher, one, other = store, guest(store, "a" * 32), guest(store, "b" * 32)
    kept = teacher.datasets.keep(brought(), name="One")
    assert {each.datasets.chosen() for each in (teacher, one, other)} == {USUAL}
    one.datasets.choose(kept.digest)
    assert [each.datasets.chosen() for each in (teacher, one, other)] == [USUAL, kept.digest, USUAL]
    teacher.datasets.choose(SYNTHETIC, everybody=True)
    assert [each.datasets.chosen() for each in (teacher, one, other)] == [SYNTHETIC, kept.digest, SYNTHETIC]
    one.datasets.choose(USUAL)
    assert one.datasets.chosen() == USUAL


def test_a_guest_chooses_not_for_everybody_nor_what_is_not_there(store):
    with pytest.raises(NotAllowed):
        guest(store).datasets.choose(SYNTHETIC, everybody=True)
    with pytest.raises(ConfigError):
        guest(store).datasets.choose("0" * 64)
    assert EVERYBODY == ""


def test_deleting_one_takes_its_images_and_choices_along(store, settings):
    kept = store.datasets.keep(brought(), name="One")
    guest(store).datasets.choose(kept.digest)
    store.datasets.delete(kept.digest)
    store.datasets.delete(kept.digest)  # The same press once more.
    assert store.datasets.all() == [] and guest(store).datasets.chosen() == USUAL
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM dataset_parts").scalar() == 0
    with pytest.raises(DataError, match="deleted"):
        store.datasets.load(kept.digest, settings)


def test_one_that_a_run_still_needs_stays(store):
    kept = store.datasets.keep(brought(), name="One")
    run = store.runs.create(
        TrainingConfig(classes=3), data_name=kept.name, data_digest=kept.digest, total_steps=5, name="Waits"
    )
    with pytest.raises(StoreError, match="Waits has not ended"):
        store.datasets.delete(kept.digest)
    store.runs.delete(run.id)
    store.datasets.delete(kept.digest)


def test_what_a_guest_may_not_is_refused(store):
    kept = store.datasets.keep(brought(), name="The teacher's")
    with pytest.raises(NotAllowed):
        guest(store).datasets.delete(kept.digest)
    with pytest.raises(NotAllowed, match="training images"):
        guest(store, images=50).datasets.keep(brought(1), name="Too many")
    with pytest.raises(NotAllowed):
        store.on_behalf_of(Visitor("a" * 32, Rights.ONLOOKER)).datasets.keep(brought(1), name="Mine")
    for seed in range(MOST_OF_ONE):
        guest(store).datasets.keep(brought(seed + 1), name="Mine")
    with pytest.raises(NotAllowed, match="of their own"):
        guest(store).datasets.keep(brought(99), name="One more")
    own = guest(store).datasets.all()[-1]
    guest(store).datasets.delete(own.digest)


def test_there_is_room_for_so_many_and_no_more(store):
    for seed in range(MOST_KEPT):
        store.datasets.keep(brought(seed), name=f"Number {seed}")
    with pytest.raises(StoreError, match="Delete one"):
        store.datasets.keep(brought(99), name="One more")
