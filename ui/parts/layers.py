"""The picture of a network's layers, with the shape and the parameters of each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.network.layers import Layer, summarise
from mnist_core.numerals import numeral
from ui.colours import BLUE, GREY

INK, PAPER = BLUE, GREY

MOST_UNITS = 10  # drawn one by one; of wider layers the first and the last few
MOST_MAPS = 5


def layers_picture(layers: Sequence[Layer]) -> str:
    """HTML of the layers from image to answer; beside each other, or below where it is narrow."""
    cards = [_card(_grid(), "Image", "28 x 28 pixels", "0 to 255, divided by 255")]
    shape: tuple[int, ...] = IMAGE_SHAPE
    total = 0
    for layer, summary in zip(layers, summarise(tuple(layers)), strict=True):
        sizes = [" x ".join(numeral(side) for side in weights) for weights in layer.weight_shapes(shape)]
        shape = summary.output_shape
        total += summary.parameters
        learned = f"{' + '.join(sizes)} = {numeral(summary.parameters)} parameters" if sizes else "nothing to learn"
        if len(shape) > 1:
            glyph = _maps(shape[-1], side=16 + shape[0])
        else:
            glyph = _units(shape[0], last=layer is layers[-1]) if sizes else _strip()
        numbers = " x ".join(numeral(side) for side in shape)
        cards.append(_card(glyph, summary.title, f"{numbers} numbers", learned))
    arrow = '<div class="dl-arrow" aria-hidden="true"></div>'
    return (
        f'<div class="dl-layers">{arrow.join(cards)}</div>'
        f'<p class="dl-total"><strong>{numeral(total)}</strong> parameters to learn</p>'
    )


def _card(glyph: str, title: str, shape: str, learned: str) -> str:
    # As an image, because Streamlit takes SVG out of HTML.
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 96">{glyph}</svg>'
    return (
        f'<div class="dl-layer"><img alt="" src="data:image/svg+xml,{quote(drawing)}">'
        f"<div><strong>{escape(title)}</strong><span>{escape(shape)}</span><small>{escape(learned)}</small></div></div>"
    )


def _pixel(x: float, y: float, width: float, height: float, *, ink: bool) -> str:
    look = f'fill="{INK}"' if ink else f'fill="{PAPER}" fill-opacity="0.3"'
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="1" {look}/>'


def _grid() -> str:
    """A coarse picture of pixels: a seven."""
    ink = {(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 5), (3, 4), (4, 4), (5, 3), (6, 3)}
    return "".join(
        _pixel(4 + 8 * column, 16 + 8 * row, 7, 7, ink=(row, column) in ink) for row in range(8) for column in range(7)
    )


def _strip() -> str:
    """Pixels in one column."""
    return "".join(_pixel(27, 6 + 7 * row, 10, 6, ink=row in {2, 3, 7, 10}) for row in range(12))


def _maps(count: int, *, side: int) -> str:
    """Squares one behind the other: what each filter found, the smaller the fewer pixels it has."""
    drawn = min(count, MOST_MAPS)
    left, top = 32 - (side + 4 * (drawn - 1)) / 2, 48 - (side + 4 * (drawn - 1)) / 2
    return "".join(
        f'<rect x="{left + 4 * index}" y="{top + 4 * index}" width="{side}" height="{side}" rx="2" '
        f'fill="{INK}" fill-opacity="{0.35 + 0.65 * index / max(1, drawn - 1):.2f}" stroke="{PAPER}"/>'
        for index in range(drawn)
    )


def _units(count: int, *, last: bool) -> str:
    """Circles one below the other; the last layer's carry the digits."""
    drawn = min(count, MOST_UNITS)
    gap = 92 / MOST_UNITS
    top = 48 - gap * (drawn - 1) / 2
    parts = []
    for index in range(drawn):
        y = top + gap * index
        if count > MOST_UNITS and index in (4, 5):
            parts.append(f'<circle cx="32" cy="{y:.1f}" r="1.4" fill="{PAPER}"/>')
            continue
        parts.append(f'<circle cx="32" cy="{y:.1f}" r="3.9" fill="{INK}"/>')
        if last:
            parts.append(
                f'<text x="41" y="{y + 2.6:.1f}" fill="{PAPER}" font-size="7.5" font-family="sans-serif">{index}</text>'
            )
    return "".join(parts)
