"""From the tables of the first release, written down here as it made them, to those of today."""

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from test_store import network

from mnist_core.errors import RunNotFound, StoreError
from mnist_core.store.database import migrations, schema
from mnist_core.store.drawings import Drawing
from mnist_core.store.runs.progress import _packed
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.store.visitors import mark_of

PROJECT = Path(__file__).resolve().parents[3]
RUN_ID = "run_id VARCHAR(8) NOT NULL REFERENCES runs (id) ON DELETE CASCADE"
FIRST_RELEASE = f"""
CREATE TABLE digitlab (version INTEGER NOT NULL, identity VARCHAR(32) NOT NULL, PRIMARY KEY (version));
CREATE TABLE runs (
    id VARCHAR(8) NOT NULL, name VARCHAR(200) NOT NULL, config JSON NOT NULL, data_name VARCHAR(200) NOT NULL,
    data_digest VARCHAR(64) NOT NULL, parent VARCHAR(8), status VARCHAR(16) NOT NULL, command VARCHAR(8) NOT NULL,
    owner VARCHAR(32) NOT NULL, created DOUBLE NOT NULL, started DOUBLE, ended DOUBLE, heartbeat DOUBLE,
    step INTEGER NOT NULL, total_steps INTEGER NOT NULL, images_per_second DOUBLE NOT NULL, seconds DOUBLE NOT NULL,
    correct INTEGER, tested INTEGER, message TEXT NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX ix_runs_status ON runs (status);
CREATE TABLE live (
    {RUN_ID}, step INTEGER NOT NULL, epoch DOUBLE NOT NULL, network BLOB NOT NULL, PRIMARY KEY (run_id)
);
CREATE TABLE metrics (
    {RUN_ID}, step INTEGER NOT NULL, epoch DOUBLE NOT NULL, loss DOUBLE NOT NULL, accuracy DOUBLE NOT NULL,
    test_loss DOUBLE, test_accuracy DOUBLE, seconds DOUBLE NOT NULL, PRIMARY KEY (run_id, step)
);
CREATE TABLE outputs ({RUN_ID}, scores BLOB NOT NULL, PRIMARY KEY (run_id));
CREATE TABLE snapshots (
    {RUN_ID}, step INTEGER NOT NULL, epoch DOUBLE NOT NULL, network BLOB NOT NULL, PRIMARY KEY (run_id, step)
);
CREATE TABLE states ({RUN_ID}, step INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY (run_id));
INSERT INTO digitlab VALUES (1, 'the first');
"""
RUN = (
    "INSERT INTO runs VALUES (:id, :name, '{\"architecture\": \"linear\", \"epochs\": 2}', 'MNIST', 'd', NULL, "
    ":status, 'run', '', :created, 5.5, :ended, 6.5, 20, 3750, 1000.0, 0.2, :correct, :tested, '')"
)
COLUMNS = {  # that runs had in new stores for some days before there were migrations
    "experiment": "VARCHAR(8) REFERENCES experiments (id) ON DELETE CASCADE",
    "trial": "INTEGER",
    "attempts": "INTEGER DEFAULT 0 NOT NULL",
}
TABLES = {  # that versions between the releases made, as they made them
    "lessons": f"{RUN_ID} PRIMARY KEY, hand VARCHAR(40) NOT NULL, parent VARCHAR(64) NOT NULL, content BLOB NOT NULL, "
    "result JSON",
    "drawings": "id VARCHAR(8) NOT NULL PRIMARY KEY, hand VARCHAR(40) NOT NULL, label SMALLINT NOT NULL, "
    "created DOUBLE NOT NULL, strokes JSON NOT NULL, image BLOB NOT NULL, said JSON NOT NULL",
    "analyses": '"key" VARCHAR(32) NOT NULL PRIMARY KEY, run_id VARCHAR(8) REFERENCES runs (id) ON DELETE CASCADE, '
    "kind VARCHAR(32) NOT NULL, created DOUBLE NOT NULL, content BLOB NOT NULL",
    "experiments": "id VARCHAR(8) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, plan JSON NOT NULL, "
    "command VARCHAR(8) NOT NULL, created DOUBLE NOT NULL",
}
SCORES = np.random.default_rng(0).random((4, 10), np.float32)


