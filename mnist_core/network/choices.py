"""What can be chosen for a run: each registry names objects of Keras, and explains them to a learner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One entry of a registry: how it is labelled and what it does, in one line."""

    label: str
    words: str


@dataclass(frozen=True)
class Optimizer(Choice):
    """An optimizer of Keras and the learning rate it usually starts from."""

    default_learning_rate: float


@dataclass(frozen=True)
class Loss(Choice):
    """A loss of Keras; `one_hot` where it compares with ten numbers, not one label."""

    one_hot: bool


ACTIVATIONS: Mapping[str, Choice] = {
    "relu": Choice("ReLU", "Lets positive sums through and blocks negative ones; the usual choice."),
    "sigmoid": Choice("Sigmoid", "Squeezes every sum between 0 and 1; learns more slowly when deep."),
    "tanh": Choice("Tanh", "Squeezes every sum between -1 and 1."),
    "elu": Choice("ELU", "Like ReLU, but negative sums still whisper."),
    "linear": Choice("None", "Passes sums on unchanged: the layer then adds nothing a linear network lacks."),
}

OUTPUTS: Mapping[str, Choice] = {
    "sigmoid": Choice("Sigmoid", "Ten separate answers between 0 and 1; the tutorial's choice."),
    "softmax": Choice("Softmax", "Ten answers that share out 1 among them: what one gains the others lose."),
}

OPTIMIZERS: Mapping[str, Optimizer] = {
    "adam": Optimizer("Adam", "Gives each weight its own step size; a good start almost always.", 0.001),
    "sgd": Optimizer("SGD", "The plain rule: step against the slope. Wants a larger learning rate.", 0.1),
    "rmsprop": Optimizer("RMSprop", "Divides each step by the recent size of the slope.", 0.001),
    "nadam": Optimizer("Nadam", "Adam that looks one step ahead.", 0.001),
    "adagrad": Optimizer("Adagrad", "Steps shrink for weights that have moved a lot.", 0.01),
}

LOSSES: Mapping[str, Loss] = {
    "sparse_categorical_crossentropy": Loss(
        "Cross-entropy", "Punishes a small probability of the right digit; the tutorial's choice.", one_hot=False
    ),
    "binary_crossentropy": Loss(
        "Binary cross-entropy", "Treats the ten outputs as ten separate yes-or-no questions.", one_hot=True
    ),
    "mean_squared_error": Loss(
        "Squared error", "Punishes the squared distance to 0 or 1; learns more slowly.", one_hot=True
    ),
}
