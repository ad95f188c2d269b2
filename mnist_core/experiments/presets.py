"""Questions worth asking of the tutorial's networks, each as a plan, and its answer in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from mnist_core.experiments.plan import Plan
from mnist_core.experiments.results import Difference, Setting, difference, ranked
from mnist_core.network.choices import LOSSES
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.numerals import INTERVAL, in_points, numeral, percent, signed_points
from mnist_core.store.runs.records import Cause

SIZES = (600, 2_000, 6_000, 20_000)  # and all: each about three times the one before it
FEWEST_IMAGES = 100
UNITS = (4, 8, 16, 32, 64, 128, 256)
RATES = (0.0001, 0.001, 0.01, 0.1, 1.0)


@dataclass(frozen=True)
class Preset:
    """A question.

    Attributes:
        question: for people.
        words: what is tried, in a sentence or two.
        plan: from the number of training images of the data set.
        answer: sentences from the settings as far as they are; empty while they say too little.
    """

    question: str
    words: str
    plan: Callable[[int], Plan]
    answer: Callable[[Sequence[Setting]], str]


def answer(plan: Plan, settings: Sequence[Setting]) -> str:
    """What the experiment found, in sentences; empty while there is too little to say.

    Args:
        plan: of the experiment.
        settings: of its trials, as `results.settings_of` gives them.
    """
    preset = PRESETS.get(plan.preset)
    return (preset.answer if preset else _best_of_all)(settings)


def _hidden_layer(settings: Sequence[Setting]) -> str:
    found = {each.config.architecture: each for each in settings if each.is_complete}
    if not {"hidden", "linear"} <= found.keys():
        return ""
    hidden, linear = found["hidden"], found["linear"]
    gap = difference(hidden, linear)
    return (
        f"The hidden layer reads {_percent(hidden)}, {in_points(gap.mean)} {'more' if gap.mean >= 0 else 'fewer'} than "
        f"the linear network's {_percent(linear)}, {_on_seeds(gap)}. {_chance(gap)}"
    )


def _units(settings: Sequence[Setting]) -> str:
    order = ranked(settings)
    if len(order) < 2:
        return ""
    best = order[0]
    by_size = sorted(order, key=lambda each: each.config.hidden_units)
    near = [each for each in by_size if each is best or difference(best, each).is_more_than_chance is not True]
    enough, fewest = near[0], by_size[0]
    rest = (
        f"{numeral(fewest.config.hidden_units)} read {_percent(fewest)}."
        if fewest is not enough
        else "None of the smaller numbers tried falls behind."
    )
    if enough is best:
        return f"The best mean is {_percent(best)}, with {numeral(best.config.hidden_units)} hidden units; {rest}" + (
            " Each smaller number reads less by more than chance." if len(order) > 1 and fewest is not best else ""
        )
    return (
        f"{numeral(enough.config.hidden_units)} hidden units are enough: they read {_percent(enough)}, and the best "
        f"mean, {_percent(best)} with {numeral(best.config.hidden_units)}, is not better by more than chance "
        f"({_on_seeds(difference(best, enough))}). {rest}"
    )


def _learning_rate(settings: Sequence[Setting]) -> str:
    order = ranked(settings)
    if not order:
        return ""
    best = order[0]
    sentences = [f"{best.config.learning_rate:g} reads best, {_percent(best)} {_seeds(len(best.finished))}."]
    higher = [each for each in settings if each.config.learning_rate > best.config.learning_rate]
    for each in sorted(higher, key=lambda each: each.config.learning_rate):
        if each.is_complete:
            gap = difference(best, each)
            sentences.append(
                f"{each.config.learning_rate:g} reads {_percent(each)}, {in_points(gap.mean)} fewer."
                if gap.is_more_than_chance is not False
                else f"{each.config.learning_rate:g} reads {_percent(each)}, which is no difference beyond chance."
            )
        elif any(run.cause == Cause.DIVERGED for run in each.trials):
            sentences.append(f"{each.config.learning_rate:g} fails: the loss ceases to be a number.")
    if higher:
        sentences.append("Steps that are too long jump over what they look for.")
    lower = [each for each in order if each.config.learning_rate < best.config.learning_rate]
    if lower:
        slowest = min(lower, key=lambda each: each.config.learning_rate)
        sentences.append(
            f"{slowest.config.learning_rate:g} reads {_percent(slowest)}: in as many epochs, its short steps do not "
            "get as far."
        )
    return " ".join(sentences)


def _outputs(settings: Sequence[Setting]) -> str:
    found = {(each.config.loss, each.config.outputs): each for each in settings if each.is_complete}
    sentences = []
    for loss in dict.fromkeys(each.config.loss for each in settings):
        softmax, sigmoid = found.get((loss, "softmax")), found.get((loss, "sigmoid"))
        if softmax is None or sigmoid is None:
            continue
        gap = difference(softmax, sigmoid)
        sigmoid_read = {run.config.seed: run.correct for run in sigmoid.finished}
        same = sum(run.correct == sigmoid_read.get(run.config.seed) for run in softmax.finished)
        words = (
            f"With {LOSSES[loss].label.lower()}, softmax reads {_percent(softmax)} and sigmoid {_percent(sigmoid)}: "
        )
        if same == gap.seeds:
            words += (
                f"seed by seed exactly as many images ({same} of {gap.seeds}). Keras takes the sums behind the "
                "outputs there and trains their softmax, whichever is drawn."
            )
        else:
            words += (
                f"{in_points(abs(gap.mean))} {'more' if gap.mean >= 0 else 'fewer'}, {_on_seeds(gap)}. {_chance(gap)}"
            )
        sentences.append(words)
    return " ".join(sentences)


def _data(settings: Sequence[Setting]) -> str:
    order = sorted(
        (each for each in settings if each.is_complete), key=lambda each: each.config.training_images or 10**9
    )
    if len(order) < 2:
        return ""
    steps = [f"{_size(each)} read {_percent(each)}" for each in order]
    gap = difference(order[-1], order[-2])
    return (
        f"{_listed(steps)}. The last step {'gains' if gap.mean >= 0 else 'loses'} {in_points(gap.mean)}, "
        f"{_on_seeds(gap)}. {_chance(gap)} Every network saw as many images in all: with fewer different ones, each "
        "came more often."
    )


def _best_of_all(settings: Sequence[Setting]) -> str:
    order = ranked(settings)
    if not order:
        return ""
    best = order[0]
    words = f"The best mean is {_percent(best)}, {_seeds(len(best.finished))}: {_lower(best.words)}."
    if len(order) > 1:
        gap = difference(best, order[1])
        words += (
            f" The next, {_lower(order[1].words)}, reads {_percent(order[1])}, {in_points(gap.mean)} fewer. "
            f"{_chance(gap)}"
        )
    return words


def _percent(setting: Setting) -> str:
    return percent(fmean(setting.accuracies.values()), 2)


def _seeds(count: int) -> str:
    return f"on {count} seeds" if count > 1 else "on one seed"


def _on_seeds(gap: Difference) -> str:
    return f"on {gap.seeds} seeds each" if gap.seeds > 1 else "on one seed each"


def _chance(gap: Difference) -> str:
    """Whether a difference is larger than chance, as a sentence."""
    if gap.interval is None:
        return "One seed cannot tell whether that is more than chance."
    interval = f"{INTERVAL} of the difference {signed_points(*gap.interval)} points"
    if gap.is_more_than_chance:
        return f"That is more than chance ({interval})."
    return f"That may be chance ({interval})."


def _size(setting: Setting) -> str:
    return f"{numeral(setting.config.training_images)} images" if setting.config.training_images else "all images"


def _listed(words: Sequence[str]) -> str:
    line = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return line[0].upper() + line[1:]


def _lower(words: str) -> str:
    return words if words[:2].isupper() else words[0].lower() + words[1:]


def _sizes(images: int) -> Plan:
    sizes = [size for size in SIZES if size < images]
    if not sizes:  # A very small data set: a tenth and a third of it.
        sizes = sorted({max(min(FEWEST_IMAGES, images - 1), images // part) for part in (10, 3)})
    return Plan(
        base=TrainingConfig(epochs=2),
        choices={"training_images": (*sizes, 0)},
        seeds=3,
        preset="how-much-data",
    )


PRESETS: Mapping[str, Preset] = {
    "hidden-layer": Preset(
        "What does the hidden layer buy?",
        "The tutorial's two networks, five epochs each.",
        lambda images: Plan(choices={"architecture": ("linear", "hidden")}, preset="hidden-layer"),
        _hidden_layer,
    ),
    "how-many-units": Preset(
        "How many units are enough?",
        "The hidden layer with 4 to 256 units, each number twice the one before it.",
        lambda images: Plan(base=TrainingConfig(epochs=3), choices={"hidden_units": UNITS}, preset="how-many-units"),
        _units,
    ),
    "learning-rate": Preset(
        "Why not a higher learning rate?",
        "Adam with learning rates from 0.0001 to 1, each ten times the one before it.",
        lambda images: Plan(base=TrainingConfig(epochs=3), choices={"learning_rate": RATES}, preset="learning-rate"),
        _learning_rate,
    ),
    "sigmoid-or-softmax": Preset(
        "Sigmoid or softmax?",
        "Both kinds of outputs, with cross-entropy and with squared error: with one of these losses they end the same.",
        lambda images: Plan(
            base=TrainingConfig(epochs=3),
            choices={
                "outputs": ("sigmoid", "softmax"),
                "loss": ("sparse_categorical_crossentropy", "mean_squared_error"),
            },
            preset="sigmoid-or-softmax",
        ),
        _outputs,
    ),
    "how-much-data": Preset(
        "How much data does it need?",
        "A part of the training images, and all of them. Every network sees as many images in all: of fewer "
        "different ones, each more often.",
        _sizes,
        _data,
    ),
}
