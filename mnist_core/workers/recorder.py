"""Between a training loop and the store: writes progress, reads commands, never in the way.

A thread of its own writes in batches, several times a second, and beats the run's
heart.  Training only copies weights and goes on: five epochs take four seconds, and the
database's share of them has to stay small.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from mnist_core.errors import StoreError
from mnist_core.network.layers import summarise
from mnist_core.network.network import Network
from mnist_core.store.patience import patient
from mnist_core.store.runs.queue import LONG_TURN
from mnist_core.store.runs.records import HOLD, Metric, Run
from mnist_core.store.store import Store

if TYPE_CHECKING:
    from mnist_core.training.loop import Checkpoint, Progress

TICK_SECONDS = 0.1  # between two looks at the command; stop has to work within half a second
LIVE_SECONDS = 0.33  # between two sets of weights for viewers
STATE_SECONDS = 5.0  # of training that a killed worker may lose; more where the state is large
FIRST_EPOCH = (1 / 8, 1 / 4, 1 / 2)  # where weights are kept besides the ends of epochs: most changes early
MOST_EPOCHS = 100  # of a run whose ends are kept; of more, the ends of every second, third and so on
FEWEST_EPOCHS = 8  # whose ends are kept even where they take more than
KEPT_BYTES = 64_000_000  # of the weights that a run keeps: a large network keeps fewer ends of epochs
LIVE_RATE = 1_000_000  # bytes a second that are written for viewers, at most, and
STATE_RATE = 500_000  # to go on from: large networks are written less often
BACKLOG = 64  # entries that wait for the database before training waits too
PATIENT_LOOKS = 3  # of a run that others come before, until it gives way: a worker that is free takes these first
GRACE_SECONDS = 30.0  # that a worker keeps a paused run which nobody waits behind: its next step then begins at once


class Held(Exception):
    """The run shall wait in the store, not in this worker; its state is written down.

    Attributes:
        first: whether it goes on before others of its kind.
    """

    def __init__(self, *, first: bool = False):
        self.first = first
        super().__init__("The run waits in the store.")


@dataclass(frozen=True)
class _Weights:
    step: int
    epoch: float
    network: Network
    live: bool = False


@dataclass(frozen=True)
class _State:
    step: int
    state: bytes


class Recorder:
    """Writes one run down while the body of a `with` trains it.

    `on_progress`, `on_checkpoint` and `control` are what `training.train` takes.  Both raise what went
    wrong with the store: `RunNotFound` where the run was deleted or taken over.  Leaving
    the body writes what is left.
    """

    def __init__(self, store: Store, run: Run, owner: str):
        self._store, self._run, self._owner = store, run, owner
        self._patient, self._writing = patient(store), patient(store, wanted=self._wanted)
        self._command = run.command
        self._paused = False
        self._claimed_at = self._paused_at = time.monotonic()
        self._looks = 0  # in a row at which another run should have had this worker
        self._step, self._state_step = run.step, -1
        self._state_at = -math.inf  # The first is due: whose worker is killed in the first seconds can go on, too.
        self._goal: int | None = None  # of a command "step" or "epoch" that is being carried out
        self._carried_out = ""  # one that has reached its goal, until the run rests there, and
        self._done = ""  # from then on until the store knows
        self._rate, self._total_steps = 0.0, run.total_steps
        self._steps_per_epoch = run.total_steps // run.config.epochs
        weights = 4 * sum(row.parameters for row in summarise(run.config.layers))
        self._kept_epochs = min(MOST_EPOCHS, max(FEWEST_EPOCHS, KEPT_BYTES // weights))
        self._live_wait, self._state_wait = max(LIVE_SECONDS, weights / LIVE_RATE), STATE_SECONDS
        reported = max((metric.step for metric in self._patient.runs.results.metrics(run.id)), default=0)
        self._marks = [self._steps_per_epoch * share for share in FIRST_EPOCH]
        self._marks = [mark for mark in self._marks if mark > reported]
        self._entries: queue.Queue[Metric | _Weights | _State] = queue.Queue(BACKLOG)
        self._live: _Weights | None = None
        self._live_at = -math.inf  # The first report is due, however long the machine has been on.
        self._failure: Exception | None = None
        self._closing, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"recorder-{run.id}", daemon=True)

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._closing.set()
        self._wake.set()
        self._thread.join()
        if kind is None:
            self._raise()
            self._write_down()
        elif self._failure is None:
            with suppress(StoreError):  # The body's own error matters more.
                self._write_down()

    def look(self) -> None:
        """See, while the images are prepared, whether the run is still wanted.

        Raises:
            Held: it is paused, or has nothing to keep and is to stop.
        """
        self._raise()
        if self._command in ("pause", HOLD) or (self._command == "stop" and not self._step):
            raise Held

    def control(self) -> str | int:
        """What the viewer asked for: "run", "pause", "stop", or the step to train to.

        Raises:
            Held: it rests, and its worker is wanted elsewhere, or its experiment is paused.
        """
        self._raise()
        command = self._command
        if self._leaves(command):
            if self._paused and not self._done:
                raise Held(first=command == "run" and not self._had_its_turn)
            return "pause"
        if command in ("step", "epoch") and not self._done and not self._carried_out:
            if self._goal is None:
                self._goal = self._step + (1 if command == "step" else self._steps_per_epoch)
            if self._step < self._goal:
                self._paused = False
                return self._goal
            self._carried_out = command
            return "pause"
        self._goal = None
        if self._done or self._carried_out:
            command = "pause"
        if command != "pause":
            self._paused = False
        return command

    def _leaves(self, command: str) -> bool:
        """Whether the worker shall let go of the run, as soon as it rests."""
        if command == "pause":
            rested = time.monotonic() - self._paused_at
            return self._paused and (self._looks > 0 or rested > GRACE_SECONDS)
        return command == HOLD or (command == "run" and self._looks >= PATIENT_LOOKS)

    @property
    def _had_its_turn(self) -> bool:
        return time.monotonic() - self._claimed_at >= LONG_TURN

    def on_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Take down where the run stands: what it could go on from, every few seconds and where it rests."""
        self._raise()
        self._step = checkpoint.step
        due = checkpoint.resting or time.monotonic() - self._state_at >= self._state_wait
        if due and checkpoint.step != self._state_step:
            self._put_state(checkpoint.step, checkpoint.state())
        if checkpoint.resting:
            if checkpoint.batch:
                network = checkpoint.network()
                about = {**network.about, "batch": {"step": checkpoint.step, **asdict(checkpoint.batch)}}
                self._put(_Weights(checkpoint.step, checkpoint.epoch, replace(network, about=about), live=True))
            # Only now, so that a pause shows with the step that it is at.
            self._done, self._carried_out = self._carried_out, ""
            self._paused, self._paused_at = True, time.monotonic()
            self._wake.set()

    def on_progress(self, progress: Progress) -> None:
        """Take down a report; weights are copied here, written later."""
        self._raise()
        self._rate, self._total_steps = progress.images_per_second, progress.total_steps
        self._put(
            Metric(
                step=progress.step,
                epoch=progress.epoch,
                loss=progress.loss,
                accuracy=progress.accuracy,
                test_loss=progress.test_loss,
                test_accuracy=progress.test_accuracy,
                seconds=self._run.seconds + progress.seconds,
            )
        )
        if self._keep(progress):
            self._put(_Weights(progress.step, progress.epoch, progress.network()))
            if progress.epoch_ended:
                self._put_state(progress.step, progress.state())
        elif time.monotonic() - self._live_at >= self._live_wait:
            self._live_at = time.monotonic()
            self._live = _Weights(progress.step, progress.epoch, progress.network(), live=True)

    def _keep(self, progress: Progress) -> bool:
        passed = [mark for mark in self._marks if progress.step >= mark]
        self._marks = self._marks[len(passed) :]
        return bool(passed) or (progress.epoch_ended and self._is_kept(progress))

    def _is_kept(self, progress: Progress) -> bool:
        every = math.ceil(self._run.config.epochs / self._kept_epochs)
        return progress.step == progress.total_steps or round(progress.epoch) % every == 0

    def _put_state(self, step: int, state: bytes) -> None:
        self._put(_State(step, state))
        self._state_step, self._state_at = step, time.monotonic()
        self._state_wait = max(STATE_SECONDS, len(state) / STATE_RATE)

    def _put(self, entry: Metric | _Weights | _State) -> None:
        while True:
            try:
                return self._entries.put(entry, timeout=TICK_SECONDS)
            except queue.Full:
                self._raise()

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        try:
            while not self._closing.is_set():
                self._wake.wait(TICK_SECONDS)
                self._wake.clear()
                # Asked first, so that what came before a pause is written before it shows.
                # One that rests only to give way is not paused.
                paused, done = self._paused and self._command != "run", self._done
                self._write_down()
                self._command = self._beat(self._patient, paused, done)
                self._looks = self._looks + 1 if self._gives_way(paused) else 0
                if done:
                    self._done = ""
        except Exception as error:  # Raised again in the thread that trains.
            self._failure = error

    def _beat(self, store: Store, paused: bool, done: str) -> str:
        return store.runs.progress.beat(self._run.id, owner=self._owner, paused=paused, done=done)

    def _gives_way(self, paused: bool) -> bool:
        resting = paused and self._command == "pause"
        return self._patient.runs.queue.gives_way(self._run.id, resting=resting, had_its_turn=self._had_its_turn)

    def _write_down(self) -> None:
        progress = self._writing.runs.progress
        live, self._live = self._live, None
        entries = [*self._waiting()] if live is None else [live, *self._waiting()]
        # In order, a point first: weights or a state must never be ahead of the curve that led to them, and those of a
        # pause are the last of their step.
        entries.sort(key=lambda entry: (entry.step, not isinstance(entry, Metric)))
        points: list[Metric] = []
        for entry in entries:
            if isinstance(entry, Metric):
                points.append(entry)
                continue
            self._write_points(points)
            points = []
            if isinstance(entry, _State):
                self._write(progress.set_state, step=entry.step, state=entry.state)
            else:
                self._write_weights(progress.set_live if entry.live else progress.add_snapshot, entry)
        self._write_points(points)

    def _waiting(self) -> Iterator[Metric | _Weights | _State]:
        for _ in range(self._entries.qsize()):
            yield self._entries.get_nowait()

    def _write_points(self, points: list[Metric]) -> None:
        if points:
            add = self._writing.runs.progress.add
            self._write(add, *points, images_per_second=self._rate, total_steps=self._total_steps)

    def _write_weights(self, write: Callable[..., None], weights: _Weights) -> None:
        self._write(write, step=weights.step, epoch=weights.epoch, network=weights.network.to_bytes())

    def _write(self, write: Callable[..., None], *values: object, **named: object) -> None:
        write(self._run.id, *values, owner=self._owner, **named)

    def _wanted(self) -> bool:
        """Whether the run shall go on; a disk that has no room for weights may have some for the heart to beat."""
        with suppress(StoreError):
            self._command = self._beat(self._store, self._paused, "")
        return self._command != "stop"
