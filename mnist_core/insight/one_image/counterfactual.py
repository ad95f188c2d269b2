"""What would change a network's mind: few pixels to ink or to blank until it says another digit.

A greedy search: at each step the one pixel whose change moves the logits most, measured,
not estimated, for every pixel that may change.  Then each change is taken back that turned
out unnecessary.  The result is short, and no proof that nothing shorter exists.

Not covered: changes that a person would not see; a pixel becomes all ink or none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.errors import ModelError
from mnist_core.insight.one_image.evidence import as_seen, can_be_taken_apart
from mnist_core.network.layers import Dense
from mnist_core.network.network import Network
from mnist_core.network.operations import activation

MOST = 60  # pixels; a digit has about 150 with ink
RIVALS = 3  # digits that are tried where none is asked for
SHORTLIST = 48  # pixels tried at each step where trying one costs a forward pass
NEAR = 3  # pixels from the ink, within which such a network is tried at all
INK, BLANK = 255, 0


@dataclass(frozen=True)
class Change:
    """One pixel made all ink or blank.

    Attributes:
        row: 0 to 27.
        column: 0 to 27.
        before: 0 to 255.
        after: 255 or 0.
    """

    row: int
    column: int
    before: int
    after: int

    @property
    def adds(self) -> bool:
        """Whether it adds ink."""
        return self.after > self.before


@dataclass(frozen=True)
class ChangeOfMind:
    """The way from what a network says to another digit.

    Attributes:
        image: (28, 28) uint8, what the network sees at first.
        said: the digit it says at first.
        digit: the digit that was sought.
        changes: in the order in which they are applied.
        probabilities: (changes + 1, classes) float32, the network's, before and after each.
        found: whether it says `digit` in the end.
    """

    image: np.ndarray
    said: int
    digit: int
    changes: tuple[Change, ...]
    probabilities: np.ndarray
    found: bool

    def after(self, count: int) -> np.ndarray:
        """(28, 28) uint8: the image with the first `count` changes."""
        return _applied(self.image, self.changes[:count])


def change_of_mind(network: Network, image: np.ndarray, digit: int | None = None, *, most: int = MOST) -> ChangeOfMind:
    """Few pixels that make the network say `digit`.

    Args:
        network: any; changes of dense networks are tried on all 784 pixels at each step,
            those of others on the pixels that mattered most at first.
        image: (28, 28) uint8; of a network that straightens slant, the straightened
            image is what changes.
        digit: what it should say; `None` for the rival that takes fewest changes among
            the three next in its order.
        most: changes to try at most, at least 1.

    Returns:
        What was found; with `found` false, the changes that came nearest.

    Raises:
        ImageError: not one image.
        ModelError: the digit is none, or the network says it already.
    """
    network, image = as_seen(network, image)
    order = np.argsort(-network.scores(image[None])[0], kind="stable")
    said = int(order[0])
    if digit is not None and digit not in range(len(order)):
        raise ModelError(f"expected a class from 0 to {len(order) - 1}, got {digit!r}.")
    if digit == said:
        raise ModelError(f"the network says {said} already; ask for another digit.")
    best: ChangeOfMind | None = None
    for rival in [int(each) for each in order[1 : 1 + RIVALS]] if digit is None else [digit]:
        bound = most if best is None else len(best.changes)
        found = _way(network, image, said, rival, bound)
        if best is None or (found.found, -len(found.changes)) > (best.found, -len(best.changes)):
            best = found
    assert best is not None  # There are other digits than the one it says.
    return best


def _way(network: Network, image: np.ndarray, said: int, digit: int, most: int) -> ChangeOfMind:
    trial = (_DenseTrial if can_be_taken_apart(network) else _AnyTrial)(network, image, digit)
    changes: list[Change] = []
    found = False
    while not found and len(changes) < most:
        best = trial.best({(each.row, each.column) for each in changes})
        if best is None:
            break
        change, lead = best
        trial.make(change)
        changes.append(change)
        # Outputs that saturate can be equal where logits are not, so the network itself has the last word.
        found = lead > 0 and _says(network, _applied(image, changes), digit)
    if found:
        changes = _needed(network, image, changes, digit)
    on_the_way = np.stack([_applied(image, changes[:count]) for count in range(len(changes) + 1)])
    return ChangeOfMind(image, said, digit, tuple(changes), network.probabilities(on_the_way), found)


def _needed(network: Network, image: np.ndarray, changes: list[Change], digit: int) -> list[Change]:
    """The changes without those, looked at from the first on, that the answer does not need."""
    kept = list(changes)
    for change in changes:
        fewer = [each for each in kept if each is not change]
        if _says(network, _applied(image, fewer), digit):
            kept = fewer
    return kept


class _DenseTrial:
    """Tries a change of every pixel at once: it moves the first layer's sums by one row of its kernel."""

    # No matrix products: at this size they make BLAS wake threads, at each step, which a busy machine delays.

    def __init__(self, network: Network, image: np.ndarray, digit: int):
        self._now, self._digit = image.copy(), digit
        pairs = zip(network.layers, network.weights, strict=True)
        self._layers: list[tuple[np.ndarray, np.ndarray, str]] = []
        for layer, arrays in pairs:
            if isinstance(layer, Dense):
                kernel, bias = arrays
                self._layers.append((kernel, bias, layer.activation))
        kernel, bias, _ = self._layers[0]
        self._sums = np.einsum("i,ij->j", image.reshape(-1).astype(np.float32) / 255, kernel) + bias

    def best(self, taken: set[tuple[int, int]]) -> tuple[Change, float] | None:
        pixels, after = _candidates(self._now, taken)
        if not pixels.size:
            return None
        kernel, _, name = self._layers[0]
        moved = (after.astype(np.float32) - self._now.reshape(-1)[pixels]) / 255
        z = self._sums + moved[:, None] * kernel[pixels]
        for kernel, bias, following in self._layers[1:]:
            z, name = np.einsum("ij,jk->ik", activation(name)(z), kernel) + bias, following
        return _strongest(self._now, pixels, after, z, self._digit)

    def make(self, change: Change) -> None:
        moved = np.float32((change.after - change.before) / 255)
        self._sums = self._sums + moved * self._layers[0][0][28 * change.row + change.column]
        self._now[change.row, change.column] = change.after


