"""Digits drawn from strokes, for where MNIST cannot be had.

People write each digit in several ways; each way is a style, the path of a pen.  A
hand draws it, never twice the same, a round pen renders it, and the drawing goes the
way of every drawing on the canvas, through `drawing.to_mnist`.

    splines     smooth curves through control points
    style       one way of writing a digit
    digits      the registry: all styles of all digits
    habits      more of them, of people who did not write MNIST
    hand        a style, varied: shape, slant, size, pen
    images      the data set: made, seeded, cached
"""

from mnist_core.data.synthetic.digits import STYLES
from mnist_core.data.synthetic.habits import HABITS
from mnist_core.data.synthetic.hand import PEOPLE, USUAL, Manner, Variation, draw_digit
from mnist_core.data.synthetic.images import at_hand, draw_images, load, load_people, make
from mnist_core.data.synthetic.style import Style
from mnist_core.drawing.pen import render

__all__ = [
    "HABITS",
    "PEOPLE",
    "STYLES",
    "USUAL",
    "Manner",
    "Style",
    "Variation",
    "at_hand",
    "draw_digit",
    "draw_images",
    "load",
    "load_people",
    "make",
    "render",
]
