"""What tests share: the data, and settings that touch nothing of the user's."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mnist_core.data import dataset, mnist_files
from mnist_core.settings import Settings
from mnist_core.store.store import Store
from mnist_core.workers.jobs import Jobs

if TYPE_CHECKING:
    from real_workers import Place
    from servers.postgresql import Server
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

DATABASES = ("sqlite", "postgresql")
FEW_IMAGES = str(Path(__file__).parent / "support" / "few_images.py")
# These keep several worker processes busy: one after another, or they would wait for each other past their time-outs.
# Those in a browser, with a worker each, are one row; those that start databases and clusters are another.
BUSY = {
    "test_class_faults",
    "test_class_page",
    "test_cluster",
    "test_database_faults",
    "test_jobs",
    "test_search",
    "test_search_page",
    "test_servers",
    "test_teach",
    "test_train",
    "test_worker_faults",
}
LONG = {"browser", "training", "cli", "exchange"}  # Folders whose files take a minute or so each.
# What has to be started for a test, told by its fixtures, what they are made of, and what its file uses.
NEEDS = {
    "browser": {"browser", "new_tab", "desktop", "phone", "projector"},
    "server": {"postgresql", "app_server", "servers.dask_cluster", "servers.postgresql"},
    "worker": {
        "keras",
        "mnist_core.exchange.model_files",
        "mnist_core.training.loop",
        "real_workers",
        "worker_process",
        "command_line",
        "few_images_for_workers",
        "elsewhere",
        "subprocess",
    },
}
TRAINS = re.compile(
    r"^(import keras|from mnist_core\.(training import loop|exchange import model_files))\b", re.MULTILINE
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with what it needs: `make check` runs those that need nothing.

    Where several run at a time, begin with what takes longest: then all of them end at about the same time.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: (item.path.stem not in BUSY, item.path.parent.name not in LONG))
    for item in items:
        used = _used(item)
        for mark, signs in NEEDS.items():
            if used & signs:
                item.add_marker(mark)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files unread whose tests train, where those are not asked for: they import TensorFlow, for four seconds."""
    if "not worker" in config.option.markexpr and collection_path.suffix == ".py":
        return bool(TRAINS.search(collection_path.read_text(encoding="utf-8"))) or None
    return None


def pytest_collection_finish() -> None:
    """Leave what was imported out of every search for garbage: with TensorFlow in memory one takes half a second."""
    gc.freeze()


def _used(item: pytest.Item) -> set[str]:
    values = [*vars(item.module).values()]
    modules = {each.__name__ if isinstance(each, ModuleType) else getattr(each, "__module__", "") for each in values}
    params = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {*item.fixturenames, *modules, *(each for each in params if isinstance(each, str))}


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Keep the tests of a file together where several run at a time, and those of busy files one after another.

    xdist's own groups (`--dist loadgroup`) do nothing with pytest 9.2: it does not take the names they give to tests.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0])
            return f"busy, {file.parent.name == 'browser'}" if file.stem in BUSY else str(file)

    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _skips_fail_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _skips_fail_in_ci((yield))


def _skips_fail_in_ci(report):
    everything_is_there = os.environ.get("CI") == "true" and os.environ.get("DIGITLAB_MNIST")
    if report.skipped and everything_is_there and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped where CI has MNIST: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def mnist() -> dataset.Dataset:
    """The real MNIST."""
    path = os.environ.get("DIGITLAB_MNIST")
    if not path:
        pytest.skip("DIGITLAB_MNIST names no copy of the real MNIST")
    return dataset.read_mnist(path)


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """An empty home, no download, and no data that happen to lie on this machine."""
    monkeypatch.setattr(dataset, "PROJECT_DATA", tmp_path / "data")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    home = tmp_path / "home"
    return Settings(
        mnist=None,
        home=home,
        database_url=f"sqlite:///{home / 'digitlab.sqlite'}",
        scheduler=None,
        workers=1,
        offline=True,
    )


