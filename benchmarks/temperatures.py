"""The temperatures of the networks that come along: `python -m benchmarks.temperatures`.

Prints what `mnist_core/network/weights/temperatures.json` holds (Guo et al. 2017, On Calibration
of Modern Neural Networks: one number a network, that makes the answers to images that it did
not learn from most probable).  Fitted on every second test image of MNIST; of draw-ready
networks on people's pen drawings too, with equal weight.  Those have learned from all of the
drawings, so in their place networks answer that were trained the same way without the writer.
The other half of the test images is what `benchmark certainty` measures.

Training takes about 20 minutes on two cores.  `--networks FOLDER` keeps the networks without
each writer, and takes those that are there already.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.drawing import without_each
from mnist_core.data import dataset, pen_drawings
from mnist_core.data.dataset import Dataset
from mnist_core.data.pen_drawings import PenDrawings
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.insight.all_images.calibration import calibration, temperature
from mnist_core.network.network import DRAW_READY, Network, pretrained, pretrained_names
from mnist_core.network.operations import softmax
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings

FITTED = slice(0, None, 2)  # places in the test set that temperatures are fitted on
MEASURED = slice(1, None, 2)


def temperatures(data: Dataset, pens: PenDrawings, folder: Path | None = None) -> dict[str, dict[str, object]]:
    """What is kept of each pretrained network, by its name."""
    drawn = np.stack([to_mnist(reink(strokes)) for strokes in pens.strokes])
    kept = {}
    for name in pretrained_names():
        print(name, file=sys.stderr)
        logits, labels = pretrained(name).logits(data.x_test[FITTED]), data.y_test[FITTED]
        weights = np.full(len(labels), 1 / len(labels))
        on = f"{len(labels):,} of {data.name}'s test images"
        about = {}
        if name.endswith(DRAW_READY):
            unseen = np.empty((len(drawn), 10), np.float32)
            for writer, network in _without_each(name, data, pens, folder):
                unseen[pens.writers == writer] = network.logits(drawn[pens.writers == writer])
            logits, labels = np.concatenate([logits, unseen]), np.concatenate([labels, pens.labels])
            weights = np.concatenate([weights, np.full(len(unseen), 1 / len(unseen))])
            on += f" and {len(drawn):,} pen drawings of people that the network had not seen"
        found = round(temperature(logits, labels, weights), 3)
        if name.endswith(DRAW_READY):
            measured = calibration(softmax(unseen / found), pens.labels)
            about = {
                "unseen_drawings": {
                    "sure": round(measured.confidence, 4),
                    "right": round(measured.accuracy, 4),
                    "expected_calibration_error": round(measured.error, 4),
                }
            }
        kept[name] = {"temperature": found, "calibrated_on": on, **about}
    return kept


def _without_each(name: str, data: Dataset, pens: PenDrawings, folder: Path | None) -> Iterator[tuple[int, Network]]:
    """Each writer, and a network that was trained as the one of this name without that writer's drawings."""
    config = TrainingConfig(**pretrained(name).about["config"])
    for writer, pool in zip(np.unique(pens.writers), without_each(pens), strict=True):
        path = None if folder is None else folder / f"{config.architecture}-without-{writer}.npz"
        if path is not None and path.is_file():
            yield writer, Network.load(path)
            continue
        from mnist_core.training.loop import train  # TensorFlow: seconds, so only where it is needed.

        network = train(config, data, pool=pool).network
        if path is not None:
            path.write_bytes(network.to_bytes())
        yield writer, network


def main() -> None:
    """Print the table as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=Path, metavar="FOLDER", help="keep the networks without each writer here")
    options = parser.parse_args()
    data = dataset.load(Settings.from_environment())
    pens = pen_drawings.read(pen_drawings.find())
    table = {"command": "python -m benchmarks.temperatures", "data_digest": data.digest}
    print(json.dumps(table | {"networks": temperatures(data, pens, options.networks)}, indent=1))


if __name__ == "__main__":
    main()
