"""What networks answer to one image: the digit large, how sure, and ten bars.

HTML, not a chart: it follows every stroke, and a screen reader finds the numbers in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from mnist_core.insight.one_image.certainty import LEAST, Likeness, is_sure
from mnist_core.network.operations import shares
from mnist_core.numerals import an, numeral, probable, probable_sign

PROBABILITY, SHARES, OUTPUTS = "probability", "shares", "outputs"
BARS: Mapping[str, str] = {PROBABILITY: "Probability", SHARES: "Shares", OUTPUTS: "Raw outputs"}
BARS_WORDS: Mapping[str, str] = {
    PROBABILITY: "A probability says how often such an answer is right: of 100 answers with 90\N{NO-BREAK SPACE}%, "
    "about 90.",
    SHARES: "A share is an output divided by the sum of all ten, so the shares of a network sum to 1.",
    OUTPUTS: "Each raw output lies between 0 and 1 by itself, so the ten of a network need not sum to 1.",
}


TRUTH = ' class="dl-truth" title="what its label says"'
DOUBT = "The ten numbers always favour one digit, even for a scribble."


@dataclass(frozen=True)
class Answer:
    """What one network says.

    Attributes:
        name: of the network, for people.
        scores: (10,) float32 raw outputs; `None` where there is nothing to answer to.
        probabilities: (10,) float32 of the digits; `None` likewise.
        likeness: how like the answered digit the image is; `None` before the training images are here.
        truth: the digit that its label says; `None` where it has none.
    """

    name: str
    scores: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    likeness: Likeness | None = None
    truth: int | None = None

    @property
    def given(self) -> np.ndarray:
        """Its probabilities, where there is something to answer to."""
        assert self.probabilities is not None
        return self.probabilities

    @property
    def order(self) -> list[int]:
        """The ten digits, the likeliest first."""
        return np.argsort(-self.given, kind="stable").tolist()

    @property
    def digit(self) -> int:
        """The digit that is answered."""
        return self.order[0]

    @property
    def sure(self) -> bool | None:
        """Whether the answer counts as sure; `None` where nobody can tell yet."""
        if self.likeness is None:
            return None
        return is_sure(float(self.given.max()), self.likeness)


def answers(
    said: Sequence[Answer],
    *,
    bars: str = PROBABILITY,
    empty: str = "Draw a digit",
    chosen: int | None = None,
    for_presses: bool = True,
) -> str:
    """HTML of the answers, beside each other where there is room.

    Args:
        said: one answer a network.
        bars: key of `BARS`: what the bars' lengths stand for.
        empty: what stands in the place of a digit that was not given.
        chosen: the digit whose rows are marked.
        for_presses: whether something happens where a bar is pressed, and the answers are the page's own, which
            are spoken.
    """
    cards = "".join(_card(answer, bars, empty, chosen, for_presses) for answer in said)
    cards = f'<div class="dl-cards">{cards}</div>'
    # There also where it says nothing: what follows it keeps its place in the page.
    doubt = f'<p class="dl-doubt">{DOUBT if any(map(_is_doubted_though_likely, said)) else ""}</p>'
    if not for_presses:
        return f'<div class="dl-answers">{cards}{doubt}</div>'
    # Only this is spoken: what changes while the pen moves would never let a screen reader finish.
    spoken = f'<p class="dl-spoken" role="status">{escape(" ".join(_spoken(answer) for answer in said))}</p>'
    return f'<div class="dl-answers">{cards}{doubt}{spoken}</div>'


def _spoken(answer: Answer) -> str:
    if answer.scores is None:
        return ""
    first = answer.order[0]
    if answer.sure is None:
        return f"{answer.name}: {first}."
    if not answer.sure:
        return f"{answer.name}: not sure, {_doubt(answer)}."
    return f"{answer.name}: {first}, {probable(answer.given[first])} sure."


def _is_doubted_though_likely(answer: Answer) -> bool:
    return answer.sure is False and float(answer.given.max()) >= LEAST


def _doubt(answer: Answer) -> str:
    """Why an answer is not sure, in a few words without a number that would speak against it."""
    first, second = answer.order[:2]
    return (
        f"{first} or {second}"
        if answer.likeness is not None and answer.likeness.is_near
        else f"unusual for {an(first)}"
    )


def _card(answer: Answer, bars: str, empty: str, chosen: int | None, for_presses: bool) -> str:
    name = escape(answer.name)
    if answer.scores is None:
        said = f'<p class="dl-said"><span class="dl-none">{escape(empty)}</span></p>'
        return _parts(name, said, _table(None, None, bars, chosen, None, for_presses))
    (first, second), sure = answer.order[:2], answer.sure
    if sure is None:  # As the browser says it while the pen moves.
        words = f"<strong>Best guess</strong><br><small>then {second}"
    elif sure:
        likely, next_likely = (escape(probable_sign(answer.given[digit])) for digit in (first, second))
        words = f"<strong>{likely}</strong> sure<br><small>then {second}: {next_likely}"
    else:
        words = f"<strong>Not sure</strong><br><small>{_doubt(answer)}"
    said = (
        f'<p class="dl-said{" dl-unsure" if sure is False else ""}"><span class="dl-digit">{first}</span>'
        f'<span class="dl-sure{" dl-guess" if sure is None else ""}">{words}</small></span></p>'
    )
    return _parts(name, said, _table(answer.scores, answer.probabilities, bars, chosen, answer.truth, for_presses))


def _parts(name: str, said: str, table: str) -> str:
    parts = "".join(f"<div>{part}</div>" for part in (f"<h4>{name}</h4>", said, table))
    return f'<section class="dl-answer" aria-label="{name}">{parts}</section>'


def _table(
    scores: np.ndarray | None,
    probabilities: np.ndarray | None,
    bars: str,
    chosen: int | None,
    truth: int | None,
    for_presses: bool,
) -> str:
    parts = probabilities if bars != SHARES or scores is None else shares(scores[None])[0]
    shown = scores if bars == OUTPUTS else parts
    first = 0 if shown is None else int(shown.argmax())
    rows = []
    for digit in range(10):
        length, numbers = 0.0, ("", "")
        if scores is not None and parts is not None and shown is not None:
            length, numbers = (
                100 * float(shown[digit]),
                (escape(probable_sign(parts[digit])), numeral(scores[digit], 4)),
            )
        best = ' class="dl-best"' if shown is not None and digit == first else ""
        # One stop for the Tab key, arrows inside.
        button = (
            f'<button type="button" tabindex="{-(digit != first)}" aria-pressed="{str(digit == chosen).lower()}"'
            f"{' disabled' if shown is None else ''}{TRUTH if digit == truth else ''}>{digit}</button>"
        )
        rows.append(
            f'<tr{best}><th scope="row">{button if for_presses else digit}</th>'
            f'<td class="dl-bar"><i style="--length:{length:.1f}%"></i></td>'
            f'<td class="dl-share">{numbers[0]}</td><td class="dl-output">{numbers[1]}</td></tr>'
        )
    part = "Share" if bars == SHARES else "Probability"
    heads = f'<tr><th scope="col">Digit</th><td></td><th scope="col">{part}</th><th scope="col">Output</th></tr>'
    return f'<table class="dl-bars dl-by-{bars}"><thead>{heads}</thead><tbody>{"".join(rows)}</tbody></table>'
