"""What happened to a run, in sentences: why it ended as it did, and what its worker met on the way."""

from __future__ import annotations

from mnist_core.errors import Diverged
from mnist_core.numerals import count, numeral, ordinal, percent
from mnist_core.store.heartbeats import MOST_ATTEMPTS
from mnist_core.store.runs.records import Cause, Run, Status


def what_happened(run: Run, *, resumable: bool = False) -> str:
    """The sentences, one after another; empty where all went as it should.

    Args:
        run: the run.
        resumable: see `RunResults.resumable`; asked of an interrupted run alone.
    """
    sentences = [_loss(run), _left(run, resumable), _end(run), _kept(run), run.message]
    return " ".join(filter(None, sentences))


def _loss(run: Run) -> str:
    if run.lost_step is None:
        return ""
    if run.status == Status.INTERRUPTED:
        if run.experiment is not None and run.attempts >= MOST_ATTEMPTS:
            time = ordinal(MOST_ATTEMPTS)
            return f"Its worker stopped answering, for the {time} time, so it is not tried again by itself."
        return f"Its worker stopped answering at step {numeral(run.lost_step)}."
    if run.resumed_step is None:
        return f"Its worker was lost at step {numeral(run.lost_step)}."
    return (
        f"Its worker was lost at step {numeral(run.lost_step)}; taken up again by another at step "
        f"{numeral(run.resumed_step)}."
    )


def _left(run: Run, resumable: bool) -> str:
    if run.status != Status.INTERRUPTED or run.lost_step is None:
        return ""
    if resumable:
        return "What it had learned is kept, and it can go on from there."
    return "It can be started again." if run.step else "It had learned nothing yet, and can be started again."


def _end(run: Run) -> str:
    if run.cause == Cause.DIVERGED:
        return str(Diverged(run.cause_step or 0, run.config.learning_rate))
    epoch = round(run.config.epochs * (run.cause_step or 0) / run.total_steps) if run.total_steps else 0
    of = f"{numeral(epoch)} of {count(run.config.epochs, 'epoch')}"
    if run.cause == Cause.REACHED:
        return f"Reached {100 * run.config.target_accuracy:g}\N{NO-BREAK SPACE}% of the test images after {of}."
    if run.cause == Cause.PATIENCE:
        return f"Ended after {of}: the test loss had not fallen for {count(run.config.patience, 'epoch')}."
    if run.cause == Cause.MEDIAN:
        read = "" if run.test_accuracy is None else f" it read {percent(run.test_accuracy)} of the test images,"
        median = percent(run.median or 0)
        return f"After {count(epoch, 'epoch')}{read} less than the median {median} of the finished trials."
    return ""


def _kept(run: Run) -> str:
    if run.kept_epoch is None:
        return ""
    return f"It keeps the weights of epoch {numeral(run.kept_epoch)}, where the test loss was lowest."
