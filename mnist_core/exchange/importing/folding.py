"""The same network in fewer layers: scaling that a layer with weights before or after it can do on the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.network.layers import AveragePooling2D, Conv2D, Dense, Flatten, Layer, MaxPooling2D, Scaling, channels

Arrays = tuple[np.ndarray, ...]
Step = tuple[Layer, Arrays]
Shape = tuple[int, ...]


def folded(layers: Sequence[Layer], weights: Sequence[Arrays]) -> tuple[tuple[Layer, ...], tuple[Arrays, ...]]:
    """What gives the same outputs, up to rounding, with as few `Scaling` layers as possible.

    w (f x + a) + b is (w f) x + (b + w a), which is how batch normalisation vanishes in use.

    Args:
        layers: input to output, for 28x28 images.
        weights: a tuple of arrays for each.

    Returns:
        The same, of float32.
    """
    steps = [
        (layer, tuple(array.astype(np.float64) for array in arrays))
        for layer, arrays in zip(layers, weights, strict=True)
    ]
    place = 0
    shape: Shape = IMAGE_SHAPE
    shapes: list[Shape] = []  # of what each of the steps before `place` gets
    while place < len(steps):
        pair = steps[place : place + 2]
        merged = None if len(pair) < 2 else _merged(pair[0], pair[1], shape)
        if merged is None and _is_nothing(steps[place]):
            merged, pair = [], pair[:1]
        if merged is None:
            shapes.append(shape)
            shape = steps[place][0].output_shape(shape)
            place += 1
        else:
            steps[place : place + len(pair)] = merged
            if shapes:  # What came of it may go on with what was before it.
                place, shape = place - 1, shapes.pop()
    arrays = tuple(tuple(array.astype(np.float32) for array in each) for _, each in steps)
    return tuple(layer for layer, _ in steps), arrays


def _is_nothing(step: Step) -> bool:
    layer, arrays = step
    return layer == Scaling() and bool((arrays[0] == 1).all()) and not arrays[1].any()


def _merged(first: Step, second: Step, shape: Shape) -> list[Step] | None:
    """What does the work of both, or both the other way round; `None` where they stay.

    Args:
        first: gets an input of the `shape`.
        second: comes right behind it.
        shape: see there.
    """
    (before, earlier), (after, later) = first, second
    if getattr(before, "activation", "linear") != "linear":
        return None
    if isinstance(after, Scaling) and isinstance(before, Dense | Conv2D | Scaling):
        factors, added = later
        return [(replace(before, activation=after.activation), (earlier[0] * factors, earlier[1] * factors + added))]
    if not isinstance(before, Scaling):
        return None
    factors, added = earlier
    if isinstance(after, Flatten):
        times = math.prod(shape) // channels(shape)
        return [second, (before, (np.tile(factors, times), np.tile(added, times)))]
    if isinstance(after, AveragePooling2D) or (isinstance(after, MaxPooling2D) and (factors > 0).all()):
        return [second, first]
    if isinstance(after, Dense):
        kernel, bias = later
        return [(after, (factors[:, None] * kernel, bias + added @ kernel))]
    # Zeros around an image are not scaled, so nothing may be added to what lies within it.
    if isinstance(after, Conv2D) and (after.padding == "valid" or not added.any()):
        kernel, bias = later
        return [(after, (factors[:, None] * kernel, bias + added @ kernel.sum(axis=(0, 1))))]
    return None
