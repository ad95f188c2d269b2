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
from ui.colours import OUTLINE, rgb
from ui.parts import pictures
from ui.parts.tables import Cell, table_html
from ui.words.language import _, signed

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
    blue, orange = _("Blue"), _("orange")
    marked = {
        "blue": f'<b class="dl-blue">{blue}</b>',
        "orange": f'<b class="dl-orange">{orange}</b>',
        "digit": f"<b>{digit}</b>",
        "against": f"<b>{against}</b>",
    }
    legend = _("{blue} speaks for {digit}, {orange} for {against}; grey lines are the outline of the ink.", **marked)
    if not np.array_equal(seen, image):
        legend += " " + _("The network straightens the slant first; so does this map.")
    alt = _("Which pixels speak for {digit} and which for {against}.", digit=digit, against=against)
    picture = pictures.picture(map_of(values, seen), f"{alt} {_where(values)}", width=280)
    return f'<div class="dl-evidence">{picture}<div class="dl-sums"><p>{legend}</p>{words}</div></div>{units}'


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
        (_("Ink that speaks for {digit}", digit=found.digit), float(speaks_for)),
        (_("Ink that speaks for {digit}", digit=found.against), float(speaks_against)),
        (_("The bias, which no pixel changes"), found.bias),
    )
    together = (_("Together"), Cell(signed(found.difference, 1), strong=True))
    table = table_html((), [*((name, signed(value, 1)) for name, value in sums), together])
    so = _(
        "So {ahead} is ahead of {behind}. The network makes one sum for each digit and turns it into an output; this "
        "is the difference of two of them.",
        ahead=ahead,
        behind=behind,
    )
    how = (
        _(
            "These numbers are exact: for this image the network only multiplies and adds, so each pixel's part is "
            "known."
        )
        if found.piecewise_linear
        else _("The sum is exact. How much of it belongs to which pixel is a choice here, since hidden units bend.")
    )
    return f"{table}<p>{so} {how}</p>"


def _occluded_words(network: Network, image: np.ndarray, digit: int, against: int) -> str:
    logits = network.logits(image[None])[0]
    lead = float(logits[digit] - logits[against])
    ahead, behind = (digit, against) if lead > 0 else (against, digit)
    words = _(
        "{ahead} leads {behind} by {lead}. The map shows what {digit} loses against {against} where a patch of 4x4 "
        "pixels is blanked: blue where it needs the ink, orange where the ink is in its way. What patches are worth "
        "does not add up to the lead, since a network like this weighs them together.",
        ahead=ahead,
        behind=behind,
        lead=signed(abs(lead), 1),
        digit=digit,
        against=against,
    )
    return f"<p>{words}</p>"


def _units(units: Sequence[Unit], digit: int, against: int) -> str:
    if not units:
        return ""
    weights = pictures.diverging(np.stack([unit.weights for unit in units]))
    captions = [signed(unit.contribution, 1) for unit in units]
    alts = [
        _(
            "Weights of hidden unit {number}; it speaks for {digit} with {value}.",
            number=unit.index + 1,
            digit=digit if unit.contribution > 0 else against,
            value=signed(abs(unit.contribution), 1),
        )
        for unit in units
    ]
    gallery = pictures.gallery(weights, captions, alts, size=72)
    title = _("The hidden units that spoke loudest")
    words = _(
        "Each looks for ink on its blue pixels and for none on its orange ones. Below it is what its output adds: "
        "above 0 for {digit}, below 0 for {against}.",
        digit=digit,
        against=against,
    )
    return f'<div class="dl-units"><h4>{title}</h4>{gallery}<p>{words}</p></div>'


def _where(values: np.ndarray) -> str:
    row, column = divmod(int(np.abs(values).argmax()), values.shape[1])
    places = (
        (_("upper left"), _("upper centre"), _("upper right")),
        (_("middle left"), _("middle centre"), _("middle right")),
        (_("lower left"), _("lower centre"), _("lower right")),
    )
    place = places[min(2, row * 3 // len(values))][min(2, column * 3 // len(values))]
    return _("The strongest is in the {place}, {value}.", place=place, value=signed(float(values[row, column]), 1))
