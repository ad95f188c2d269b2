"""Ink told apart from paper: a grey picture to light ink on nothing.

A clean picture, such as a screenshot or an MNIST image, keeps every pixel.  A photo
does not: paper has texture, shadows, lines and specks, and `drawing.to_mnist` frames
every pixel above 0, so all that is not ink must become 0 here.

What is printed around the digits, `rulings` takes away; which of the ink is which digit,
`pieces` says.

Not covered: ink on a patterned ground.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from mnist_core.drawing.normalise import BOX, ink_box
from mnist_core.drawing.pieces import digits_of
from mnist_core.drawing.rulings import in_boxes, without_rulings
from mnist_core.errors import ImageError

NOTHING = "Nothing in the picture stands out from its ground. Draw darker, or come closer."
MIN_CONTRAST = 14  # grey levels between ground and ink
MIN_NOISES = 7  # standard deviations of the picture's noise between ground and ink

# A clean picture: so much of its border has one shade, and little else is nearly that shade.
CLEAN_BORDER = 0.6
NEARLY = 8  # grey levels
MAX_NEARLY = 0.15  # of the area of the ink
SMALL, MAX_NEARLY_SMALL = 64, 0.3  # pixels; so much of a small picture are the smooth edges of its strokes

LEAST_SIDE = 200  # pixels; smaller photos are enlarged
WINDOW = 0.26  # of the longest side: what is narrower is ink, what is wider is ground
SURE, POSSIBLE = 0.45, 0.2  # of the strength of typical ink; the second only beside the first
FAINT = 0.3  # of it: printed lines are at least that, and ink in glare where it goes on from sure ink
GOES_ON = 30  # times `SPREAD` / 2 pixels that faint ink goes on from sure ink
SPREAD = 5  # pixels across, within which possible ink lies beside sure ink
DARK_FLOOR = 24  # grey levels; keeps the noise of deep shadows from being divided by almost 0

# Widths of strokes in MNIST pixels, of which a digit has 20.  In MNIST, 99 % are wider than 1.9.
THIN, THICKENED = 1.7, 2.2
MEASURABLE = 60  # pixels; the width of strokes in smaller digits is left alone


def find_ink(grey: np.ndarray) -> list[np.ndarray]:
    """The ink of each digit in a picture, from left to right: (H, W) uint8, 0 ground, 255 ink.

    Light and dark ink are told apart: ink is what is rarer.  Strokes thinner than
    any in MNIST are drawn thicker.

    Args:
        grey: (H, W) uint8 lightness.

    Raises:
        ImageError: nothing stands out from the ground.
    """
    ink = _clean_ink(grey)
    if ink is None:
        inks = [_thickened(each) for each in _photographed_ink(_enlarged(grey))]
    else:
        inks = [_thickened(each) for each in _clean_digits(ink)]
    if not inks[0].any():
        raise ImageError(NOTHING)
    # Strokes of a pixel or two, blurred and drawn thicker, can end up grey all over.
    return [each if each.max() == 255 else np.rint(each * (255 / each.max())).astype(np.uint8) for each in inks]


def _clean_digits(ink: np.ndarray) -> list[np.ndarray]:
    """The digits in clean ink, of which every pixel counts."""
    boxed = in_boxes(ink > FAINT * 255)
    if boxed is not None:
        ink = np.where(boxed, ink, 0)
    ruled = without_rulings(ink.astype(np.float32), 127.0).astype(np.uint8)
    digits = digits_of(ruled > 127) if (ruled > 127).any() else []
    if len(digits) < 2:
        return [ruled]
    return [np.where(_slide(digit.astype(np.uint8), SPREAD, np.maximum) > 0, ruled, 0) for digit in digits]


def _clean_ink(grey: np.ndarray) -> np.ndarray | None:
    """The ink on a ground of one exact shade, all of it; `None` where there is no such ground."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = int(np.bincount(border).argmax())
    distance = grey.astype(np.int16) - ground
    light, dark = np.maximum(distance, 0), np.maximum(-distance, 0)
    ink = light if light.sum() >= dark.sum() else dark
    nearly = (distance != 0) & (np.abs(distance) <= NEARLY)
    if (
        (border == ground).mean() < CLEAN_BORDER
        or ink.max() < MIN_CONTRAST
        or nearly.sum() > (MAX_NEARLY_SMALL if max(grey.shape) < SMALL else MAX_NEARLY) * (ink > NEARLY).sum()
    ):
        return None
    return np.rint(ink * (255 / ink.max())).astype(np.uint8)


def _enlarged(grey: np.ndarray) -> np.ndarray:
    """The picture with its longest side at least `LEAST_SIDE`, for which blurs and windows are made."""
    factor = -(-LEAST_SIDE // max(grey.shape))
    height, width = grey.shape
    return np.asarray(Image.fromarray(grey).resize((width * factor, height * factor), Image.Resampling.BICUBIC))


def _photographed_ink(grey: np.ndarray) -> list[np.ndarray]:
    """The ink of each digit on a ground with texture, shadows and specks.

    The ground is a morphological opening: what is narrower than a window vanishes,
    the edge of a shadow stays where it is.  Ink is measured as a share of the ground's
    lightness, so that it is as strong in the shadow as in the light.
    """
    smooth = np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(1)))
    dark = not _is_light(smooth)
    if dark:
        smooth = 255 - smooth
    window = max(3, round(WINDOW * max(grey.shape)))
    # Windows may reach over the edge by a third: the tip of a shadow there is ground, a line along it ink.
    beyond = window // 3
    lowest = _slide(np.pad(smooth, beyond, constant_values=255), window, np.minimum)
    ground = _slide(lowest, window, np.maximum)[beyond:-beyond, beyond:-beyond]
    above, lightness = smooth.astype(np.float32) - ground, ground.astype(np.float32)
    strength = above / (DARK_FLOOR + (255 - lightness if dark else lightness))
    strength = np.maximum(strength - np.median(strength), 0)  # Noise lifts all of it.
    _check(strength, above, smooth)
    strength = without_rulings(strength, FAINT * _typical(strength))
    boxed = in_boxes(strength >= FAINT * _typical(strength))
    if boxed is not None:
        strength = np.where(boxed, strength, 0)
    _check(strength, above, smooth)
    typical = _typical(strength)
    digits = digits_of(_going_on(strength >= SURE * typical, strength >= FAINT * typical))
    sure = np.any(digits, axis=0)
    if (sure[:, 0].any() and sure[:, -1].any()) or (sure[0].any() and sure[-1].any()):
        raise ImageError("What stands out runs from edge to edge. Leave some empty paper around the digit.")
    scaled = 255 * np.clip((strength - POSSIBLE * typical) / (typical - POSSIBLE * typical), 0, 1)
    beside = (_slide(digit.astype(np.uint8), SPREAD, np.maximum) for digit in digits)
    return [np.rint(scaled * each).astype(np.uint8) for each in beside]