def of_dialect(engine: sa.Engine, text: str) -> str:
    """SQLite's words for types as the engine's database has them."""
    if engine.dialect.name == "postgresql":
        return text.replace("DOUBLE", "DOUBLE PRECISION").replace("BLOB", "BYTEA")
    return text


def first_release(url: str) -> sa.Engine:
    """A store as version 1.0.0 left it: a finished run, a stopped one, and one that waits, made before both."""
    if url.startswith("sqlite"):
        Path(sa.make_url(url).database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in filter(str.strip, of_dialect(engine, FIRST_RELEASE).split(";")):
            connection.exec_driver_sql(statement)
        run = {"name": "Mine", "ended": None, "correct": None, "tested": None}
        for values in (
            {"id": "00000001", "status": "finished", "created": 3.0, "ended": 9.0, "correct": 3, "tested": 4},
            {"id": "00000002", "status": "stopped", "created": 2.0, "ended": 9.0},
            {"id": "00000003", "status": "queued", "created": 1.0},
        ):
            connection.execute(sa.text(RUN.replace('":', '"\\:')), run | values)
        for step in (10, 20):
            connection.execute(
                sa.text("INSERT INTO metrics VALUES ('00000001', :step, 0.1, 0.5, 0.9, NULL, 0.8, 0.2)"), {"step": step}
            )
            connection.execute(
                sa.text("INSERT INTO snapshots VALUES ('00000001', :step, 0.1, :network)"),
                {"step": step, "network": network(step).to_bytes()},
            )
        connection.execute(sa.text("INSERT INTO outputs VALUES ('00000001', :scores)"), {"scores": _packed(SCORES)})
        connection.execute(sa.text("INSERT INTO states VALUES ('00000002', 20, :state)"), {"state": b"go on"})
    return engine


def contents(engine: sa.Engine) -> dict[str, list]:
    """Every row of every table."""
    tables = sa.inspect(engine).get_table_names()
    with engine.connect() as connection:
        return {name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}"))) for name in tables}


def differences(engine: sa.Engine) -> list:
    """What Alembic would have to change to make the tables those of `schema.py`."""
    options = {"version_table": migrations.HISTORY, "compare_type": True, "compare_server_default": True}
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata)
    if engine.dialect.name == "sqlite":
        # SQLAlchemy does not read what a deletion does from a column's own foreign key: it is asked for below.
        return [each for each in found if each[0] not in ("remove_fk", "add_fk")]
    return found


def foreign_keys(engine: sa.Engine) -> set[tuple]:
    """(table, column, table, column, what a deletion does), as SQLite itself tells."""
    with engine.connect() as connection:
        return {
            (name, key["from"], key["table"], key["to"], key["on_delete"])
            for name in sa.inspect(engine).get_table_names()
            for key in connection.exec_driver_sql(f"PRAGMA foreign_key_list({name})").mappings()
        }


def check_everything_is_there(store: Store) -> None:
    assert store.identity == "the first"
    assert [run.id for run in store.runs.lists.all()] == ["00000001", "00000002", "00000003"]
    assert store.runs.queue.order() == ["00000003"]
    finished, stopped, _ = store.runs.lists.all()
    assert (finished.name, finished.status, finished.correct, finished.tested) == ("Mine", Status.FINISHED, 3, 4)
    assert (finished.created, finished.started, finished.ended, finished.heartbeat) == (3.0, 5.5, 9.0, 6.5)
    assert (finished.experiment, finished.trial, finished.attempts) == (None, None, 0)
    assert [(metric.step, metric.test_accuracy) for metric in store.runs.results.metrics("00000001")] == [
        (10, 0.8),
        (20, 0.8),
    ]
    assert [store.runs.results.snapshot("00000001", step).weights[1][0][0, 0] for step in (10, 20)] == [10, 20]
    np.testing.assert_array_equal(store.runs.results.outputs("00000001"), SCORES)
    assert store.runs.results.state(stopped.id) == b"go on"


def test_a_store_of_the_first_release_opens_with_every_row_and_works_as_a_new_one(empty_url):
    engine = first_release(empty_url)
    store = Store(empty_url)
    check_everything_is_there(store)
    assert differences(engine) == []
    assert (
        store.runs.requeue("00000002")
        and store.runs.progress.claim("00000003")
        and store.runs.get("00000003").attempts == 1
    )
    run = store.runs.create(store.runs.get("00000001").config, data_name="MNIST", data_digest="d", total_steps=1)
    assert store.runs.queue.order() == ["00000002", run.id] and store.runs.lists.all()[0] == run
    assert len(store.drawings.keep(Drawing(3, np.full((28, 28), 9, np.uint8)))) == 1
    store.runs.delete("00000001")
    assert store.runs.results.metrics("00000001") == [] and store.runs.results.outputs("00000001") is None
    store.close()
    engine.dispose()


