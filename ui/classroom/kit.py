"""Questions of the kit, answered by what there is: the class's drawings, a network, a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import randbelow

import numpy as np

from mnist_core.classroom import questions
from mnist_core.classroom.results import hands
from mnist_core.classroom.results.wall import Drawings, Wall, wall
from mnist_core.classroom.rounds import has_drawings
from mnist_core.classroom.rules import refused
from mnist_core.errors import ConfigError
from mnist_core.insight.all_images.mystery import deck
from mnist_core.insight.all_images.votes import VOTES
from mnist_core.store.rooms.records import Question, Room, Round
from ui import networks
from ui.classroom.controls import the_desk
from ui.classroom.results.network import asked
from ui.classroom.results.teaching import pair_of
from ui.frame import state
from ui.networks.on_test_images import Judged
from ui.words.language import _

AFTER = 2  # epochs, of which the question asks what one more buys


def drawn_rounds(room: Room) -> list[Round]:
    """The rounds in which people draw, the newest first."""
    return [each for each in reversed(room.rounds) if has_drawings(room, each.number)]


def offered(room: Room) -> list[str]:
    """Keys of the questions that can be asked in this class now."""
    needs = {"right": bool(drawn_rounds(room)), "errors": bool(drawn_rounds(room)), "people": bool(_compared(room))}
    return [key for key in KIT if needs.get(key, True)]


def question(key: str, room: Room) -> Question:
    """The question, with the answer that is found now.

    Raises:
        Refused: what would answer it is not there.
        ConfigError: no run has what would answer it.
    """
    return KIT[key](room)


def errors_of(room: Room, number: int) -> hands.Errors:
    """How errors are spread over the people who drew in a round."""
    drawn, found = read(room, number)
    return hands.errors(drawn.people, found.read != found.labels)


def read(room: Room, number: int) -> tuple[Drawings, Wall]:
    """The drawings of a round, and what the network reads in them: one that the class has not taught."""
    drawn = the_desk().drawings(room.code, number)
    return drawn, wall(drawn.images, drawn.labels, networks.network(asked(room, untaught=True)))


def _pair(room: Room) -> Question:
    drawn = drawn_rounds(room)
    seed = randbelow(2**31)
    if drawn:
        matrix = read(room, drawn[0].number)[1].matrix
        if not np.any(matrix * ~np.eye(len(matrix), dtype=bool)):
            raise refused("no errors")
        return questions.pair(matrix, seed=seed)
    return questions.pair(Judged.of(asked(room), state.dataset()).evaluation.confusion_matrix, seed=seed)


def _right(room: Room) -> Question:
    _drawn, found = read(room, _newest(room))
    return questions.right(found.correct, len(found.labels))


def _epoch(room: Room) -> Question:
    for trained in networks.trained_networks():
        if trained.run is not None:
            metrics = state.store().runs.results.metrics(trained.key)
            ends = {each.epoch: each.test_accuracy for each in metrics if each.test_accuracy is not None}
            accuracies = [ends[epoch] for epoch in sorted(ends) if epoch and epoch == int(epoch)]
            if len(accuracies) > AFTER:
                return questions.epoch(accuracies, AFTER)
    raise ConfigError("run", _("none"), _("one of three epochs or more: train one on the Train page first"))


def _stores(room: Room) -> Question:
    return questions.stores(networks.network(asked(room)), len(state.dataset().y_train))


def _errors(room: Room) -> Question:
    return questions.errors(errors_of(room, _newest(room)))


def _people(room: Room) -> Question:
    found = pair_of(room, _compared(room)[0])
    if found is None:
        raise refused("about")
    return questions.people(*found.people, found.comparison.p_value, found.comparison.difference)


def _mystery(room: Room) -> Question:
    data = state.dataset()
    judged = Judged.of(asked(room), data)
    probabilities = judged.probabilities(np.arange(len(judged.scores)))
    dealt = deck(probabilities, VOTES if data.is_mnist else {}, randbelow(10_000))
    return questions.mystery(int(dealt[0]), int(data.y_test[dealt[0]]))


def _newest(room: Room) -> int:
    drawn = drawn_rounds(room)
    if not drawn:
        raise refused("about")
    return drawn[0].number


def _compared(room: Room) -> list[Round]:
    return [each for each in reversed(room.rounds) if each.compared]


KIT: Mapping[str, Callable[[Room], Question]] = {
    "pair": _pair,
    "right": _right,
    "epoch": _epoch,
    "stores": _stores,
    "learns": lambda room: questions.learns(),
    "letter": lambda room: questions.letter(),
    "errors": _errors,
    "people": _people,
    "mystery": _mystery,
}
