"""One training run, as values: what it is, how far it is, and what was measured."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from mnist_core.errors import ConfigError
from mnist_core.network.evaluation import Score
from mnist_core.network.run_settings import TrainingConfig


class Status:
    """What a run is doing; the values are what the database holds."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    PRUNED = "pruned"  # a trial that was given up early, since others had read better by then


class Cause:
    """Why a run ended as it did, where its status leaves that open; the values are what the database holds."""

    DIVERGED = "diverged"  # failed: its loss or a weight ceased to be a number
    ERROR = "error"  # failed otherwise: the message is what was raised
    REACHED = "reached"  # finished early: it read as many test images as it was to
    PATIENCE = "patience"  # finished early: the test loss had not fallen for as many epochs as it was given
    MEDIAN = "median"  # pruned: it had read less than the median of the finished trials
    IMPORTED = "imported"  # never trained here: the message is what was found out about its file


WORKING = (Status.RUNNING, Status.PAUSED)
LIVE = (Status.QUEUED, *WORKING)
# A pruned trial is over: after another epoch it would be given up again.
CONTINUABLE = (Status.INTERRUPTED, Status.STOPPED, Status.FAILED)
COMMANDS = ("run", "pause", "step", "epoch", "stop")
HOLD = "hold"  # the command of a trial whose experiment is paused: it waits in the store, and no worker for it
MAX_NAME = 80  # characters


@dataclass(frozen=True)
class Run:
    """One training run.

    Attributes:
        id: eight hexadecimal characters.
        name: for people; 1 to 80 characters.
        config: its settings.
        data_name: name of the data set it was made for.
        data_digest: digest of that data set; a worker refuses any other.
        status: one of `Status`.
        command: what a viewer asked for, one of `COMMANDS`, or `HOLD`.
        created, started, ended, heartbeat: seconds since 1970, `None` where not yet.
        step: training steps done.
        total_steps: training steps when finished.
        images_per_second: the latest figure.
        seconds: of training so far, pauses not counted.
        correct: test images read right, `None` until evaluated.
        tested: test images asked, `None` until evaluated.
        message: what no column says: the words of an error, or of what read its file; else empty.
        parent: id of the run it was made from, if any.
        experiment: id of the experiment that it is a trial of, if any.
        trial: its number in that experiment, from 0.
        attempts: how often a worker has claimed it since somebody asked for it last.
        visitor: token of the browser that asked for it, see `visitors`; empty where none did.
        revision: how often people have changed what becomes of it.
        cause: one of `Cause`; empty where its status says it all.
        cause_step: the step at which that was, `None` without a cause.
        kept_epoch: the epoch whose weights it has, `None` where it is the last.
        median: the fraction of the test images that a `Cause.MEDIAN` fell below.
        lost_step: the step at which its worker was lost, since somebody asked for it last.
        resumed_step: the step at which another took it up again, `None` where none did yet.
    """

    id: str
    name: str
    config: TrainingConfig
    data_name: str
    data_digest: str
    status: str
    command: str
    created: float
    started: float | None
    ended: float | None
    heartbeat: float | None
    step: int
    total_steps: int
    images_per_second: float
    seconds: float
    correct: int | None
    tested: int | None
    message: str
    parent: str | None
    experiment: str | None = None
    trial: int | None = None
    attempts: int = 0
    visitor: str = ""
    revision: int = 0
    cause: str = ""
    cause_step: int | None = None
    kept_epoch: int | None = None
    median: float | None = None
    lost_step: int | None = None
    resumed_step: int | None = None

    @classmethod
    def queued(
        cls,
        config: TrainingConfig,
        *,
        name: str,
        data_name: str,
        data_digest: str,
        total_steps: int,
        parent: str | None = None,
        experiment: str | None = None,
        trial: int | None = None,
        visitor: str = "",
    ) -> Run:
        """A run that nobody has begun, with an id and a time of its own."""
        return cls(
            id=secrets.token_hex(4),
            name=name,
            config=config,
            data_name=data_name,
            data_digest=data_digest,
            status=Status.QUEUED,
            command="run",
            created=time.time(),
            started=None,
            ended=None,
            heartbeat=None,
            step=0,
            total_steps=total_steps,
            images_per_second=0.0,
            seconds=0.0,
            correct=None,
            tested=None,
            message="",
            parent=parent,
            experiment=experiment,
            trial=trial,
            visitor=visitor,
        )

    @classmethod
    def from_values(cls, values: Mapping[str, object]) -> Run:
        """The run whose columns hold these values.  Raises `ConfigError` for settings that this version lacks."""
        return cls(**{**values, "config": TrainingConfig.from_dict(values["config"])})  # type: ignore[arg-type]

    @property
    def score(self) -> Score | None:
        """How many of the test images it read right, `None` until evaluated.

        One that goes on has none: what it may still have is of fewer epochs.
        """
        return (
            Score(self.correct, self.tested) if self.correct is not None and self.tested and not self.is_live else None
        )

    @property
    def test_accuracy(self) -> float | None:
        """Fraction of the test images read right, `None` until evaluated, as `score`."""
        return None if self.score is None else self.score.accuracy

    @property
    def version(self) -> str:
        """A text that changes when its weights do."""
        return f"{self.step}-{self.status}"

    @property
    def imported(self) -> bool:
        """Whether it came from a file, so that nothing is known of its training."""
        return self.cause == Cause.IMPORTED

    @property
    def is_live(self) -> bool:
        """Whether it is queued, running or paused."""
        return self.status in LIVE

    @property
    def is_held(self) -> bool:
        """Whether it waits for its experiment, which is paused, to go on."""
        return self.status == Status.QUEUED and self.command == HOLD


@dataclass(frozen=True)
class Metric:
    """One point of a run's curves; attributes as those of `training.Progress`."""

    step: int
    epoch: float
    loss: float
    accuracy: float
    test_loss: float | None
    test_accuracy: float | None
    seconds: float


@dataclass(frozen=True)
class SnapshotInfo:
    """Weights kept from the middle of a run: after how many steps, and epochs."""

    step: int
    epoch: float


def checked_name(name: str) -> str:
    """A run's name with single spaces, and nothing in it that cannot be seen.

    Raises:
        ConfigError: it is empty or too long.
    """
    name = " ".join("".join(each for each in name if each.isprintable() or each.isspace()).split())
    if not 1 <= len(name) <= MAX_NAME:
        raise ConfigError("name", name, f"1 to {MAX_NAME} characters")
    return name
