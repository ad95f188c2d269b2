"""What a network learns from: the images of a data set, upright or not, and digits beside them.

All of it follows from the settings, so that a run that is resumed sees what it would
have seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_core.data import synthetic
from mnist_core.data.dataset import Dataset
from mnist_core.data.pen_drawings import PenDrawings, varied
from mnist_core.drawing.slant import straighten
from mnist_core.errors import ConfigError
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings

CHOOSING = 2**32 - 1  # keeps the choice of images apart from their order in any epoch
AT_ONCE = 4_096  # images that are set upright between two looks at whether they are still wanted
DRAWINGS_SHARE = 0.3  # of the pool, where there are real drawings
Pool = tuple[np.ndarray, np.ndarray]  # (n, 28, 28) uint8 images and (n,) uint8 labels


@dataclass(frozen=True, eq=False)
class Mixture:
    """Images to learn from and to be measured by.

    Attributes:
        images: (n + m, 28, 28) uint8: the n training images that are used, then a pool
            of m more, of which every epoch takes `extra`.
        labels: (n + m,) uint8.
        own: n.
        extra: how many of the pool an epoch sees.
        x_test: (k, 28, 28) uint8.
        y_test: (k,) uint8.
    """

    images: np.ndarray
    labels: np.ndarray
    own: int
    extra: int
    x_test: np.ndarray
    y_test: np.ndarray

    @classmethod
    def of(
        cls,
        config: TrainingConfig,
        data: Dataset,
        pool: Callable[[], Pool] | None = None,
        *,
        look: Callable[[], object] = lambda: None,
    ) -> Mixture:
        """What the settings make of the data set.

        Args:
            config: `straighten`, `pen_styles`, `training_images` and the seed matter here.
            data: the data set.
            pool: gives the digits that may come beside it, where the settings want any;
                by default those of `synthetic.load_people`, drawn once and then cached.
            look: called several times a second; what it raises ends it.
        """

        def upright(images: np.ndarray) -> np.ndarray:
            if not config.straighten:
                return images
            parts = []
            for first in range(0, len(images), AT_ONCE):
                look()
                parts.append(straighten(images[first : first + AT_ONCE]))
            return np.concatenate(parts) if parts else images

        images, labels = data.x_train, data.y_train
        if config.training_images:
            rows = chosen(len(labels), config.used_images(len(labels)), seed=config.seed)
            images, labels = images[rows], labels[rows]
        images = upright(images)
        check(config, data)
        own, extra = len(labels), config.extra_images(len(labels))
        if extra:
            more, of_more = pool() if pool is not None else _people(look)
            images, labels = np.concatenate([images, upright(more)]), np.concatenate([labels, of_more])
        return cls(images, labels, own, extra, upright(data.x_test), data.y_test)

    def order(self, seed: int, epoch: int) -> np.ndarray:
        """(own + extra,) the images that an epoch sees, in the order in which it does.

        Of the pool every epoch takes others, each once unless the pool is too small.
        """
        rng = np.random.default_rng([seed, epoch])
        if not self.extra:
            return rng.permutation(self.own)
        pool = len(self.labels) - self.own
        taken = self.own + rng.choice(pool, self.extra, replace=self.extra > pool)
        return rng.permutation(np.concatenate([np.arange(self.own), taken]))


def check(config: TrainingConfig, data: Dataset) -> None:
    """Raise `ConfigError` where the settings want digits beside images of other things."""
    if config.pen_styles and not data.is_of_digits:
        raise ConfigError("pen_styles", True, f"off: they are digits, and {data.name} is of other things")


def chosen(images: int, used: int, *, seed: int) -> np.ndarray:
    """(used,) the places of those of `images` images that the seed chooses; of fewer, the first of these.

    So what a network learns from 1,000 images is among what another learns from 5,000.
    """
    return np.random.default_rng([seed, CHOOSING]).permutation(images)[:used]


def people_and(drawings: PenDrawings, *, seed: int) -> Pool:
    """The drawn digits of `synthetic.load_people`, with variations of real drawings among them.

    Args:
        drawings: `DRAWINGS_SHARE` of what comes out is theirs.
        seed: fixes the variations.
    """
    images, labels = _people()
    more, of_more = varied(drawings, round(len(labels) * DRAWINGS_SHARE / (1 - DRAWINGS_SHARE)), seed=seed)
    return np.concatenate([images, more]), np.concatenate([labels, of_more])


def _people(look: Callable[[], object] = lambda: None) -> Pool:
    return synthetic.load_people(Settings.from_environment().home, look=look)
