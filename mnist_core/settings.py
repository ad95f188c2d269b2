"""What the environment sets, read once into one frozen dataclass."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from platformdirs import user_data_path

from mnist_core.errors import ConfigError
from mnist_core.numerals import whole

MOST_WAITING = 100_000
MOST_PEOPLE = 500  # of a class: there are twice as many nicknames
MOST_DRAWINGS = 100  # of one of them in a round
FULL, LOOK, NONE = "full", "look", "none"  # how far guests may come in
SHORTEST_KEY = 12  # characters


@dataclass(frozen=True)
class Settings:
    """Where things are and how many workers run.

    Attributes:
        mnist: `DIGITLAB_MNIST`, a path to `mnist.npz` or a folder with the four
            IDX files; `None` where unset.
        home: `DIGITLAB_HOME`, the folder for the store and cached data sets; the
            user's data folder where unset.
        database_url: `DIGITLAB_DATABASE_URL`, an SQLAlchemy address; a SQLite file
            in `home` where unset.
        scheduler: `DIGITLAB_SCHEDULER`, address of a Dask scheduler; `None` starts
            a local one on first need.
        workers: `DIGITLAB_WORKERS`, local worker processes; one core is left to
            the web server where unset.
        offline: `DIGITLAB_OFFLINE`, true where no download may be tried.
        queue_each: `DIGITLAB_QUEUE_EACH`, how many runs, lessons and experiments of one
            person may wait at a time; 20 where unset.
        queue: `DIGITLAB_QUEUE`, the same of all people; 200 where unset.
        class_people: `DIGITLAB_CLASS_PEOPLE`, how many phones may join a class; 120 where unset.
        class_drawings: `DIGITLAB_CLASS_DRAWINGS`, how many drawings of one person a round of a
            class may ask for; 40 where unset.
        teacher_key: `DIGITLAB_TEACHER_KEY`, with which a browser elsewhere may do everything; one is made
            and kept in `home` where unset.
        guests: `DIGITLAB_GUESTS`, what everybody else may do: "full", "look" or "none".
        guest_epochs, guest_images, guest_trials, guest_drawings: `DIGITLAB_GUEST_EPOCHS` and so on, how many
            epochs and images a run of a guest may have, trials an experiment, drawings a handwriting; 100,
            60,000, 100 and 2,000 where unset.
        guest_upload: `DIGITLAB_GUEST_UPLOAD`, megabytes of a file that a guest may bring; 32 where unset.
        hosts: `DIGITLAB_HOSTS`, names under which the server answers besides this
            machine's own, separated by commas.
    """

    mnist: Path | None
    home: Path
    database_url: str
    scheduler: str | None
    workers: int
    offline: bool
    hosts: tuple[str, ...] = ()
    queue_each: int = 20
    queue: int = 200
    class_people: int = 120
    class_drawings: int = 40
    teacher_key: str = field(default="", repr=False)
    guests: str = FULL
    guest_epochs: int = 100
    guest_images: int = 60_000
    guest_trials: int = 100
    guest_drawings: int = 2_000
    guest_upload: int = 32

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings read from `environ` (the process' own where `None`).

        Raises:
            ConfigError: `DIGITLAB_WORKERS` is not a whole number from 1 to 64, one of the
                queue's not one from 1 to 100,000, one of a class' not one from 1 to 500 or 100, or a
                limit of guests is none; the teacher's key is too short, or what guests may do is none
                of the three.
        """
        environ = os.environ if environ is None else environ
        home = Path(environ.get("DIGITLAB_HOME") or user_data_path("digitlab", appauthor=False))
        mnist = environ.get("DIGITLAB_MNIST")
        return cls(
            mnist=Path(mnist) if mnist else None,
            home=home,
            database_url=environ.get("DIGITLAB_DATABASE_URL") or sqlite_url(home / "digitlab.sqlite"),
            scheduler=environ.get("DIGITLAB_SCHEDULER") or None,
            workers=_number(environ, "DIGITLAB_WORKERS", max(1, min(4, (os.cpu_count() or 1) - 1)), most=64),
            offline=environ.get("DIGITLAB_OFFLINE", "").lower() in {"1", "true", "yes"},
            hosts=tuple(name.strip() for name in environ.get("DIGITLAB_HOSTS", "").split(",") if name.strip()),
            queue_each=_number(environ, "DIGITLAB_QUEUE_EACH", cls.queue_each, most=MOST_WAITING),
            queue=_number(environ, "DIGITLAB_QUEUE", cls.queue, most=MOST_WAITING),
            class_people=_number(environ, "DIGITLAB_CLASS_PEOPLE", cls.class_people, most=MOST_PEOPLE),
            class_drawings=_number(environ, "DIGITLAB_CLASS_DRAWINGS", cls.class_drawings, most=MOST_DRAWINGS),
            teacher_key=_key(environ),
            guests=_guests(environ),
            guest_epochs=_number(environ, "DIGITLAB_GUEST_EPOCHS", cls.guest_epochs, most=1_000),
            guest_images=_number(environ, "DIGITLAB_GUEST_IMAGES", cls.guest_images, most=1_000_000),
            guest_trials=_number(environ, "DIGITLAB_GUEST_TRIALS", cls.guest_trials, most=10_000),
            guest_drawings=_number(environ, "DIGITLAB_GUEST_DRAWINGS", cls.guest_drawings, most=5_000),
            guest_upload=_number(environ, "DIGITLAB_GUEST_UPLOAD", cls.guest_upload, most=64),
        )


def sqlite_url(path: Path) -> str:
    """SQLAlchemy's address of a SQLite file, whatever its path is made of."""
    # Of a "?" and what follows SQLAlchemy would make options, so such a path goes in SQLite's own form.
    return f"sqlite:///file:{quote(str(path))}?uri=true" if "?" in str(path) else f"sqlite:///{path}"


def _number(environ: Mapping[str, str], name: str, otherwise: int, *, most: int) -> int:
    text = environ.get(name)
    if not text:
        return otherwise
    number = whole(text)
    if number is None or not 1 <= number <= most:
        raise ConfigError(name, text, f"a whole number from 1 to {most:,}")
    return number


def _key(environ: Mapping[str, str]) -> str:
    key = environ.get("DIGITLAB_TEACHER_KEY", "")
    if key and (len(key) < SHORTEST_KEY or key != key.strip() or not key.isprintable()):
        raise ConfigError(
            "DIGITLAB_TEACHER_KEY", "***", f"at least {SHORTEST_KEY} characters, without spaces around them"
        )
    return key


def _guests(environ: Mapping[str, str]) -> str:
    said = environ.get("DIGITLAB_GUESTS", "").lower() or FULL
    if said not in (FULL, LOOK, NONE):
        raise ConfigError("DIGITLAB_GUESTS", said, f"{FULL}, {LOOK} or {NONE}")
    return said
