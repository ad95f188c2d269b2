"""What spoke for one digit and against another: a map over the image, and the hidden units behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.insight.one_image.evidence import (
    Evidence,
    Unit,
    as_seen,
    can_be_taken_apart,
    evidence,
    loudest_units,
    occlusion,
)
from mnist_core.network.network import Network
from mnist_core.numerals import signed
from ui.colours import OUTLINE, rgb
from ui.parts import pictures
from ui.parts.tables import Cell, table_html

SCALE = 10  # pixels of the picture for one of the image
OUTLINED = 64  # grey level from which ink is outlined
UNITS = 8


def evidence_html(network: Network, image: np.ndarray, digit: int, against: int) -> str:
    """HTML of why the network holds the (28, 28) uint8 image for `digit` rather than for `against`.

    Networks of dense layers are taken apart exactly; of others, patches are blanked.
    """
    seen = as_seen(network, image)[1]
    if can_be_taken_apart(network):
        found = evidence(network, image, digit, against)
        words = _exact_words(found)
        units = _units(loudest_units(network, image, digit, against, UNITS), digit, against)
        values = found.pixels
    else:
        values = occlusion(network, image, digit, against)
        words, units = _occluded_words(network, image, digit, against), ""
    straightened = "" if np.array_equal(seen, image) else " The network straightens the slant first; so does this map."
    picture = pictures.picture(
        map_of(values, seen), f"Which pixels speak for {digit} and which for {against}. {_where(values)}", width=280
    )
    return (
        f'<div class="dl-evidence">{picture}<div class="dl-sums">'
        f'<p><b class="dl-blue">Blue</b> speaks for <b>{digit}</b>, <b class="dl-orange">orange</b> for '
        f"<b>{against}</b>; grey lines are the outline of the ink.{straightened}</p>{words}</div></div>{units}"
    )


def map_of(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    """(280, 280, 3) uint8: contributions in diverging colours, dark at 0, with the ink's outline over them."""
    colours = pictures.diverging(values).repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    return outlined(colours, image >= OUTLINED, OUTLINE)


def outlined(colours: np.ndarray, inside: np.ndarray, line: str, width: int = 1) -> np.ndarray:
    """The enlarged (H, W, 3) picture with a line, `width` pixels to each side, around what is inside.

    Args:
        colours: (28 * s, 28 * s, 3) uint8; changed in place as well.
        inside: (28, 28) bool.
        line: its colour, "#RRGGBB".
        width: pixels on each side of an edge.
    """
    scale, ink = len(colours) // len(inside), rgb(line)
    padded = np.pad(inside, 1)
    for row, column in np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1]):
        y = int(np.clip(row * scale, width, len(colours) - width))
        colours[y - width : y + width, column * scale : (column + 1) * scale] = ink
    for row, column in np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1]):
        x = int(np.clip(column * scale, width, len(colours) - width))
        colours[row * scale : (row + 1) * scale, x - width : x + width] = ink
    return colours


def _exact_words(found: Evidence) -> str:
    speaks_for, speaks_against = found.pixels[found.pixels > 0].sum(), found.pixels[found.pixels < 0].sum()
    ahead, behind = (found.digit, found.against) if found.difference > 0 else (found.against, found.digit)
    sums = (
        (f"Ink that speaks for {found.digit}", float(speaks_for)),
        (f"Ink that speaks for {found.against}", float(speaks_against)),
        ("The bias, which no pixel changes", found.bias),
    )
    together = ("Together", Cell(signed(found.difference, 1), strong=True))
    table = table_html((), [*((name, signed(value, 1)) for name, value in sums), together])
    how = (
        "These numbers are exact: for this image the network only multiplies and adds, so each pixel's part is known."
        if found.piecewise_linear
        else "The sum is exact. How much of it belongs to which pixel is a choice here, since hidden units bend."
    )
    return (
        f"{table}<p>So {ahead} is ahead of {behind}. The network makes one sum for each digit and turns it into an "
        f"output; this is the difference of two of them. {how}</p>"
    )


def _occluded_words(network: Network, image: np.ndarray, digit: int, against: int) -> str:
    logits = network.logits(image[None])[0]
    lead = float(logits[digit] - logits[against])
    leads = f"{digit} leads {against}" if lead > 0 else f"{against} leads {digit}"
    return (
        f"<p>{leads} by {signed(abs(lead), 1)}. The map shows what {digit} loses against {against} where a patch "
        "of 4x4 pixels is blanked: blue where it needs the ink, orange where the ink is in its way. What patches are "
        "worth does not add up to the lead, since a network like this weighs them together.</p>"
    )


def _units(units: Sequence[Unit], digit: int, against: int) -> str:
    if not units:
        return ""
    weights = pictures.diverging(np.stack([unit.weights for unit in units]))
    captions = [signed(unit.contribution, 1) for unit in units]
    alts = [
        f"Weights of hidden unit {unit.index + 1}; it speaks for {digit if unit.contribution > 0 else against}"
        f" with {signed(abs(unit.contribution), 1)}."
        for unit in units
    ]
    gallery = pictures.gallery(weights, captions, alts, size=72)
    return (
        f'<div class="dl-units"><h4>The hidden units that spoke loudest</h4>{gallery}<p>Each looks for ink on its blue '
        f"pixels and for none on its orange ones. Below it is what its output adds: above 0 for {digit}, below 0 for "
        f"{against}.</p></div>"
    )


def _where(values: np.ndarray) -> str:
    row, column = divmod(int(np.abs(values).argmax()), values.shape[1])
    height = ("upper", "middle", "lower")[min(2, row * 3 // len(values))]
    side = ("left", "centre", "right")[min(2, column * 3 // len(values))]
    return f"The strongest is in the {height} {side}, {signed(float(values[row, column]), 1)}."
