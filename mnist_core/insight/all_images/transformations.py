"""One image changed in one way by an amount: shifted, turned, scaled, thicker, thinner, blurred, noisy.

Geometric changes fetch each pixel by bilinear interpolation about the middle of the
image; ink that leaves the image is lost.  Thickening is a grey-level dilation (Serra
1982, "Image Analysis and Mathematical Morphology") by a disc with a soft edge, so that
radii between whole pixels exist as well; thinning is the same done to the ground.

Not covered: two changes at once, and changes made to fool one network.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE, check_images

SEED = 0  # of the noise
NOISES = 1_024  # fields of noise that images are given
TRUNCATE = 4.0  # standard deviations, as SciPy cuts its Gaussians
_CHUNK = 256  # images at once: what they need stays in the processor's cache
_SIDE = IMAGE_SHAPE[0]
_MIDDLE = (_SIDE - 1) / 2


@dataclass(frozen=True)
class Transformation:
    """One way to change an image, by an amount.

    Attributes:
        key: what addresses carry.
        label: for people, in sentence case.
        unit: what follows an amount.
        low: the least amount.
        high: the greatest.
        neutral: the amount that leaves every image as it is, exactly.
        step: between two amounts that one can choose; `grid` takes every `stride`-th.
        stride: steps between two settings at which accuracy is measured.
        less: an amount below the neutral one in words, "" where there is none.
        more: an amount above it in words.
        words: one line that says what it does.
    """

    key: str
    label: str
    unit: str
    low: float
    high: float
    neutral: float
    step: float
    stride: int
    less: str
    more: str
    words: str

    def in_words(self, amount: float) -> str:
        """What an amount does, e.g. "2 px to the right"; "unchanged" for the neutral one."""
        if amount == self.neutral:
            return "unchanged"
        return (self.less if amount < self.neutral else self.more).format(f"{abs(amount):.3g}")

    @property
    def ways(self) -> tuple[int, ...]:
        """The signs of what it can do: (-1, 1), or (1,) where nothing lies below the neutral amount."""
        return (-1, 1) if self.low < self.neutral else (1,)

    def steps(self, way: int) -> np.ndarray:
        """(k,) float64: from the neutral amount, exclusive, by twice `step` to the end of the range."""
        end = self.high if way > 0 else self.low
        count = round(abs(end - self.neutral) / (2 * self.step))
        return np.round(self.neutral + way * 2 * self.step * np.arange(1, count + 1), 6)

    @property
    def grid(self) -> np.ndarray:
        """(k,) float64 rising settings at which accuracy is measured, `neutral` among them."""
        count = round((self.high - self.low) / (self.step * self.stride))
        return np.round(np.linspace(self.low, self.high, count + 1), 6)

    def apply(self, images: np.ndarray, amount: float) -> np.ndarray:
        """The images, changed.

        Args:
            images: (n, 28, 28) uint8, 0 background, 255 ink.
            amount: in [low, high].

        Returns:
            (n, 28, 28) uint8; an image comes out the same, alone as among others.

        Raises:
            ImageError: any other shape or dtype.
            ValueError: an amount outside the range.
        """
        check_images(images)
        if not self.low <= amount <= self.high:
            raise ValueError(f"expected {self.key} from {self.low:g} to {self.high:g} {self.unit}, got {amount!r}")
        parts = (images[start : start + _CHUNK] for start in range(0, max(1, len(images)), _CHUNK))
        return np.concatenate([_APPLY[self.key](part, float(amount)) for part in parts])


TRANSFORMATIONS: Mapping[str, Transformation] = {
    each.key: each
    for each in (
        Transformation(
            "shift_x", "Shift sideways", "px", -7, 7, 0, 0.5, 2, "{} px to the left", "{} px to the right",
            "Moves the digit to the right, or to the left below 0. The image is 28 px wide.",
        ),
        Transformation(
            "shift_y", "Shift up or down", "px", -7, 7, 0, 0.5, 2, "{} px up", "{} px down",
            "Moves the digit down, or up below 0. The image is 28 px tall.",
        ),
        Transformation(
            "rotate", "Rotate", "degrees", -60, 60, 0, 2, 5, "{} degrees anticlockwise", "{} degrees clockwise",
            "Turns the digit clockwise about the middle of the image, or anticlockwise below 0.",
        ),
        Transformation(
            "scale", "Scale", "times", 0.4, 1.6, 1, 0.05, 2, "{} times as large", "{} times as large",
            "Makes the digit larger, or smaller below 1, strokes and all.",
        ),
        Transformation(
            "thicken", "Thicken", "px", 0, 2.5, 0, 0.05, 5, "", "{} px thicker all around",
            "Puts so much ink around every stroke. Strokes are about 3 px wide.",
        ),
        Transformation(
            "thin", "Thin", "px", 0, 2, 0, 0.05, 4, "", "{} px thinner all around",
            "Takes so much ink away from both sides of every stroke. Strokes are about 3 px wide.",
        ),
        Transformation(
            "blur", "Blur", "px", 0, 4, 0, 0.1, 4, "", "blurred by {} px",
            "Spreads every pixel as a Gaussian with this standard deviation.",
        ),
        Transformation(
            "noise", "Noise", "%", 0, 100, 0, 2, 5, "", "{} % noise",
            "Adds Gaussian noise to every pixel, its standard deviation in percent of full ink.",
        ),
    )
}  # fmt: skip


def _shifted_x(images: np.ndarray, amount: float) -> np.ndarray:
    return _warped(images, np.eye(2), (0, -amount))


def _shifted_y(images: np.ndarray, amount: float) -> np.ndarray:
    return _warped(images, np.eye(2), (-amount, 0))


def _rotated(images: np.ndarray, amount: float) -> np.ndarray:
    cosine, sine = math.cos(math.radians(amount)), math.sin(math.radians(amount))
    return _warped(images, np.array([[cosine, -sine], [sine, cosine]]))


def _scaled(images: np.ndarray, amount: float) -> np.ndarray:
    return _warped(images, np.eye(2) / amount)


def _warped(images: np.ndarray, matrix: np.ndarray, offset: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Each pixel fetched from `matrix` times its (row, column) from the middle, plus `offset`; 0 beyond the edge."""
    at = np.stack(tuple(np.indices(IMAGE_SHAPE)), axis=-1).reshape(-1, 2) - _MIDDLE
    # One pixel of ground all around; what lies further out is fetched from there as well.
    at = np.clip(at @ matrix.T + offset + _MIDDLE + 1, 0, _SIDE + 1)
    cell = np.minimum(at.astype(np.intp), _SIDE)
    row, column = cell.T
    below, right = (at - cell).T.astype(np.float32)[..., None]
    width = _SIDE + 2
    # Images last, so that what a pixel is made of lies side by side.
    pixels = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(-1, width * width).T.copy()
    found = np.zeros((_SIDE * _SIDE, len(images)), np.float32)
    for down, vertical in ((0, 1 - below), (1, below)):
        for across, horizontal in ((0, 1 - right), (1, right)):
            found += pixels[(row + down) * width + column + across] * (vertical * horizontal)
    return np.rint(found).astype(np.uint8).T.reshape(images.shape)


