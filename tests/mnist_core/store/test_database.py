"""How a database is opened, shared and refused; what is in it: `test_store.py`, `test_migrations.py`."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from app_without_browser import opened_app
from test_store import network, new_run, rows

from mnist_core.errors import StoreError, StoreReplaced, StoreUnavailable
from mnist_core.settings import Settings
from mnist_core.store.database import schema
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store

SUPPORT = Path(__file__).resolve().parents[2] / "support"
NOBODY = 65534


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "digitlab.sqlite"


@pytest.fixture
def sqlite_store(path):
    store = Store(f"sqlite:///{path}", busy_timeout=0.2)
    yield store
    store.close()


@pytest.fixture
def store(database_url):
    store = Store(database_url, busy_timeout=0.2)
    yield store
    store.close()


# ----------------------------------------------------------------- many at the same time


def written(url, processes, times, *wanted):
    """What so many processes say that write to one store at once; see `writers.py`."""
    command = [sys.executable, SUPPORT / "writers.py", url, str(processes), str(times), *wanted]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=300)
    assert done.returncode == 0
    return json.loads(done.stdout)


def test_processes_and_threads_that_make_the_same_store_at_once_all_succeed(empty_url):
    with ThreadPoolExecutor(4) as pool:
        stores = pool.map(lambda _: Store(empty_url), range(4))
        made = [answer["run"] for answer in written(empty_url, 6, 0)]
        stores = list(stores)
    assert len({store.identity for store in stores}) == 1
    assert {run.id for run in stores[0].runs.lists.all()} == set(made) and len(made) == 6
    assert len(rows_of(stores[0], "digitlab")) == len(rows_of(stores[0], "digitlab_schema")) == 1
    for store in stores:
        store.close()


def rows_of(store, table):
    with store.database.read() as connection:
        return connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()


def test_thirty_processes_write_at_once_and_nothing_is_lost_or_counted_twice(store):
    waiting = new_run(store)
    answers = written(store.url, 30, 4, waiting.id)
    assert len(answers) == 30
    assert sum(answer["won"] for answer in answers) == 1  # One took the run that waited.
    assert store.runs.get(waiting.id).attempts == 1
    assert {run.id for run in store.runs.lists.all()} == {waiting.id, *(answer["run"] for answer in answers)}
    for answer in answers:
        assert store.runs.get(answer["run"]).step == 4
        assert [metric.step for metric in store.runs.results.metrics(answer["run"])] == [1, 2, 3, 4]
    there = {name: count for name, count in rows(store).items() if count}
    assert there == {"runs": 31, "metrics": 120, "live": 30, "turns": 1}


# ----------------------------------------------------------------- what databases refuse


def test_a_locked_store_is_named_and_nothing_is_written(sqlite_store, path):
    store = sqlite_store
    run = new_run(store)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"digitlab\.sqlite is locked.*try again"):
        store.runs.rename(run.id, "other")
    assert store.runs.get(run.id).name == run.name  # Reading goes on.
    other.rollback()
    other.close()
    store.runs.rename(run.id, "other")
    assert store.runs.get(run.id).name == "other"


def test_a_lock_that_ends_in_time_is_waited_for(path):
    store = Store(f"sqlite:///{path}", busy_timeout=30)
    run = new_run(store)
    other = sqlite3.connect(path, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.rollback)
    release.start()
    store.runs.rename(run.id, "other")
    release.join()
    other.close()
    assert store.runs.get(run.id).name == "other"
    store.close()


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(sqlite_store):
    store = sqlite_store
    run = new_run(store)
    store.runs.progress.claim(run.id)
    store.runs.progress.add_snapshot(run.id, step=1, epoch=0.1, network=network().to_bytes())
    before = rows(store), store.runs.get(run.id)

    @sa.event.listens_for(store.database.engine, "checkout")
    def fill(connection, *_):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    with pytest.raises(StoreError, match=r"digitlab\.sqlite.*disk is full.*Free some space"):
        store.runs.progress.add_snapshot(run.id, step=2, epoch=0.2, network=bytes(10**6))
    with pytest.raises(StoreError, match="disk is full"):
        store.runs.progress.finish(
            run.id, Status.FINISHED, scores=np.random.default_rng(0).random((10_000, 10), np.float32)
        )
    sa.event.remove(store.database.engine, "checkout", fill)
    assert (rows(store), store.runs.get(run.id)) == before


@pytest.fixture
def public_folder():
    """A folder that any user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def unprivileged():
    """Root may write anywhere; these tests are for everybody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def test_a_folder_that_may_not_be_written_to_is_named(public_folder, unprivileged):
    os_root = public_folder
    if os.getuid() != 0:
        os.chmod(os_root, 0o555)
    with pytest.raises(StoreError, match=r"new/digitlab\.sqlite cannot be written to.*DIGITLAB_HOME"):
        Store(f"sqlite:///{os_root}/new/digitlab.sqlite")
    with pytest.raises(StoreError, match=r"/digitlab\.sqlite cannot be opened.*DIGITLAB_HOME"):
        Store(f"sqlite:///{os_root}/digitlab.sqlite")
    assert os.listdir(os_root) == []
    if os.getuid() != 0:
        os.chmod(os_root, 0o755)


def test_a_file_that_may_not_be_written_to_is_named(public_folder):
    path = public_folder / "digitlab.sqlite"
    Store(f"sqlite:///{path}").close()
    store = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreError, match=r"digitlab\.sqlite.*cannot be written to"):
        new_run(store)
    assert store.runs.lists.all() == []
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(store):
    with store.database.write() as connection:
        connection.execute(sa.update(schema.origin).values(version=schema.VERSION + 1))
    with pytest.raises(StoreError, match=r"written by a newer version.*Update Digit Lab"):
        Store(store.url)


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"SQLite format 3\0" + bytes(4_000)])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "digitlab.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"digitlab\.sqlite is damaged, or not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_not_written_to(empty_url, tmp_path):
    (tmp_path / "home").mkdir()
    other = sa.create_engine(empty_url)
    with other.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE runs (miles INTEGER)")
    with pytest.raises(StoreError, match="not a database of Digit Lab|tables of another program"):
        Store(empty_url)
    assert sa.inspect(other).get_table_names() == ["runs"]
    other.dispose()


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(f"sqlite:///{tmp_path}")


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(f"sqlite:///{tmp_path}/home/digitlab.sqlite")


def test_a_store_that_is_replaced_while_in_use_is_a_sentence(store):
    with store.database.write() as connection:
        schema.metadata.drop_all(connection)
    with pytest.raises(StoreError, match="emptied or replaced"):
        store.runs.lists.all()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "DIGITLAB_DATABASE_URL is not the address of a database"),
        ("oracle7://me:secret@host/db", "DIGITLAB_DATABASE_URL is not the address of a database"),
        ("mssql+pymssql://me:secret@host/db", "driver for 'mssql.pymssql' is missing"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_an_address_that_cannot_work_is_refused_without_telling_the_password(url, words):
    with pytest.raises(StoreError, match=words) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_what_a_database_server_refuses_is_a_sentence_without_the_password(postgresql):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = postgresql.url(port=nobody.getsockname()[1])
        mistakes = {
            away: "does not answer.*goes on by itself.*DIGITLAB_DATABASE_URL",
            postgresql.url(password="wrong"): "refuses the user or the password.*DIGITLAB_DATABASE_URL",
            postgresql.url(username="nobody"): "refuses the user or the password",
            postgresql.url(password=None): "refuses the user or the password",
            postgresql.url("nowhere"): "has no database 'nowhere'.*createdb nowhere",
            postgresql.url(host="no-such-host.invalid"): "host 'no-such-host.invalid'.*not known",
            postgresql.url(drivername="postgresql+pg8000"): "driver for 'postgresql.pg8000' is missing.*pip",
        }
        for url, words in mistakes.items():
            with pytest.raises(StoreError, match=words) as caught:
                Store(url)
            assert postgresql.password not in str(caught.value) and "wrong" not in str(caught.value)
            assert len(str(caught.value).splitlines()) == 1
            assert isinstance(caught.value, StoreUnavailable) == (url == away)


def test_a_user_who_may_not_make_tables_is_told_so(postgresql):
    name = postgresql.create()
    postgresql.execute("CREATE ROLE reader LOGIN PASSWORD 'reads'")
    with pytest.raises(StoreError, match=f"may not write there.*ALTER DATABASE {name} OWNER"):
        Store(postgresql.url(name, username="reader", password="reads"))
    postgresql.drop(name)


def test_a_store_that_another_writer_keeps_locked_is_named_on_a_server_too(postgresql):
    name = postgresql.create()
    store = Store(postgresql.url(name), busy_timeout=0.2)
    run = new_run(store)
    with store.database.engine.begin() as other:
        other.exec_driver_sql("LOCK TABLE runs IN EXCLUSIVE MODE")
        with pytest.raises(StoreError, match="locked by another program"):
            store.runs.rename(run.id, "other")
        assert store.runs.get(run.id).name == run.name
    store.close()
    postgresql.drop(name)


def test_two_stores_are_told_apart_and_one_is_known_by_any_address(store, tmp_path):
    again, other = Store(store.url), Store(f"sqlite:///{tmp_path}/other.sqlite")
    assert store.identity == again.identity != other.identity
    again.close()
    other.close()


# ---------------------------------------------------------------------------- which file


@pytest.mark.parametrize("name", ["a?b=c", "#", "100%", "a%3Fb", "a b", "\u00e9"])
def test_the_store_lies_in_its_folder_whatever_the_folder_is_called(tmp_path, name):
    home = tmp_path / name
    store = Store(Settings.from_environment({"DIGITLAB_HOME": str(home)}).database_url)
    another = Store(store.url)  # As a worker is told it.
    assert another.identity == store.identity
    for each in (another, store):
        each.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert home / "digitlab.sqlite" in home.iterdir()


def test_a_file_that_is_deleted_or_replaced_is_noticed_before_more_is_written_into_nothing(sqlite_store, path):
    run = new_run(sqlite_store)
    aside = path.with_name("aside")
    path.rename(aside)
    for ask in (sqlite_store.runs.lists.all, lambda: sqlite_store.runs.get(run.id), lambda: new_run(sqlite_store)):
        with pytest.raises(StoreReplaced, match=f"{path} was deleted or replaced.*move it back"):
            ask()
    assert not path.exists()  # No connection has made an empty one.
    aside.rename(path)
    assert sqlite_store.runs.get(run.id).status == Status.QUEUED
    path.rename(aside)
    other = Store(f"sqlite:///{path}")
    with pytest.raises(StoreReplaced):
        sqlite_store.runs.command(run.id, "stop")
    assert other.runs.lists.all() == []
    other.close()


def test_every_page_says_that_the_store_is_gone_once(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        app.store.runs.lists.all()
        (tmp_path / "home" / "digitlab.sqlite").rename(tmp_path / "aside")
        for name in ("2_Train.py", "3_Dataset.py"):
            said = [each.value for each in app.visit(name).error]
            assert len(said) == 1 and "was deleted or replaced while it was in use" in said[0], (name, said)
        (tmp_path / "aside").rename(tmp_path / "home" / "digitlab.sqlite")
