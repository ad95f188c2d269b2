"""What images can be sorted by: how the network read each, and how each is written.

The shape of the ink is measured as `mnist_core.insight.one_image.gauges` measures drawings.
"""

from __future__ import annotations

import numpy as np

from mnist_core.drawing.images import check_images
from mnist_core.insight.one_image.gauges import measures

CHUNK = 256  # images at once: what they need stays in the processor's cache
SHAPES = ("ink", "width", "slant")


def shapes(images: np.ndarray) -> dict[str, np.ndarray]:
    """How much ink, how thick and how slanted, for many images.

    Args:
        images: (n, 28, 28) uint8, 0 background, 255 ink; blank ones are allowed.

    Returns:
        Arrays of (n,) float64: "ink" in full pixels, "width" of the pen in pixels, "slant"
        in degrees, positive where the top leans right; as `gauges.measures`, and `nan`
        for a blank image, which has no pen and no slant.

    Raises:
        ImageError: any other shape or dtype.
    """
    check_images(images)
    found = {name: np.full(len(images), np.nan) for name in SHAPES}
    inked = np.flatnonzero(images.any(axis=(1, 2)))
    for start in range(0, len(inked), CHUNK):
        part = inked[start : start + CHUNK]
        for name, values in measures(images[part]).items():
            found[name][part] = values
    found["ink"][~images.any(axis=(1, 2))] = 0
    return found


def margins(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How far the strongest other digit is ahead of the true one, in probability.

    For an image that was read wrong this is the probability of the digit read minus that of the
    truth; below 0 the image was read right, and by how much.

    Args:
        probabilities: (n, 10) float32, as `Network.probabilities`.
        labels: (n,) the true digits.

    Returns:
        (n,) float64 in [-1, 1].
    """
    parts = probabilities.astype(np.float64)
    rows = np.arange(len(labels))
    truth = parts[rows, labels]
    parts[rows, labels] = -np.inf
    return parts.max(axis=1, initial=-np.inf) - truth


def order(values: np.ndarray, *, falling: bool) -> np.ndarray:
    """(n,) int64 places of the (n,) values in order; equal ones keep theirs, `nan` comes last either way."""
    values = np.asarray(values, np.float64)
    return np.argsort(-values if falling else values, kind="stable")
