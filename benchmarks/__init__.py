"""What the figures in the README come from: `python -m mnist_core benchmark TOPIC`.

Each topic is a module with `PARTS`: what is measured one after the other, each within a
time of its own.  A part that fails or takes too long costs its own figures and no others,
see `benchmarks.running`.  A figure is measured beside its reference in the same run, and
judged by the ratio: absolute times say little on a machine that others share.

    training    speed and accuracy of training, worker memory
    drawing     how well people's pen drawings are read
    pictures    how well digits are found and read in photos, screenshots and the like
    certainty   how sure networks are, and of what: calibration, and digits told from what is none
    teaching    what a person's first digits teach, and what is forgotten over them
    latency     how soon a drawing is answered, also where many draw; memory and start of the web server
    exploring   how soon a number leads to its images; label errors that are found
    scale       how soon a worker obeys; what the store costs an epoch
    class       how soon a hundred phones are answered, and see what the teacher pressed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

Report = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: what came out; `None` where it could not be measured, which `reference` explains.
        unit: of `value`, e.g. "%" or "x reference".
        reference: what was measured beside it in the same run, in words with its unit.
        target: the bound that `value` is held to, in words.
        holds: whether it keeps to it; `None` where the figure only informs.
    """

    name: str
    value: float | None
    unit: str
    reference: str
    target: str
    holds: bool | None

    @classmethod
    def at_most(cls, name: str, value: float, unit: str, bound: float, reference: str = "") -> Figure:
        """A figure that should not exceed `bound`."""
        return cls(name, round(value, 4), unit, reference, f"at most {bound:g}", bool(value <= bound))

    @classmethod
    def at_least(cls, name: str, value: float, unit: str, bound: float, reference: str = "") -> Figure:
        """A figure that should reach `bound`."""
        return cls(name, round(value, 4), unit, reference, f"at least {bound:g}", bool(value >= bound))

    @classmethod
    def note(cls, name: str, value: float, unit: str, reference: str = "") -> Figure:
        """A figure that is held to nothing."""
        return cls(name, round(value, 4), unit, reference, "", None)

    @classmethod
    def missing(cls, name: str, why: str) -> Figure:
        """A figure that could not be measured, and so does not hold."""
        return cls(name, None, "", f"not measured: {why}", "", False)

    def to_dict(self) -> dict[str, object]:
        """The figure as plain values, for JSON."""
        return asdict(self)

    def to_row(self) -> tuple[str, ...]:
        """The figure as a line of a table."""
        holds = {True: "yes", False: "NO", None: ""}[self.holds]
        value = "-" if self.value is None else f"{self.value:g}"
        return self.name, value, self.unit, self.reference, self.target, holds


@dataclass(frozen=True)
class Part:
    """Some figures of a topic, measured together.

    Attributes:
        title: what is measured, for people.
        seconds: about how long it takes on two cores that nobody else uses.
        measure: gives the figures one after the other.  It is called with a folder that all parts of a topic
            share and that goes away afterwards, and with what reports, in a sentence, what is being done.
        figures: their names where they are known beforehand: those that are missing get a row each, instead of one
            for the whole part.
    """

    title: str
    seconds: float
    measure: Callable[[Path, Report], Iterable[Figure]]
    figures: tuple[str, ...] = ()

    def missing(self, measured: Iterable[str], why: str) -> list[Figure]:
        """A row for each figure that is not among those measured."""
        known = set(measured)
        names = [name for name in self.figures if name not in known]
        rest = f"{self.title}, the rest" if known else self.title
        return [Figure.missing(name, why) for name in names or ([] if self.figures else [rest])]


def simple(title: str, seconds: float, measure: Callable[[], Iterable[Figure]], *figures: str) -> Part:
    """A part that needs no folder and says nothing between its figures, whose names are `figures`."""
    return Part(title, seconds, lambda folder, report: measure(), figures)


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 of the values do not exceed."""
    return float(np.percentile(values, 95))