@pytest.mark.parametrize(
    ("tables", "columns"),
    [
        (("lessons", "drawings"), ()),
        (("lessons", "drawings", "analyses"), ()),
        (("lessons", "drawings", "analyses", "experiments"), ()),
        (("lessons", "drawings", "analyses", "experiments"), tuple(COLUMNS)),
    ],
)
def test_stores_of_versions_between_the_releases_open_too(empty_url, tables, columns):
    engine = first_release(empty_url)
    with engine.begin() as connection:
        for name in tables:
            connection.exec_driver_sql(of_dialect(engine, f"CREATE TABLE {name} ({TABLES[name]})"))
        for name in columns:
            connection.exec_driver_sql(f"ALTER TABLE runs ADD COLUMN {name} {COLUMNS[name]}")
        connection.execute(
            sa.insert(schema.drawings).values(
                id="0badcafe", hand="Ada", label=3, created=1.0, strokes=[], image=bytes(784), said={}
            )
        )
    store = Store(empty_url)
    check_everything_is_there(store)
    assert [drawing.id for drawing in store.drawings.all("Ada")] == ["0badcafe"]
    assert differences(engine) == []
    store.close()
    engine.dispose()


LEFT = "What it had learned is kept, and it can go on from there."
TOLD = {  # What earlier versions wrote of a run that stands at step 20, its status, and what is kept of it now.
    "": ("stopped", {}),
    f"Its worker stopped answering. {LEFT}": ("interrupted", {"lost_step": 20}),
    f"Its worker stopped answering at step 1,234. {LEFT}": ("interrupted", {"lost_step": 1_234}),
    "Its worker stopped answering at step 0. It had learned nothing yet, and can be started again.": (
        "interrupted",
        {"lost_step": 0},
    ),
    "Its worker stopped answering at step 9. It can be started again.": ("interrupted", {"lost_step": 9}),
    "Its worker stopped answering, for the 3rd time, so it is not tried again by itself. It can be started again.": (
        "interrupted",
        {"lost_step": 20},
    ),
    "Its worker stopped answering while it was being stopped. What it had learned is kept.": (
        "stopped",
        {"lost_step": 20},
    ),
    "Its worker was lost at step 1,234": ("queued", {"lost_step": 1_234}),
    "Its worker was lost at step 43; taken up again by another at step 40.": (
        "finished",
        {"lost_step": 43, "resumed_step": 40},
    ),
    "Its worker was lost at step 43; taken up again by another at step 40. Reached 97 % of the test images after 1 of "
    "5 epochs.": ("finished", {"lost_step": 43, "resumed_step": 40, "cause": "reached", "cause_step": 20}),
    "Ended after 12 of 20 epochs: the test loss had not fallen for 3 epochs. It keeps the weights of epoch 9, where "
    "the test loss was lowest.": ("finished", {"cause": "patience", "cause_step": 20, "kept_epoch": 9}),
    "It keeps the weights of epoch 1,009, where the test loss was lowest.": ("finished", {"kept_epoch": 1_009}),
    "After 1 epoch it read 91.2 % at best, less than the median 93.5 % of the trials that were finished.": (
        "pruned",
        {"cause": "median", "cause_step": 20, "median": 0.935},
    ),
    "The loss is no longer a number after step 1,016: a learning rate of 10 is too large here. Start again with a "
    "smaller one.": ("failed", {"cause": "diverged", "cause_step": 1_016}),
    "A weight ceased to be a number at step 16: a learning rate of 1e-05 is too large here. Start again with a smaller "
    "one, 1e-06 for instance.": ("failed", {"cause": "diverged", "cause_step": 16}),
    "ValueError: no": ("failed", {"cause": "error", "cause_step": 20, "message": "ValueError: no"}),
    "Its worker was lost at step 4; taken up again by another at step 0. The images are others.": (
        "failed",
        {"lost_step": 4, "resumed_step": 0, "cause": "error", "cause_step": 20, "message": "The images are others."},
    ),
    "Imported from net.keras. It is given slanted digits.": (
        "finished",
        {"cause": "imported", "cause_step": 20, "message": "Imported from net.keras. It is given slanted digits."},
    ),
}


