"""What networks answer to one image: the digit large, how sure, and ten bars.

HTML, not a chart: it follows every stroke, and a screen reader finds the numbers in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from mnist_core.insight.one_image.certainty import Likeness, is_sure
from mnist_core.network.network import shares
from mnist_core.numerals import an, numeral, percent, probable
from ui.colours import BLUE

PROBABILITY, SHARES, OUTPUTS = "probability", "shares", "outputs"
BARS: Mapping[str, str] = {PROBABILITY: "Probability", SHARES: "Shares", OUTPUTS: "Raw outputs"}
BARS_WORDS: Mapping[str, str] = {
    PROBABILITY: "A probability says how often such an answer is right: of 100 answers with 90\N{NO-BREAK SPACE}%, "
    "about 90.",
    SHARES: "A share is an output divided by the sum of all ten, so the shares of a network sum to 1.",
    OUTPUTS: "Each raw output lies between 0 and 1 by itself, so the ten of a network need not sum to 1.",
}


TRUTH = ' class="dl-truth" title="what its label says"'


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
    def order(self) -> list[int]:
        """The ten digits, the likeliest first."""
        return np.argsort(-self.probabilities, kind="stable").tolist()

    @property
    def digit(self) -> int:
        """The digit that is answered."""
        return self.order[0]

    @property
    def sure(self) -> bool | None:
        """Whether the answer counts as sure; `None` where nobody can tell yet."""
        if self.likeness is None:
            return None
        return is_sure(float(self.probabilities.max()), self.likeness)


def answers(
    said: Sequence[Answer],
    *,
    bars: str = PROBABILITY,
    empty: str = "Draw a digit",
    chosen: int | None = None,
    for_presses: bool = True,
) -> str:
    """HTML of the answers, beside each other where there is room; `STYLE` is theirs.

    Args:
        said: one answer a network.
        bars: key of `BARS`: what the bars' lengths stand for.
        empty: what stands in the place of a digit that was not given.
        chosen: the digit whose rows are marked.
        for_presses: whether something happens where a bar is pressed, and the answers are the page's own, which
            are spoken.
    """
    cards = "".join(_card(answer, bars, empty, chosen, for_presses) for answer in said)
    if not for_presses:
        return f'<div class="dl-answers">{cards}</div>'
    # Only this is spoken: what changes while the pen moves would never let a screen reader finish.
    spoken = f'<p class="dl-spoken" role="status">{escape(" ".join(_spoken(answer) for answer in said))}</p>'
    return f'<div class="dl-answers">{cards}{spoken}</div>'


def _spoken(answer: Answer) -> str:
    if answer.scores is None:
        return ""
    first = answer.order[0]
    if answer.sure is None:
        return f"{answer.name}: {first}."
    if not answer.sure:
        return f"{answer.name}: not sure, {_doubt(answer)}."
    return f"{answer.name}: {first}, {probable(answer.probabilities[first])} sure."


def _doubt(answer: Answer) -> str:
    """Why an answer is not sure, in a few words without a number that would speak against it."""
    first, second = answer.order[:2]
    return f"{first} or {second}" if answer.likeness.is_near else f"unusual for {an(first)}"


def _card(answer: Answer, bars: str, empty: str, chosen: int | None, for_presses: bool) -> str:
    name = escape(answer.name)
    if answer.scores is None:
        said = f'<p class="dl-said"><span class="dl-none">{escape(empty)}</span></p>'
        table = _table(None, None, bars, chosen, None, for_presses)
        return f'<section class="dl-answer" aria-label="{name}"><h4>{name}</h4>{said}{table}</section>'
    (first, second), sure = answer.order[:2], answer.sure
    if sure is None:  # As the browser says it while the pen moves.
        words = f"<strong>Best guess</strong><br><small>then {second}"
    elif sure:
        likely, next_likely = (probable(answer.probabilities[digit]) for digit in (first, second))
        words = f"<strong>{likely}</strong> sure<br><small>then {second} with {next_likely}"
    else:
        words = f"<strong>Not sure</strong><br><small>{_doubt(answer)}"
    said = (
        f'<p class="dl-said{" dl-unsure" if sure is False else ""}"><span class="dl-digit">{first}</span>'
        f'<span class="dl-sure{" dl-guess" if sure is None else ""}">{words}</small></span></p>'
    )
    table = _table(answer.scores, answer.probabilities, bars, chosen, answer.truth, for_presses)
    return f'<section class="dl-answer" aria-label="{name}"><h4>{name}</h4>{said}{table}</section>'


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
            length, numbers = 100 * float(shown[digit]), (percent(float(parts[digit])), numeral(scores[digit], 4))
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


STYLE = f"""
.dl-answers {{display:flex; flex-wrap:wrap; gap:0.75rem}}
.dl-answer {{flex:1 1 9.5rem; min-width:0; max-width:30rem; container-type:inline-size; padding:0.75rem 0.9rem;
  border:1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius:0.5rem}}
.dl-answer h4 {{font-size:0.9rem; font-weight:600; margin:0; padding:0; line-height:1.25; opacity:0.85;
  font-family:inherit}}
