"""What a lesson did, in a sentence."""

from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core.store.lessons import Result
from ui.draw.teach.lesson_words import lesson_words

LABELS = [7, 7, 7, 7, 1, 1, 8]


def said(before: list[int], after: list[int], tested: tuple[int, int, int]) -> str:
    networks = [SimpleNamespace(classify=lambda images, read=read: np.array(read)) for read in (before, after)]
    lesson = SimpleNamespace(images=None, labels=np.array(LABELS, np.uint8), network=networks[0])
    return lesson_words(lesson, networks[1], Result((0, 0, 0), (7, 0, 0), tested), data_name="MNIST")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            [1, 1, 1, 1, 1, 1, 8],
            [7, 7, 7, 1, 1, 1, 8],
            "now reads 3 of your 4 drawings of a 7 (before: 0).",
        ),
        (
            [1, 1, 1, 1, 7, 1, 3],
            [7, 7, 7, 1, 1, 1, 8],
            "now reads 3 of your 4 drawings of a 7 (before: 0), 2 of your 2 drawings of a 1 (before: 1) and your 8.",
        ),
        (
            [1, 7, 7, 7, 1, 1, 8],
            [7, 7, 7, 7, 1, 7, 8],
            "now reads 4 of your 4 drawings of a 7 (before: 3). But it reads only 1 of your 2 drawings of a 1 "
            "(before: 2).",
        ),
        (
            [1, 7, 7, 7, 1, 1, 8],
            [7, 7, 7, 7, 1, 1, 3],
            "now reads 4 of your 4 drawings of a 7 (before: 3). But it no longer reads your 8.",
        ),
        (
            LABELS,
            [7, 7, 7, 7, 1, 0, 0],
            "reads only 1 of your 2 drawings of a 1 (before: 2). It no longer reads your 8.",
        ),
        (LABELS, LABELS, "reads all 7 of your drawings, as the old one did."),
        ([0] * 7, [0] * 7, "reads 0 of your 7 drawings, as many as before."),
    ],
)
def test_a_lesson_says_which_drawings_it_taught_to_read_and_which_it_cost(before, after, words):
    assert (
        said(before, after, (10_000, 9_761, 9_749))
        == f"The new network {words} It lost 12 of MNIST's 10,000 test images."
    )


def test_a_lesson_says_also_where_it_forgot_nothing():
    assert said(LABELS, LABELS, (500, 480, 481)).endswith("It gained 1 of MNIST's 500 test images.")
    assert said(LABELS, LABELS, (500, 480, 480)).endswith("Of MNIST's 500 test images it reads as many as before.")