def _going_on(sure: np.ndarray, faint: np.ndarray) -> np.ndarray:
    """Sure ink, and faint ink that goes on from it for a while, as in glare (hysteresis: Canny 1986).

    All arrays are (H, W) bool.
    """
    wider = faint & sure
    for _ in range(GOES_ON):
        before, wider = wider, faint & (_slide(wider.astype(np.uint8), SPREAD, np.maximum) > 0)
        if np.array_equal(wider, before):
            break
    return wider


def _check(strength: np.ndarray, above: np.ndarray, smooth: np.ndarray) -> None:
    """Raise `ImageError` where nothing stands out from the ground."""
    typical = _typical(strength)
    if typical == 0:
        raise ImageError(NOTHING)
    contrast = np.median(above[strength >= 0.5 * typical])
    if contrast < max(MIN_CONTRAST, MIN_NOISES * _noise(smooth)):
        raise ImageError(NOTHING)


def _is_light(grey: np.ndarray) -> bool:
    """Whether the ink is lighter than its ground: on which side of the local median the outliers lie."""
    small = Image.fromarray(grey)
    small.thumbnail((64, 64), Image.Resampling.BOX)
    outliers = np.asarray(small, np.float32) - np.asarray(small.filter(ImageFilter.MedianFilter(21)), np.float32)
    return bool((outliers**3).sum() > 0)


def _slide(image: np.ndarray, window: int, extreme: Callable[..., np.ndarray]) -> np.ndarray:
    """`np.minimum` or `np.maximum` over a square window about each pixel of (H, W) uint8.

    Each turn doubles the span that has been looked at, so a large window costs little
    more than a small one.
    """
    outside = 255 if extreme is np.minimum else 0
    for axis in (0, 1):
        ends = [(0, 0), (0, 0)]
        ends[axis] = (window // 2, window - 1 - window // 2)
        image = np.moveaxis(np.pad(image, ends, constant_values=outside), axis, 0)
        span = 1
        while span < window:
            step = min(span, window - span)
            image = extreme(image[:-step], image[step:])
            span += step
        image = np.moveaxis(image, 0, axis)
    return image


def _typical(strength: np.ndarray) -> float:
    """The strength of ordinary ink, where a few pixels may be stronger and most are none."""
    count = min(strength.size, max(12, strength.size // 5000))
    # Of the strongest turned into the least: to seek the last few takes NumPy twenty times as long as the first few.
    strongest = -np.partition(-strength, count - 1, axis=None)[count - 1]
    return float(np.median(strength[strength >= 0.5 * strongest]))


def _noise(smooth: np.ndarray) -> float:
    """Standard deviation of the noise, from what a wider blur takes away.

    The smaller quarter of it tells, for rulings take part in the rest: of a normal
    distribution a quarter lies within 0.3186 standard deviations.
    """
    rest = smooth - np.asarray(Image.fromarray(smooth).filter(ImageFilter.GaussianBlur(4)), np.float32)
    return float(np.quantile(np.abs(rest), 0.25)) / 0.3186


def _thickened(ink: np.ndarray) -> np.ndarray:
    """The ink with strokes no thinner than MNIST's: blurred, and cut where they are wide enough."""
    box = ink_box(ink)
    if box is None:
        return ink
    top, bottom, left, right = box
    side = max(bottom - top, right - left)
    width = _stroke_width(ink)
    if side < MEASURABLE or not width or width >= THIN * side / BOX:
        return ink
    half = THICKENED * side / BOX / 2
    blur = half / 1.2  # narrow enough to keep corners, wide enough for what lies at `half` to be measured
    # What the blur leaves of a straight stroke at `half` from its middle.
    level = _below((half + width / 2) / blur) - _below((half - width / 2) / blur)
    padded = Image.fromarray(np.pad(ink, math.ceil(half)))
    blurred = np.asarray(padded.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255
    return np.rint(255 * np.clip((blurred - level) / (0.5 * level) + 0.5, 0, 1)).astype(np.uint8)


def _stroke_width(ink: np.ndarray) -> float:
    """Mean width of the strokes in pixels: twice the area over the length of the outline.

    The outline is pi / 4 of the number of pixel sides along it, the mean over all directions.
    """
    inside = np.pad(ink > 127, 1)
    sides = (inside[1:] != inside[:-1]).sum() + (inside[:, 1:] != inside[:, :-1]).sum()
    return float(2 * inside.sum() / (math.pi / 4 * max(1, sides)))


def _below(deviations: float) -> float:
    """Share of a normal distribution below so many standard deviations."""
    return 0.5 * (1 + math.erf(deviations / math.sqrt(2)))
