"""Pictures as people take them: a drawn digit on paper with light, lines, noise, and a file around it."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from mnist_core.data.synthetic import draw_digit, render


def drawing(digit: int, seed: int = 0, *, size: int = 280, pen: float = 0.08) -> np.ndarray:
    """(size, size) uint8: a digit on a canvas, light on black."""
    return render(strokes_of(digit, seed), size=size, pen=pen)


def strokes_of(digit: int, seed: int = 0, *, size: float = 1.0) -> list[np.ndarray]:
    """The pen's path of a digit: (k, 2) float64 arrays on a canvas of this size."""
    return [stroke * size for stroke in draw_digit(digit, np.random.default_rng([seed, digit]))]


def encoded(image: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The image as the content of a file."""
    buffer = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(ink: np.ndarray, scene: str, seed: int = 0, *, quality: int = 70) -> bytes:
    """A JPEG of the (H, W) uint8 ink on a scene.

    Args:
        ink: where and how dense the ink is, 0 to 255.
        scene: "paper", "lined", "squared", "shadow" (its edge crosses the digit) or "board" (light on dark).
        seed: of paper, light and noise.
        quality: of the JPEG.
    """
    rng = np.random.default_rng(seed)
    height, width = ink.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    ground, pen = (rng.uniform(30, 55), rng.uniform(190, 240)) if scene == "board" else (rng.uniform(180, 240), 40.0)
    image = np.full(ink.shape, ground)
    step = height / rng.uniform(9, 14)
    if scene in {"lined", "squared"}:
        image[rows % step < max(1.0, height / 250)] -= 45
    if scene == "squared":
        image[columns % step < max(1.0, height / 250)] -= 45
    image += (pen - image) * (ink / 255.0)
    turn = rng.uniform(0, 2 * np.pi)
    across = (columns / width - 0.5) * np.cos(turn) + (rows / height - 0.5) * np.sin(turn)
    image *= 1 - 0.4 * (across + 0.5)
    if scene == "shadow":
        image *= 1 - 0.35 / (1 + np.exp(-across * rng.uniform(30, 200)))
    image += rng.normal(0, 4, ink.shape)
    return encoded(np.clip(image, 0, 255).astype(np.uint8), "JPEG", quality=quality)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Ink in both (28, 28) images over ink in either, 0 to 1, each pixel counted by how much it has.

    The best of all moves by a pixel: `to_mnist` moves by whole pixels, so that a hair's
    breadth in the drawing may be a pixel in the image.
    """
    b = b.astype(float)
    moved = [np.roll(a.astype(float), (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return float(max(np.minimum(each, b).sum() / np.maximum(each, b).sum() for each in moved))