@pytest.fixture(scope="module")
def few_images_for_workers() -> Iterator[None]:
    """Workers of Dask that are started now learn from `few_images`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_DISTRIBUTED__WORKER__PRELOAD", FEW_IMAGES)
        yield


@pytest.fixture
def small_mnist(monkeypatch) -> dict[str, np.ndarray]:
    """Ten images that pass for MNIST in this test: the whole path runs in milliseconds."""
    rng = np.random.default_rng(0)
    shapes = {"x_train": (6, 28, 28), "y_train": (6,), "x_test": (4, 28, 28), "y_test": (4,)}
    arrays = {key: rng.integers(0, 10, shape, np.uint8) for key, shape in shapes.items()}
    parts = tuple(
        replace(part, shape=shapes[part.key], sha256=mnist_files.array_digest(arrays[part.key]))
        for part in mnist_files.PARTS
    )
    monkeypatch.setattr(mnist_files, "PARTS", parts)
    return arrays


@pytest.fixture
def drawn(monkeypatch):
    """A synthetic set of a few images: what it looks like is not the question here."""
    rng = np.random.default_rng(1)
    arrays = (
        rng.integers(0, 256, (5, 28, 28), np.uint8),
        np.arange(5, dtype=np.uint8),
        rng.integers(0, 256, (2, 28, 28), np.uint8),
        np.arange(2, dtype=np.uint8),
    )
    monkeypatch.setattr("mnist_core.data.synthetic.load", lambda home, on_progress: arrays, raising=False)
    return arrays


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server on loopback; skips where there is none (fails in CI)."""
    from servers.postgresql import NoPostgreSQL, Server

    try:
        server = Server()
        server.start()
    except NoPostgreSQL as error:
        pytest.skip(str(error))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory, postgresql) -> Iterator[Place]:
    """A Dask cluster of two workers, and PostgreSQL; started with the command that pages give where there are none."""
    from real_workers import Place, local_settings, wait_for
    from servers.dask_cluster import DaskCluster

    folder, name = tmp_path_factory.mktemp("elsewhere"), postgresql.create()
    store = Store(postgresql.url(name))
    cluster = DaskCluster(
        folder,
        {
            "DIGITLAB_DATABASE_URL": store.url,
            "DIGITLAB_HOME": str(folder),
            "DIGITLAB_OFFLINE": "1",
            "DASK_DISTRIBUTED__WORKER__PRELOAD": FEW_IMAGES,
        },
    )
    settings = local_settings(folder, database_url=store.url, scheduler=cluster.address)
    place = Place(settings, store, Jobs(settings, store), 2)
    try:
        cluster.start_scheduler()
        place.jobs.warm_up()
        place.told = wait_for(lambda: place.jobs.state == "starting" and place.jobs.problem)
        command = place.told.partition(": python ")[2].split()
        for number in range(place.workers):
            cluster.start(f"worker-{number}", [sys.executable, *command, "--no-dashboard", "--host", "127.0.0.1"])
        yield place
    finally:
        place.jobs.close()
        cluster.close()
        store.close()
        postgresql.drop(name)


@pytest.fixture(scope="session")
def _postgresql_store(postgresql) -> str:
    """A database with empty tables, to be copied: that takes a third of the time in which they are made."""
    name = postgresql.create()
    Store(postgresql.url(name)).close()
    return name


@pytest.fixture(params=DATABASES)
def database_url(request, tmp_path) -> Iterator[str]:
    """The address of a database for one test's store, of each kind in turn."""
    yield from _database(request, tmp_path, template="_postgresql_store")


@pytest.fixture
def store(database_url) -> Iterator[Store]:
    """A store in one test's database."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture(params=DATABASES)
def empty_url(request, tmp_path) -> Iterator[str]:
    """The same, of a database without tables."""
    yield from _database(request, tmp_path)


def _database(request, tmp_path, template=None):
    from stored import lay_empty_store

    if request.param == "sqlite":
        file = tmp_path / "home" / "digitlab.sqlite"
        if template:
            lay_empty_store(file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql")
    name = server.create(request.getfixturevalue(template) if template else "template0")
    yield server.url(name)
    server.drop(name)
