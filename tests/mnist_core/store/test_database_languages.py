"""What a PostgreSQL server refuses is told by its codes: it speaks the language that it was set up with."""

import socket

import psycopg
import pytest
from servers.postgresql import NoPostgreSQL, Server
from test_store import new_run

from mnist_core.errors import StoreError, StoreUnavailable
from mnist_core.store.store import Store

RAISE = "DO $$ BEGIN RAISE 'Этого не может быть' USING ERRCODE = '{code}'; END $$"


@pytest.fixture(scope="module")
def german():
    """A server that speaks German; skips where there is none (fails in CI)."""
    try:
        server = Server("de_DE")
        server.start()
    except NoPostgreSQL as error:
        pytest.skip(str(error))
    yield server
    server.remove()


def test_the_server_of_these_tests_speaks_german(german):
    with pytest.raises(psycopg.Error, match="existiert nicht"):
        german.execute("SELECT * FROM nowhere")


def test_a_connection_that_is_refused_is_explained_whatever_language_the_server_speaks(german):
    german.execute("CREATE ROLE crowded LOGIN PASSWORD 'known' CONNECTION LIMIT 0")
    german.execute("CREATE DATABASE closed")
    german.execute("REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
    german.execute("CREATE ROLE outsider LOGIN PASSWORD 'known'")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = german.url(port=nobody.getsockname()[1])
        mistakes = {
            away: "does not answer.*goes on by itself",
            german.url(password="wrong"): "refuses the user or the password.*Passwort-Authentifizierung.*Check both",
            german.url(username="nobody"): "refuses the user or the password",
            german.url(password=None): "refuses the user or the password",
            german.url(username="crowded", password="known"): "no connection left to give.*zu viele Verbindungen",
            german.url("nowhere"): "has no database 'nowhere'.*createdb nowhere",
            german.url("closed", username="outsider", password="known"): "may not write there.*ALTER DATABASE closed",
            german.url(host="no-such-host.invalid"): "host 'no-such-host.invalid'.*not known",
        }
        for url, words in mistakes.items():
            with pytest.raises(StoreError, match=words) as caught:
                Store(url)
            assert german.password not in str(caught.value)
            assert len(str(caught.value).splitlines()) == 1
            assert isinstance(caught.value, StoreUnavailable) == (url == away)


def test_a_server_that_stops_while_it_is_used_is_away_and_is_found_again(german):
    store = Store(german.url(german.create()))
    run = new_run(store)
    with pytest.raises(StoreUnavailable, match="does not answer"), store.database.read() as connection:
        german.stop()
        connection.exec_driver_sql("SELECT 1")
    with pytest.raises(StoreUnavailable, match="does not answer"):
        store.runs.lists.all()
    german.start()
    assert store.runs.lists.all() == [run]
    store.close()


def test_a_lock_is_named_in_any_language(german):
    store = Store(german.url(german.create()), busy_timeout=0.2)
    run = new_run(store)
    with store.database.engine.begin() as other:
        other.exec_driver_sql("LOCK TABLE runs IN EXCLUSIVE MODE")
        with pytest.raises(StoreError, match="locked by another program"):
            store.runs.rename(run.id, "other")
    store.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("40P01", "is locked by another program"),
        ("42501", "may not write there"),
        ("25006", "may not write there"),
        ("42P01", "was emptied or replaced"),
        ("53100", "disk is full"),
        ("58030", "disk is full"),
        ("57P01", "does not answer"),
        ("08006", "does not answer"),
        ("XX000", "cannot be used: Этого не может быть"),
    ],
)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_the_server_raises_is_known_by_its_code_whatever_it_says(store, code, words):
    with pytest.raises(StoreError, match=words) as caught, store.database.write() as connection:
        connection.exec_driver_sql(RAISE.format(code=code))
    assert isinstance(caught.value, StoreUnavailable) == ("does not answer" in words)