.dl-said {{display:flex; align-items:center; gap:0.9rem; margin:0.2rem 0 0.4rem; height:5rem}}
.dl-digit {{font-size:4.75rem; line-height:1; font-weight:700; font-variant-numeric:tabular-nums lining-nums}}
.dl-sure {{line-height:1.3}}
.dl-sure strong {{font-size:1.15rem}}
.dl-sure small {{opacity:0.75}}
.dl-unsure .dl-digit {{opacity:0.4}}
.dl-none {{font-size:1.15rem; opacity:0.7}}
.dl-bars {{width:100%; border-collapse:collapse; margin:0; font-size:0.875rem; font-variant-numeric:tabular-nums;
  table-layout:auto}}
.dl-bars th, .dl-bars td {{border:0; padding:0 0 0 0.5rem; height:1.4rem; line-height:1.2; vertical-align:middle;
  font-weight:400; text-align:right; white-space:nowrap}}
.dl-bars th:first-child {{padding:0; text-align:left; width:1rem}}
.dl-bars thead th {{font-size:0.75rem; opacity:0.7}}
.dl-bars thead th:first-child {{font-size:0}}
.dl-bars td.dl-bar {{width:99%}}
.dl-bar i {{display:block; width:var(--length); height:0.8rem; min-width:1px; border-radius:2px;
  background:color-mix(in srgb, currentColor 38%, transparent)}}
.dl-best .dl-bar i {{background:{BLUE}}}
.dl-bars .dl-best th, .dl-bars .dl-best td {{font-weight:700}}
.dl-share, .dl-output {{min-width:3.4rem}}
.dl-bars:not(.dl-by-outputs) .dl-output, .dl-by-outputs .dl-share {{opacity:0.65}}
@container (max-width: 15rem) {{
  .dl-answer h4 {{min-height:2.5em}}  /* Two lines, so that the bars of both cards begin level. */
  .dl-said {{gap:0.6rem}}
  .dl-digit {{font-size:3.75rem}}
  .dl-bars tbody th, .dl-bars tbody td {{height:1.75rem}}
  .dl-bars:not(.dl-by-outputs) tr > :nth-child(4), .dl-by-outputs tr > :nth-child(3) {{position:absolute; width:1px;
    min-width:0; height:1px; padding:0; overflow:hidden; clip-path:inset(50%)}}
}}
.dl-bars th button {{all:unset; display:block; width:100%; cursor:pointer}}
.dl-bars th button.dl-truth {{width:1.25rem; line-height:1.25rem; margin-left:-0.35rem; text-align:center;
  border-radius:50%; box-shadow:0 0 0 2px currentColor inset}}
.dl-bars th button:disabled {{cursor:default}}
.dl-bars tr:has(button:enabled) {{cursor:pointer}}
.dl-bars tr:has([aria-pressed=true]:enabled) {{background:color-mix(in srgb, currentColor 14%, transparent);
  box-shadow:-3px 0 0 0 currentColor}}
@media (hover: hover) {{
  .dl-bars tr:has(button:enabled):hover {{background:color-mix(in srgb, currentColor 8%, transparent)}}
}}
.dl-bars tr:has(:focus-visible) {{outline:2px solid {BLUE}; outline-offset:1px; border-radius:2px}}
.dl-spoken {{position:absolute; width:1px; height:1px; margin:0; overflow:hidden; clip-path:inset(50%)}}
@media (min-width: 641px) and (max-height: 560px) {{  /* a projector */
  .dl-answers {{flex-wrap:nowrap}}
  .dl-answer {{flex-basis:0; padding:0.4rem 0.75rem}}
  .dl-said {{height:3.75rem; margin:0}}
  .dl-said .dl-digit {{font-size:3.5rem}}
  .dl-bars thead {{position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%)}}
  .dl-answer .dl-bars tbody :is(th, td) {{height:1.3rem}}
}}
/* On a phone the answers stand on one screen with the canvas: beside each other, each with ten small columns. */
@media (max-width: 640px) {{
  .dl-answers {{flex-wrap:nowrap; gap:0.5rem}}
  .dl-answer {{flex:1 1 0; padding:0.4rem 0.5rem}}
  .dl-answer h4 {{font-size:0.75rem; height:2.5em; overflow:hidden}}
  .dl-said {{height:3rem; margin:0; gap:0.5rem}}
  .dl-said .dl-digit {{font-size:3rem}}
  .dl-sure {{font-size:0.8rem; line-height:1.2}}
  .dl-sure strong {{font-size:0.95rem}}
  .dl-answer .dl-bars thead, .dl-answer .dl-bars td:not(.dl-bar) {{position:absolute; width:1px; min-width:0;
    height:1px; padding:0; overflow:hidden; clip-path:inset(50%)}}
  .dl-answer .dl-bars {{display:block; font-size:0.75rem}}
  .dl-answer .dl-bars tbody {{display:grid; grid-template-columns:repeat(10, 1fr); column-gap:1px}}
  .dl-answer .dl-bars tbody tr {{display:flex; flex-direction:column-reverse; box-shadow:none}}
  .dl-answer .dl-bars tbody th:first-child {{width:auto; height:1.2rem; text-align:center}}
  .dl-answer .dl-bars tbody td.dl-bar {{width:auto; height:2.2rem; padding:0; display:flex; align-items:flex-end}}
  .dl-answer .dl-bar i {{width:100%; height:var(--length); min-height:1px}}
}}
"""
