"""What MNIST's own images are like, as a small table: pages can compare without having MNIST.

`python -m mnist_core.insight.one_image.reference > reference.json`, then moved over the file beside this
module, computes it again from the MNIST that is in use; a few minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import CLASSES
from mnist_core.errors import DigitLabError
from mnist_core.insight.one_image.certainty import Limits, limits_of
from mnist_core.insight.one_image.gauges import measures
from mnist_core.insight.one_image.neighbours import Neighbours
from mnist_core.settings import Settings

TABLE = Path(__file__).with_name("reference.json")
BLOCK = 5_000  # images measured at a time


@cache
def quantiles() -> Mapping[str, np.ndarray]:
    """Quantiles 0 to 100 % of MNIST's training images: "ink" and "width" (101,), "slant" (10, 101) by digit."""
    return {name: np.array(values) for name, values in _table()["quantiles"].items()}


def certainty_limits() -> Limits:
    """The thresholds of `certainty` for MNIST."""
    return Limits(**_table()["certainty_limits"])


def computed(data: Dataset, *, sample: int = 10_000) -> dict[str, object]:
    """The table for a data set, thresholds from `sample` test images: what `quantiles` and `certainty_limits` read."""
    blocks = [measures(data.x_train[start : start + BLOCK]) for start in range(0, len(data.x_train), BLOCK)]
    values = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    slants = [_quantiles(values["slant"][data.y_train == digit]) for digit in range(CLASSES)]
    limits = limits_of(Neighbours(data.x_train, data.y_train), data, sample=sample)
    return {
        "data": data.name,
        "data_digest": data.digest,
        "command": "python -m mnist_core.insight.one_image.reference",
        "certainty_limits": {name: round(value, 4) for name, value in limits._asdict().items()},
        "quantiles": {"ink": _quantiles(values["ink"]), "width": _quantiles(values["width"]), "slant": slants},
    }


def _quantiles(values: np.ndarray) -> list[float]:
    return [round(float(each), 2) for each in np.percentile(values, np.arange(101))]


@cache
def _table() -> dict[str, Any]:
    return json.loads(TABLE.read_text(encoding="utf-8"))


def main() -> int:
    """Print the table of the MNIST in use as JSON; 2 where there is none."""
    try:
        data = dataset.load(Settings.from_environment())
        if not data.is_mnist:
            raise DigitLabError("This needs the real MNIST: name it with DIGITLAB_MNIST.")
    except DigitLabError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(computed(data)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
