"""The test images as points on a map: images that look alike, to an eye or to a network, lie together.

Two methods.  Principal components (Pearson 1901) turn and flatten the space and bend
nothing.  t-SNE (van der Maaten and Hinton 2008) keeps neighbours together and pays
for it with distances: those between groups mean little.  It is openTSNE's with
interpolated forces (Linderman et al. 2019) from a start at the principal components
(Kobak and Berens 2019), halfway through its usual iterations: the second half takes
two thirds of the time, and moves the groups apart without mixing or parting them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.errors import DataError, ModelError
from mnist_core.network.network import Network

if TYPE_CHECKING:
    from mnist_core.insight.work import Work

METHODS: Mapping[str, str] = {"tsne": "t-SNE", "pca": "Principal components"}
SECONDS: Mapping[str, int] = {"tsne": 30, "pca": 1}  # for 10,000 images on one core
FEWEST = 5  # images that a map needs
PART = 500  # images whose activations are taken at once
COMPONENTS = 50  # that t-SNE starts from, as its authors did
PERPLEXITY = 30
ITERATIONS = 250  # exaggerated ones, and as many after them
MANY = 3_000
SEED = 0


def compute(work: Work) -> dict[str, np.ndarray]:
    """The places of the test images.

    Args:
        work: `options["method"]` is a key of `METHODS`; without a network the images are
            placed by their pixels, with one by what its last hidden layer makes of them.

    Returns:
        points: (n, 2) float32; within [-1, 1], both axes to one scale.
        explained: (2,) float32 shares of the variance along the two axes; of "pca" only.

    Raises:
        DataError: there are fewer than `FEWEST` test images, or all are the same.
        ModelError: the network has no hidden layer, or one that says the same of all images.
    """
    features = pixels(work.dataset) if not work.key else hidden_activations(work.network, work.dataset.x_test)
    if len(features) < FEWEST:
        raise DataError(work.dataset.location, f"has {len(features)} test images; a map needs at least {FEWEST}.")
    if not np.isfinite(features).all():
        raise ModelError("the hidden layer gives values that are not finite, so its images have no place on a map.")
    if not features.std(axis=0).any():
        if work.key:
            raise ModelError("the hidden layer says the same of every image, so that all would lie on one point.")
        raise DataError(work.dataset.location, "has the same test image again and again: there is no map of that.")
    if work.options["method"] == "pca":
        points, explained = principal_components(features, 2)
        return {"points": framed(points), "explained": explained}
    return {"points": framed(neighbourhoods(features))}


def has_hidden_layer(network: Network) -> bool:
    """Whether anything is learned before the last layer; a linear network sees pixels alone."""
    return any(network.weights[:-1])


def pixels(data: Dataset) -> np.ndarray:
    """(n, 784) float32 of the test images, in [0, 1]."""
    return data.x_test.reshape(len(data.x_test), -1).astype(np.float32) / 255


def hidden_activations(network: Network, images: np.ndarray) -> np.ndarray:
    """(n, units) float32: what the last layer of the network gets to see of the images.

    Args:
        network: with a hidden layer.
        images: (n, 28, 28) uint8.

    Raises:
        ModelError: it has no hidden layer.
    """
    if not has_hidden_layer(network):
        raise ModelError("this network has no hidden layer. Place the images by their pixels.")
    parts = [network.activations(images[start : start + PART])[-2] for start in range(0, len(images), PART)]
    return np.concatenate([part.reshape(len(part), -1) for part in parts])


def principal_components(features: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The features along their `count` directions of largest variance, and the share of it in each.

    Args:
        features: (n, d) float32, not all rows the same.
        count: at most d.

    Returns:
        (n, count) float32 and (count,) float32.  The sign of a direction is such that its largest
        weight is positive.
    """
    from sklearn.decomposition import PCA

    method = PCA(count, svd_solver="covariance_eigh")
    points = method.fit_transform(features.astype(np.float64))
    return points.astype(np.float32), method.explained_variance_ratio_.astype(np.float32)


def neighbourhoods(features: np.ndarray, *, seed: int = SEED) -> np.ndarray:
    """(n, 2) float32 by t-SNE of (n, d) float32 features; equal features and seeds give equal points."""
    from openTSNE import TSNE

    reduced, _ = principal_components(features, min(COMPONENTS, *features.shape))
    start = reduced[:, :2] if reduced.shape[1] > 1 else np.repeat(reduced, 2, axis=1)
    method = TSNE(
        perplexity=min(PERPLEXITY, (len(features) - 1) / 3),
        initialization=(start / start[:, 0].std() * 1e-4).astype(np.float64),
        early_exaggeration_iter=ITERATIONS,
        n_iter=ITERATIONS,
        # Interpolation has a cost of its own, which few images do not repay.
        negative_gradient_method="fft" if len(features) >= MANY else "bh",
        n_jobs=1,  # A second thread gains nothing, and the pages want a core.
        random_state=seed,
    )
    return np.asarray(method.fit(reduced), dtype=np.float32)


def framed(points: np.ndarray) -> np.ndarray:
    """(n, 2) float32 moved and scaled, both axes alike, so that they lie around 0 and within [-1, 1]."""
    lowest, highest = points.min(axis=0), points.max(axis=0)
    return ((points - (lowest + highest) / 2) / ((highest - lowest).max() / 2)).astype(np.float32)


def inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """(n,) bool: which points lie in a closed polygon, by the even-odd rule.

    Args:
        points: (n, 2).
        polygon: (m, 2) corners in order; fewer than three hold nothing.
    """
    x, y = points.T
    result = np.zeros(len(points), bool)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 != y2:
            result ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return result
