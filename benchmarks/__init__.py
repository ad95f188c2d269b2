"""What the figures in the README come from: `python -m mnist_core benchmark TOPIC`.

Each topic is a module with `figures(report)`.  A figure is measured beside its
reference in the same run, and judged by the ratio: absolute times say little on a
machine that others share.

    training    speed and accuracy of training, worker memory
    drawing     how well people's pen drawings are read
    certainty   how sure networks are, and of what: calibration, and digits told from what is none
    teaching    what a person's first digits teach, and what is forgotten over them
    latency     how soon a drawing is answered; memory and start of the web server
    exploring   how soon a number leads to its images; label errors that are found
    scale       how soon a worker obeys; what the store costs an epoch
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import asdict, dataclass

Report = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: what came out.
        unit: of `value`, e.g. "%" or "x reference".
        reference: what was measured beside it in the same run, in words with its unit.
        target: the bound that `value` is held to, in words.
        holds: whether it keeps to it; `None` where the figure only informs.
    """

    name: str
    value: float
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

    def to_dict(self) -> dict[str, object]:
        """The figure as plain values, for JSON."""
        return asdict(self)

    def to_row(self) -> tuple[str, ...]:
        """The figure as a line of a table."""
        holds = {True: "yes", False: "NO", None: ""}[self.holds]
        return self.name, f"{self.value:g}", self.unit, self.reference, self.target, holds


def run(topic: str, *, report: Report) -> list[Figure]:
    """Measure all figures of `topic`, reporting in a sentence what is being done."""
    return list(importlib.import_module(f"benchmarks.{topic}").figures(report))