class _AnyTrial:
    """Tries changes by forward passes: of the ink and what is near it at first, then of what moved the logits most."""

    def __init__(self, network: Network, image: np.ndarray, digit: int):
        self._network, self._now, self._digit = network, image.copy(), digit
        pixels, after = _candidates(image, set())
        near = _near_ink(image)[pixels]
        pixels, after = pixels[near], after[near]
        gains = _leads(self._logits(pixels, after), digit)
        order = np.argsort(-gains, kind="stable")[:SHORTLIST]
        self._pixels, self._after = pixels[order], after[order]

    def best(self, taken: set[tuple[int, int]]) -> tuple[Change, float] | None:
        free = np.array([divmod(int(pixel), 28) not in taken for pixel in self._pixels], bool)
        pixels, after = self._pixels[free], self._after[free]
        if not pixels.size:
            return None
        return _strongest(self._now, pixels, after, self._logits(pixels, after), self._digit)

    def make(self, change: Change) -> None:
        self._now[change.row, change.column] = change.after

    def _logits(self, pixels: np.ndarray, after: np.ndarray) -> np.ndarray:
        tried = np.repeat(self._now.reshape(1, -1), len(pixels), axis=0)
        tried[np.arange(len(pixels)), pixels] = after
        return self._network.logits(tried.reshape(-1, 28, 28))


def _candidates(now: np.ndarray, taken: set[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """(pixels, values): each pixel that may change, and what it becomes; a grey one comes twice."""
    flat = now.reshape(-1)
    free = np.ones(flat.shape, bool)
    for row, column in taken:
        free[28 * row + column] = False
    added, removed = np.flatnonzero(free & (flat < INK)), np.flatnonzero(free & (flat > BLANK))
    values = np.concatenate([np.full(added.size, INK, np.uint8), np.full(removed.size, BLANK, np.uint8)])
    return np.concatenate([added, removed]), values


def _near_ink(image: np.ndarray) -> np.ndarray:
    """(784,) bool: at most `NEAR` pixels from ink, or everywhere where there is none."""
    if not image.any():
        return np.ones(image.size, bool)
    padded = np.pad(image > 0, NEAR)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * NEAR + 1,) * 2)
    return windows.any(axis=(2, 3)).reshape(-1)


def _strongest(
    now: np.ndarray, pixels: np.ndarray, after: np.ndarray, logits: np.ndarray, digit: int
) -> tuple[Change, float]:
    """The change after which the digit leads most, and by how much."""
    leads = _leads(logits, digit)
    place = int(leads.argmax())
    row, column = divmod(int(pixels[place]), 28)
    return Change(row, column, int(now[row, column]), int(after[place])), float(leads[place])


def _leads(logits: np.ndarray, digit: int) -> np.ndarray:
    """(n,): by how much the digit's logit is above the highest other one; negative while it is below."""
    return logits[:, digit] - np.delete(logits, digit, axis=1).max(axis=1)


def _says(network: Network, image: np.ndarray, digit: int) -> bool:
    return int(network.classify(image[None])[0]) == digit


def _applied(image: np.ndarray, changes: tuple[Change, ...] | list[Change]) -> np.ndarray:
    changed = image.copy()
    for change in changes:
        changed[change.row, change.column] = change.after
    return changed
