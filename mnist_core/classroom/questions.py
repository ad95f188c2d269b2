"""Questions to guess at, answered by a real run, a real network or the class's own drawings; and a teacher's own.

Each question of the kit takes what answers it, and gives a `Question` whose right choice is what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.classroom.results.hands import Errors
from mnist_core.classroom.rules import refused
from mnist_core.drawing.images import CLASSES
from mnist_core.network.evaluation import most_confused
from mnist_core.network.network import Network
from mnist_core.store.rooms.records import Question

USUAL = ((4, 9), (7, 1), (3, 8), (5, 6), (2, 7), (9, 7), (0, 6))  # mistakes that many networks make


@dataclass(frozen=True)
class Kit:
    """A question of the kit, in English; pages translate the words, not what they are filled with.

    Attributes:
        text: the question, with names in braces.
        choices: its choices; none where they follow from what answers it.
        lesson: what is to be learned from the answer.
    """

    text: str
    choices: tuple[str, ...] = ()
    lesson: str = ""


KIT: dict[str, Kit] = {
    "pair": Kit(
        "Which mistake will the network make most often?",
        lesson="Digits that share most of their ink are confused most often.",
    ),
    "right": Kit(
        "How many of your {drawings} drawings will the network read right?",
        ("less than half", "half to three quarters", "three quarters to nine tenths", "more than nine tenths"),
        lesson="How often it is right on MNIST says little about how often it is right on other people's digits.",
    ),
    "epoch": Kit(
        "After epoch {epoch} it reads {percent} % of the test images right. What does one more epoch buy?",
        (
            "it gets worse",
            "less than half a percentage point",
            "half to two percentage points",
            "more than two percentage points",
        ),
        lesson="Each epoch brings less than the one before, and at last nothing.",
    ),
    "stores": Kit(
        "How large is the network, beside the images that it learned from?",
        ("larger than they are", "about as large", "about a tenth", "less than a hundredth"),
        lesson="It keeps no images. What it has learned are the weights, and they are far fewer than the pixels.",
    ),
    "learns": Kit(
        "You draw the same 7 ten times, and each time it reads a 1. What happens the eleventh time?",
        ("it has learned, and reads a 7", "it reads a 1 again", "it is less sure"),
        lesson="It learns while it is trained, and only then. What you draw changes no weight.",
    ),
    "letter": Kit(
        "You draw the letter A. What does the network say?",
        ("that it is no digit", "a digit all the same", "nothing"),
        lesson="It can name digits only, so it names one of ten, and may be sure of it.",
    ),
    "errors": Kit(
        "Whose drawings are misread?",
        ("a few people's", "everybody's, about equally"),
        lesson="A network fails some people more than others where few people wrote what it learned from.",
    ),
    "people": Kit(
        "What teaches it more: many drawings of {few} people, or as many in all of {many}?",
        ("many drawings of few people", "few drawings of many people", "both the same"),
        lesson="Different people teach it more than more of the same.",
    ),
    "mystery": Kit(
        "Which digit is this?",
        tuple(str(digit) for digit in range(CLASSES)),
        lesson="Some of the test images are read differently by different people, too.",
    ),
}


def own(text: str, choices: Sequence[str], answer: int | None = None) -> Question:
    """A teacher's own question; what is wrong with it is found where the round begins."""
    return Question(text, tuple(choices), answer)


def pair(matrix: np.ndarray, *, choices: int = 4, seed: int = 0) -> Question:
    """Which mistake is made most often, among others that are made, or could be.

    Args:
        matrix: (10, 10) int64; row is what was to be drawn, column what is read.
        choices: how many.
        seed: of their order, and of those that are never made.

    Raises:
        Refused: no mistake was made.
    """
    made = most_confused(matrix, limit=CLASSES**2)
    if not made:
        raise refused("no errors")
    rng = np.random.default_rng(seed)
    tied = {(each.true, each.predicted) for each in made if each.count == made[0].count}  # As right as the first.
    cells = [(each.true, each.predicted) for each in made] + [tuple(each) for each in rng.permutation(USUAL).tolist()]
    cells = [cells[0], *(each for each in dict.fromkeys(cells[1:]) if each not in tied)][:choices]
    order = rng.permutation(len(cells))
    texts = [f"{cells[place][0]} → {cells[place][1]}" for place in order]
    return _of("pair", choices=texts, answer=int(np.flatnonzero(order == 0)[0]))


def right(correct: int, total: int) -> Question:
    """How many of `total` >= 1 drawings are read right, of which `correct` are."""
    return _of("right", answer=_between(correct / total, (0.5, 0.75, 0.9)), drawings=total)


def epoch(accuracies: Sequence[float], after: int) -> Question:
    """What one more epoch buys.

    Args:
        accuracies: of a run on the test images, at the end of each of its epochs, in [0, 1].
        after: of how many epochs the question is, at least 1 and less than there are.
    """
    before, later = accuracies[after - 1], accuracies[after]
    return _of("epoch", answer=_between(later - before, (0, 0.005, 0.02)), epoch=after, percent=f"{100 * before:.1f}")


def stores(network: Network, images: int) -> Question:
    """How large a network is beside so many images of 784 bytes, of which it keeps none."""
    share = sum(array.nbytes for layer in network.weights for array in layer) / (784 * images)
    return _of("stores", answer=3 if share < 0.01 else 2 if share < 0.5 else 1 if share < 1.5 else 0)


def learns() -> Question:
    """Whether it learns from what is drawn: its weights do not change, so neither does what it says."""
    return _of("learns", answer=1)


def letter() -> Question:
    """What it says of what is no digit: its outputs are ten digits."""
    return _of("letter", answer=1)


def errors(found: Errors) -> Question:
    """Whose drawings are misread; no choice is right where there are too few errors to tell."""
    return _of("errors", answer=None if not found.are_enough else 0 if found.are_a_few_peoples else 1)


def people(few: int, many: int, p_value: float, difference: float) -> Question:
    """Whether few people's drawings teach as much as many people's.

    Args:
        few: people in the one lesson.
        many: people in the other.
        p_value: of the comparison of the two networks.
        difference: accuracy of that taught by many minus that taught by few.
    """
    answer = 2 if p_value >= 0.05 else 1 if difference > 0 else 0
    return _of("people", answer=answer, few=few, many=many)


def mystery(place: int, label: int) -> Question:
    """Which digit the test image at a place is, by its label."""
    question = _of("mystery", answer=int(label))
    return Question(question.text, question.choices, question.answer, question.kit, place=int(place))


def _of(key: str, *, answer: int | None, choices: Sequence[str] = (), **values: str | int) -> Question:
    kit = KIT[key]
    return Question(kit.text.format(**values), tuple(choices) or kit.choices, answer, key, values)


def _between(value: float, edges: Sequence[float]) -> int:
    return int(np.searchsorted(edges, value, side="right"))
