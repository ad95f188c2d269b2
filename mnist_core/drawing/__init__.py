"""Strokes and pictures to MNIST's 28x28."""

from mnist_core.drawing.normalise import Step, normalisation_steps, to_mnist
from mnist_core.drawing.pen import reink

__all__ = ["Step", "normalisation_steps", "reink", "to_mnist"]
