"""Arrays as pictures in the page: crisp pixels, alternative text, one file a gallery.

Pictures travel inside the page as data addresses: `st.image` registers each one as a
file of the server, which is slow by the hundred (streamlit/streamlit#12090), leaks
(#9278), flickers when it changes, and takes no alternative text.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

from ui.colours import AGAINST, FOR, NEUTRAL, rgb


def png(image: np.ndarray) -> bytes:
    """The (H, W) grey or (H, W, 3) colour uint8 image as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def address(image: np.ndarray) -> str:
    """The image as a `data:` address."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode("ascii")


def picture(image: np.ndarray, alt: str, *, width: int, caption: str = "") -> str:
    """HTML of one image, its pixels shown as squares.

    Args:
        image: (H, W) or (H, W, 3) uint8.
        alt: what a person who cannot see it should know.
        width: on the page, in CSS pixels where a rem is 16 of them; narrower where the page is.
        caption: a line under it.
    """
    return (
        f'<figure class="dl-picture" style="width:{width / 16}rem"><img src="{address(image)}" alt="{escape(alt)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def tiles(*figures: str, columns: int) -> str:
    """HTML of figures of one size in `columns` columns; five where it is narrow."""
    return f'<div class="dl-tiles" style="--columns:{columns}">' + "".join(figures) + "</div>"


def show(*figures: str) -> None:
    """Draw the HTML of `picture` and its like beside each other, wrapping where it is narrow."""
    st.html('<div class="dl-row">' + "".join(figures) + "</div>")


def sprite(images: np.ndarray, columns: int) -> np.ndarray:
    """(n, H, W) or (n, H, W, 3) uint8 side by side, `columns` a row, as one image; gaps are black."""
    count, height, width = images.shape[:3]
    rows = -(-count // columns)
    padded = np.zeros((rows * columns, *images.shape[1:]), np.uint8)
    padded[:count] = images
    grid = padded.reshape(rows, columns, *images.shape[1:]).swapaxes(1, 2)
    return grid.reshape(rows * height, columns * width, *images.shape[3:])


def gallery(images: np.ndarray, captions: Sequence[str], alts: Sequence[str], *, size: int = 56) -> str:
    """HTML of many images of one shape with a caption each: one sprite, however many there are.

    Args:
        images: (n, H, W) or (n, H, W, 3) uint8, square.
        captions: n short lines, shown under the images.
        alts: n sentences for people who cannot see them.
        size: of one image on the page, in CSS pixels.
    """
    count = len(images)
    sheet = address(sprite(images, 1))
    cells = "".join(
        f'<figure class="dl-cell"><div role="img" aria-label="{escape(alts[i])}" style="width:{size}px;height:{size}px;'
        f'background-position:0 {-size * i}px;background-size:{size}px {size * count}px"></div>'
        f"<figcaption>{escape(captions[i])}</figcaption></figure>"
        for i in range(count)
    )
    return f'<div class="dl-gallery" style="--sheet:url({sheet})">{cells}</div>'


def diverging(values: np.ndarray) -> np.ndarray:
    """(..., H, W) real numbers as (..., H, W, 3) uint8 colours, dark at 0.

    Positive values shade to blue (for), negative ones to orange (against); the full
    colour stands for the largest magnitudes in the array, the top hundredth.
    """
    limit = np.percentile(np.abs(values), 99) or np.abs(values).max() or 1.0
    share = np.clip(values / limit, -1, 1)[..., None]
    neutral = np.array(rgb(NEUTRAL))
    towards = np.where(share > 0, np.array(rgb(FOR)), np.array(rgb(AGAINST)))
    return np.rint(neutral + np.abs(share) * (towards - neutral)).astype(np.uint8)