def brought_to(engine: sa.Engine, version: int) -> None:
    """Bring a store of the first release to a later version's tables, as that version did."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, migrations.FIRST)
        command.upgrade(config, f"{version:04}")
        connection.execute(sa.update(schema.origin).values(version=version))


@pytest.mark.parametrize("version", range(1, 7))
def test_what_earlier_versions_said_in_sentences_is_found_in_columns(empty_url, version):
    engine = first_release(empty_url)
    if version > 1:
        brought_to(engine, version)
    ids = {message: f"0000010{place:x}"[-8:] for place, message in enumerate(TOLD)}
    runs = sa.Table("runs", sa.MetaData(), autoload_with=engine)
    values = {
        "name": "Old",
        "config": {"architecture": "linear"},
        "data_name": "MNIST",
        "data_digest": "d",
        "owner": "",
    }
    values |= {
        "command": "run",
        "created": 4.0,
        "step": 20,
        "total_steps": 100,
        "images_per_second": 1.0,
        "seconds": 2.0,
    }
    with engine.begin() as connection:
        for message, (status, facts) in TOLD.items():
            started = None if facts.get("cause") == "imported" else 5.0
            row = {"id": ids[message], "status": status, "message": message, "started": started}
            connection.execute(sa.insert(runs).values(**values, **row))
    store = Store(empty_url)
    names = "cause", "cause_step", "kept_epoch", "median", "lost_step", "resumed_step", "message"
    nothing = {**dict.fromkeys(names), "cause": "", "message": ""}
    for message, (status, facts) in TOLD.items():
        run = store.runs.get(ids[message])
        assert run.status == status
        assert {name: getattr(run, name) for name in names} == nothing | facts, message
    assert differences(engine) == []
    store.close()
    engine.dispose()


def test_a_new_store_is_made_by_the_same_steps_and_is_what_the_schema_says(empty_url, tmp_path):
    store = Store(empty_url)
    assert differences(store.database.engine) == []
    with store.database.read() as connection:
        steps = connection.exec_driver_sql(f"SELECT version_num FROM {migrations.HISTORY}").scalars().all()
    newest = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
    assert steps == [newest] == [f"{schema.VERSION:04}"]
    if store.database.engine.dialect.name == "sqlite":
        at_once = sa.create_engine(f"sqlite:///{tmp_path / 'at-once.sqlite'}")
        schema.metadata.create_all(at_once)
        assert foreign_keys(store.database.engine) == foreign_keys(at_once) != set()
        at_once.dispose()
    store.close()


def test_a_difference_between_tables_and_schema_would_be_noticed(empty_url):
    store = Store(empty_url)
    with store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE runs DROP COLUMN trial")
        connection.exec_driver_sql("DROP INDEX ix_drawings_hand")
    assert {each[0] for each in differences(store.database.engine)} == {"add_column", "add_index"}
    store.close()


def test_an_experiment_takes_its_runs_along_in_a_store_that_was_brought_to_this_version(empty_url):
    first_release(empty_url).dispose()
    store = Store(empty_url)
    with store.database.write() as connection:
        connection.execute(
            sa.insert(schema.experiments).values(id="e", name="Mine", plan={}, command="run", created=1.0)
        )
        connection.execute(sa.update(schema.runs).where(schema.runs.c.id == "00000001").values(experiment="e", trial=0))
    with pytest.raises(StoreError), store.database.write() as connection:
        connection.execute(sa.update(schema.runs).values(experiment="unknown"))
    with store.database.write() as connection:
        connection.execute(sa.delete(schema.experiments))
    with pytest.raises(RunNotFound):
        store.runs.get("00000001")
    assert store.runs.results.metrics("00000001") == [] and len(store.runs.lists.all()) == 2
    store.close()


def test_a_step_that_fails_leaves_the_store_as_it_was_and_the_next_opening_does_it_all(empty_url):
    engine = first_release(empty_url)
    before = contents(engine)
    statements = {"seen": 0, "fails": 0}

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def fail(connection, cursor, statement, *_):
        if statement.lstrip().startswith(("CREATE", "ALTER", "UPDATE", "INSERT", "DELETE")):
            statements["seen"] += 1
            if statements["seen"] == statements["fails"]:
                raise sqlite3.OperationalError("disk I/O error")

    failures = 0
    try:
        while True:
            statements.update(seen=0, fails=failures + 1)
            try:
                store = Store(empty_url)
                break
            except StoreError as error:
                assert "disk is full or failing" in str(error)
                failures += 1
            assert contents(engine) == before
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", fail)
    assert failures > 12  # At each of the statements that change anything, in turn.
    check_everything_is_there(store)
    assert differences(engine) == []
    store.close()
    engine.dispose()


KILLED = """
import os, signal, sys
import sqlalchemy as sa
from mnist_core.store.store import Store
from mnist_core.store.visitors import mark_of