def _thickened(images: np.ndarray, amount: float) -> np.ndarray:
    return _dilated(images, amount)


def _thinned(images: np.ndarray, amount: float) -> np.ndarray:
    return 255 - _dilated(255 - images, amount)


def _dilated(images: np.ndarray, radius: float) -> np.ndarray:
    """The largest of the neighbours' values, each times what the soft disc holds at its distance; edges repeat.

    The disc holds 1 up to `radius` and falls to 0 within one pixel.
    """
    reach = math.ceil(radius)
    padded = np.pad(images.transpose(1, 2, 0), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    rings: dict[int, list[tuple[int, int]]] = {}
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            rings.setdefault(row**2 + column**2, []).append((row + reach, column + reach))
    found = np.zeros((*IMAGE_SHAPE, len(images)), np.uint8)
    for square, places in rings.items():
        share = min(1.0, radius + 1 - math.sqrt(square))
        if share <= 0:
            continue
        # Those at one distance share a weight: their maximum comes first, in bytes.
        ring = np.maximum.reduce([padded[row : row + _SIDE, column : column + _SIDE] for row, column in places])
        np.maximum(found, ring if share == 1 else np.rint(ring * np.float32(share)).astype(np.uint8), out=found)
    return found.transpose(2, 0, 1)


def _blurred(images: np.ndarray, amount: float) -> np.ndarray:
    if not amount:
        return images.copy()
    distance = np.abs(np.subtract.outer(np.arange(_SIDE), np.arange(_SIDE)))
    reach = int(TRUNCATE * amount + 0.5)
    offsets = np.arange(-reach, reach + 1)
    total = np.exp(-0.5 * (offsets / amount) ** 2).sum()
    kernel = (np.exp(-0.5 * (distance / amount) ** 2) * (distance <= reach) / total).astype(np.float32)
    return np.rint(kernel @ images.astype(np.float32) @ kernel).astype(np.uint8)


def _noisy(images: np.ndarray, amount: float) -> np.ndarray:
    # Chosen by the image's own pixels: the same image always gets the same noise.
    places = [zlib.crc32(image.tobytes()) % NOISES for image in images]
    return np.clip(np.rint(images + np.float32(2.55 * amount) * _noises()[places]), 0, 255).astype(np.uint8)


@cache
def _noises() -> np.ndarray:
    return np.random.default_rng(SEED).standard_normal((NOISES, *IMAGE_SHAPE), np.float32)


_APPLY: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "shift_x": _shifted_x,
    "shift_y": _shifted_y,
    "rotate": _rotated,
    "scale": _scaled,
    "thicken": _thickened,
    "thin": _thinned,
    "blur": _blurred,
    "noise": _noisy,
}
