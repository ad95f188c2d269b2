"""A class teaches a network: runs that are made of what everybody drew; `Jobs.submit` has them trained."""

from __future__ import annotations

import secrets

from mnist_core.classroom import rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.results import teaching
from mnist_core.network.network import Network
from mnist_core.store.lessons import Lesson
from mnist_core.store.runs.records import Run
from mnist_core.training.teaching import queue


def teach(
    desk: Desk,
    code: str,
    number: int,
    *,
    parent: str,
    network: Network,
    data_name: str,
    data_digest: str,
    seed: int = 0,
    run_id: str | None = None,
) -> Run:
    """Queue a run that teaches a network all drawings of a round but those of people who are held out.

    Args:
        desk: of the teacher.
        code: of the class.
        number: of the round.
        parent: key of the network.
        network: the network.
        data_name: of the data set that is mixed in and tested on.
        data_digest: of the same.
        seed: of who is held out, and of the lesson.
        run_id: eight hexadecimal characters, for a press that may arrive twice.

    Raises:
        Refused: nothing is drawn.
        ModelError: the network does not say how it was made.
        QueueFull: too many runs wait.
    """
    drawings = desk.drawings(code, number, paths=True)
    lesson = teaching.lesson(drawings, hand=_hand(code), parent=parent, network=network, seed=seed)
    return _queue(desk, code, number, lesson, data_name, data_digest, seed, run_id)


def teach_few_and_many(
    desk: Desk,
    code: str,
    number: int,
    *,
    parent: str,
    network: Network,
    data_name: str,
    data_digest: str,
    seed: int = 0,
    run_ids: tuple[str, str] | None = None,
) -> tuple[Run, Run]:
    """Queue two runs: one is taught many drawings of few people, one as many drawings of many people.

    The round notes them as `compared`.  Args and errors are those of `teach`; it is refused, too, where fewer than
    eight people have drawn.
    `results.teaching.comparison` says what came of it.
    """
    drawings = desk.drawings(code, number, paths=True)
    compared = teaching.arms(drawings.people, drawings.labels, seed=seed)
    lessons = teaching.lessons(drawings, compared, hand=_hand(code), parent=parent, network=network)
    ids = run_ids or (secrets.token_hex(4), secrets.token_hex(4))
    desk.press(code, rounds.taught(number, *ids, compared=True))  # See `_queue`.
    of_few, of_many = lessons
    return (
        _queue(desk, code, number, of_few, data_name, data_digest, seed, ids[0]),
        _queue(desk, code, number, of_many, data_name, data_digest, seed, ids[1]),
    )


def _hand(code: str) -> str:
    return f"class {code}"


def _queue(
    desk: Desk,
    code: str,
    number: int,
    lesson: Lesson,
    data_name: str,
    data_digest: str,
    seed: int,
    run_id: str | None,
) -> Run:
    run_id = run_id or secrets.token_hex(4)
    # Before it is there: whatever ends between the two, the class knows which lessons hold its drawings.
    desk.press(code, rounds.taught(number, run_id))
    return queue(desk.store, lesson, data_name=data_name, data_digest=data_digest, seed=seed, run_id=run_id)
