"""What is worked out once and kept: keys, the store, and the methods' side of it."""

from dataclasses import replace

import numpy as np
import pytest
from few_images import few_images

from mnist_core.errors import JobError, RunNotFound, StoreError
from mnist_core.insight.work import version_of
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store import analyses
from mnist_core.store.analyses import Analysis
from mnist_core.workers.methods import compute

DATA = few_images()
ASKED = Analysis("map", DATA.digest, "hidden", "v1", {"by": "pixels", "seed": 3})


def new_run(store):
    run = store.runs.create(
        TrainingConfig(architecture="linear", epochs=2), data_name=DATA.name, data_digest=DATA.digest, total_steps=126
    )
    store.runs.progress.add_snapshot(run.id, step=60, epoch=0.96, network=pretrained("linear").to_bytes())
    return run


def test_equal_questions_have_one_key_and_any_difference_another():
    assert replace(ASKED, options={"seed": 3, "by": "pixels"}).key == ASKED.key
    others = [
        replace(ASKED, kind="stress"),
        replace(ASKED, data_digest="other"),
        replace(ASKED, network="linear"),
        replace(ASKED, version="v2"),
        replace(ASKED, options={"by": "pixels", "seed": 4}),
    ]
    assert len({ASKED.key, *(other.key for other in others)}) == 6


def test_a_result_is_kept_as_it_was(store):
    assert store.analyses.get(ASKED.key) is None and not store.analyses.has(ASKED.key)
    result = {"places": np.arange(6, dtype=np.float16).reshape(3, 2), "labels": np.array([1, 255, 3], np.uint8)}
    store.analyses.keep(ASKED, result)
    store.analyses.keep(ASKED, result)
    kept = store.analyses.get(ASKED.key)
    assert store.analyses.has(ASKED.key) and kept.keys() == result.keys()
    for name, array in result.items():
        np.testing.assert_array_equal(kept[name], array, strict=True)


def test_a_result_goes_with_its_run_and_those_of_others_stay(store):
    run = new_run(store)
    of_run = replace(ASKED, network=run.id)
    for analysis in (of_run, ASKED):
        store.analyses.keep(analysis, {"x": np.zeros(1)})
    store.runs.delete(run.id)
    assert not store.analyses.has(of_run.key) and store.analyses.has(ASKED.key)
    with pytest.raises(StoreError):
        store.analyses.keep(of_run, {"x": np.zeros(1)})
    assert not store.analyses.has(of_run.key)


def test_a_damaged_result_is_named(store):
    store.analyses.keep(ASKED, {"x": np.zeros(1)})
    with store.database.write() as connection:
        connection.execute(analyses.table.update().values(content=b"PK not an archive"))
    with pytest.raises(StoreError, match=f"{ASKED.key} in the store is damaged"):
        store.analyses.get(ASKED.key)


def test_the_version_follows_the_weights(store):
    run = new_run(store)
    before = version_of(store, run.id)
    store.runs.progress.add_snapshot(run.id, step=80, epoch=1.2, network=pretrained("linear").to_bytes())
    assert version_of(store, run.id) != before
    assert version_of(store, "linear") == version_of(store, "linear") != version_of(store, "hidden")
    with pytest.raises(RunNotFound):
        version_of(store, "12345678")


def test_a_run_that_went_on_meanwhile_is_not_mistaken_for_what_it_was(store):
    run = new_run(store)
    asked = Analysis("history", DATA.digest, run.id, version_of(store, run.id))
    store.runs.progress.add_snapshot(run.id, step=80, epoch=1.2, network=pretrained("linear").to_bytes())
    with pytest.raises(JobError, match="trained on meanwhile"):
        compute(asked, DATA, store)
