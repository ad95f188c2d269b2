"""Changed images as HTML: beside the originals with what networks read, and just before and after an answer breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from mnist_core.insight.all_images.stress import Change
from mnist_core.numerals import an, numeral
from ui.parts import pictures

COLUMNS = 10


def examples_html(
    originals: np.ndarray,
    changed: np.ndarray,
    labels: Sequence[int],
    places: Sequence[int],
    read: Mapping[str, Sequence[int]],
    done: str,
) -> str:
    """HTML of images, the same images changed, and what each network reads in the changed ones.

    Args:
        originals: (n, 28, 28) uint8.
        changed: (n, 28, 28) uint8.
        labels: (n,) the true digits.
        places: (n,) places in the test set.
        read: by a network's name, the (n,) digits that it reads.
        done: what was done to the images, in words.
    """
    count = len(originals)
    sheet = pictures.address(pictures.sprite(np.concatenate([originals, changed]), 1))
    names = [f"test image {numeral(place)}, {an(label)}" for place, label in zip(places, labels, strict=True)]
    rows = _row("As they are", _images(range(count), 2 * count, [name.capitalize() for name in names]))
    rows += _row(
        done[0].upper() + done[1:], _images(range(count, 2 * count), 2 * count, [f"{done}: {name}" for name in names])
    )
    for network, digits in read.items():
        right = sum(int(digit == label) for digit, label in zip(digits, labels, strict=True))
        cells = "".join(
            f'<b class="{"" if digit == label else "wrong"}" title="{"right" if digit == label else "wrong"}">{digit}'
            f'<span class="dl-hidden">{", right" if digit == label else f", wrong: {an(label)}"}</span></b>'
            for digit, label in zip(digits, labels, strict=True)
        )
        rows += _row(f"{network} reads {right} of {count} right", cells)
    return f'<div class="dl-ten" style="--sheet:url({sheet})">{rows}</div>'


def changes_html(changes: Sequence[Change], label: int) -> str:
    """HTML of how far one image can be changed in each way: just before and just after the answer breaks."""
    sheet = pictures.address(pictures.sprite(np.concatenate([each.images for each in changes]), 1))
    total = 2 * len(changes)
    cards = "".join(_card(each, 2 * i, total, label) for i, each in enumerate(changes))
    return f'<div class="dl-breaks" style="--sheet:url({sheet})">{cards}</div>'


def _row(title: str, cells: str) -> str:
    return f"<p>{escape(title)}</p>{cells}"


def _images(positions: Sequence[int], total: int, alts: Sequence[str]) -> str:
    return "".join(_image(position, total, alt) for position, alt in zip(positions, alts, strict=True))


def _image(position: int, total: int, alt: str) -> str:
    return (
        f'<div role="img" aria-label="{escape(alt)}" style="background-position:0 '
        f'{100 * position / max(1, total - 1):.4f}%;background-size:100% {100 * total}%"></div>'
    )


def _card(change: Change, position: int, total: int, label: int) -> str:
    name, said = change.transformation.label, change.said
    before, after = (change.transformation.in_words(amount) for amount in change.amounts)
    if not change.found:
        words = f"<b>never</b><small>still {an(said)} at {escape(after)}, the end of the range</small>"
        images = _image(position + 1, total, f"{name}, {after}: still read as {said}")
    else:
        truth = ", which is right" if change.says == label else ""
        words = f"<b>{escape(after)}</b><small>{said} becomes {change.says}{truth}</small>"
        images = _image(position, total, f"{name}, {before}: read as {said}") + _image(
            position + 1, total, f"{name}, {after}: read as {change.says}"
        )
    return f'<figure><div class="dl-two">{images}</div><figcaption>{escape(name)}{words}</figcaption></figure>'