@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def kill(connection, cursor, statement, *_):
    if statement.startswith("UPDATE runs SET number"):
        os.kill(os.getpid(), signal.SIGKILL)

Store(sys.argv[1])
"""


def test_a_process_that_is_killed_in_the_middle_of_it_has_changed_nothing(empty_url):
    engine = first_release(empty_url)
    before = contents(engine)
    killed = subprocess.run([sys.executable, "-c", KILLED, empty_url], cwd=PROJECT)
    assert killed.returncode == -signal.SIGKILL
    assert contents(engine) == before
    store = Store(empty_url)
    check_everything_is_there(store)
    store.close()
    engine.dispose()


def test_of_many_who_open_an_old_store_at_once_all_find_it_brought_to_this_version(empty_url):
    engine = first_release(empty_url)
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: Store(empty_url), range(6)))
    for store in stores:
        check_everything_is_there(store)
        store.close()
    assert differences(engine) == []
    engine.dispose()


def test_version_1_0_0_refuses_a_store_of_this_version_by_the_number_that_it_looks_at(empty_url):
    store = Store(empty_url)
    with store.database.read() as connection:
        (version,) = connection.exec_driver_sql("SELECT version FROM digitlab").scalars()
    assert version == schema.VERSION > 1
    store.close()


def test_opening_a_store_of_this_version_does_not_import_alembic(tmp_path):
    url = f"sqlite:///{tmp_path / 'digitlab.sqlite'}"
    Store(url).close()
    opened = f"s.Store({url!r}).runs.lists.all()"
    code = f"import sys, mnist_core.store.store as s; {opened}; print('alembic' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, check=True)
    assert found.stdout == b"False\n"


@pytest.mark.parametrize("version", range(1, 8))
def test_what_bore_a_browsers_token_bears_its_hash_and_the_rest_is_the_teachers(empty_url, version):
    engine = first_release(empty_url)
    if version > 1:
        brought_to(engine, version)
    old = sa.MetaData()
    old.reflect(engine)
    anna, ben = "a" * 32, "b" * 32
    values = {"name": "Old", "config": {"architecture": "linear"}, "data_name": "MNIST", "data_digest": "d"}
    values |= {"owner": "", "command": "run", "created": 4.0, "step": 20, "total_steps": 100, "status": "finished"}
    values |= {"images_per_second": 1.0, "seconds": 2.0, "message": ""}
    is_marked = "visitor" in old.tables["runs"].c
    with engine.begin() as connection:
        for number, visitor in enumerate(("", anna, ben, anna)):
            mark = {"visitor": visitor} if is_marked else {}
            connection.execute(sa.insert(old.tables["runs"]).values(id=f"0000020{number}", **values, **mark))
        if version >= 5:
            row = {"name": "Amber otter 42", "visitor": anna, "created": 1.0}
            connection.execute(sa.insert(old.tables["handwritings"]).values(row))
        if version >= 2:
            row = {"id": "00000201", "hand": "guest", "label": 7, "created": 1.0, "strokes": [], "said": {}}
            connection.execute(sa.insert(old.tables["drawings"]).values(**row, image=bytes(784)))
    store = Store(empty_url)
    marks = ["", mark_of(anna), mark_of(ben), mark_of(anna)] if is_marked else [""] * 4
    assert [store.runs.get(f"0000020{number}").visitor for number in range(4)] == marks
    if version >= 5:
        assert store.handwritings.own(mark_of(anna)) == "Amber otter 42"
    if version >= 2:
        assert [drawing.visitor for drawing in store.drawings.all("guest")] == [""]
    assert differences(engine) == []
    store.close()
    engine.dispose()
