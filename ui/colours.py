"""The one registry of colours; `.streamlit/config.toml` agrees with it, and a test says so.

Python takes them from here.  Styles and scripts take them as custom properties of CSS, such as
`var(--digitlab-blue)`, which `ui/frame/page.py` puts on every page and which components inherit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

# Blue leads, orange contrasts: a pair that stays apart for colour-blind eyes.  All three are seen on either ground.
BLUE, ORANGE, GREY = "#2F80ED", "#D96800", "#7A8794"
CURVES: Mapping[str, str] = {"Training": BLUE, "Test": ORANGE}

# Of the pen on the canvas, and of one that rubs out.
INK, GROUND = "#FFFFFF", "#000000"

# Within pictures, which are dark in both themes: what speaks against, nothing, what speaks for; lines over them.
AGAINST, NEUTRAL, FOR = "#F08C1E", "#14161C", "#46A0FA"
OUTLINE, PENDING = "#CDD2D7", "#969BA0"

PROPERTIES: Mapping[str, str] = {
    "--digitlab-blue": BLUE,
    "--digitlab-orange": ORANGE,
    "--digitlab-grey": GREY,
    "--digitlab-on-mark": "#000000",  # text on any of these three
    "--digitlab-on-primary": "#FFFFFF",
    "--digitlab-ink": INK,
    "--digitlab-against": AGAINST,
    "--digitlab-neutral": NEUTRAL,
    "--digitlab-for": FOR,
}

# Viridis without its darkest sixth, so that a single error stands out from the page behind it in both themes.
SEQUENTIAL = ("#46327E", "#365C8D", "#277F8E", "#1FA187", "#4AC16D", "#A0DA39", "#FDE725")
# Each from a tint that is seen on white and on black.
BETTER, WORSE = ("#B3D1FB", "#1F66C7"), ("#FBCB96", "#B35300")

# What `.streamlit/config.toml` gives Streamlit.  Contrasts are at least 4.5 to 1 for text, for chart lines and for
# white on the primary colour; the primary colour itself has 5.4 on the light background and 4.1 on the dark one.
THEMES: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "light": {
        "primaryColor": "#1B6CA8",
        "backgroundColor": "#FBFBF8",
        "secondaryBackgroundColor": "#F0F1EC",
        "textColor": "#1D2730",
        "linkColor": "#155A8C",
        "borderColor": "#C9CEC9",
        "chartCategoricalColors": ("#0072B2", "#BE4F00", "#007A5A", "#A5437E", "#7A5F00", "#4A5560"),
    },
    "dark": {
        "primaryColor": "#367AB6",
        "backgroundColor": "#0D1116",
        "secondaryBackgroundColor": "#19212A",
        "textColor": "#E6EAEE",
        "linkColor": "#7CBCEB",
        "borderColor": "#3B4753",
        "chartCategoricalColors": ("#56B4E9", "#F0A03C", "#35C49A", "#E08CBB", "#E8DC4A", "#A9B4BF"),
    },
}

# Found by search for ten colours whose closest two are as far apart as can be to people who see all colours, and far
# enough to those who miss one kind of cones (Machado et al. 2009, distances in Oklab), with a contrast of at least 3 to
# the page's ground, and none of them dull.  Digits that are often confused got the most different ones.
DIGITS: Mapping[str, tuple[str, ...]] = {
    "light": (
        "#A62A6A", "#6907AE", "#161372", "#FF407A", "#A46EFF", "#0D00FF", "#947202", "#009EB1", "#06580F", "#4E0821",
    ),
    "dark": (
        "#F87886", "#A788FF", "#A97700", "#CE0075", "#E5B51F", "#68C8E3", "#1C76AE", "#00FFB1", "#FFFF10", "#9A0FFF",
    ),
}  # fmt: skip


def style() -> str:
    """The custom properties as a style, for a page; Streamlit says on the app whether it is light or dark."""
    light, dark = (THEMES[name]["backgroundColor"] for name in ("light", "dark"))
    properties = "; ".join(f"{name}:{colour}" for name, colour in PROPERTIES.items())
    return f"<style>:root {{{properties}}} .stApp {{--digitlab-ground:light-dark({light}, {dark})}}</style>"


def plain_style() -> str:
    """The colours of a page without Streamlit, as CSS: light or dark as the reader's device is."""
    light, dark = (_plain(THEMES[name]) for name in ("light", "dark"))
    return f":root {{{light}}} @media (prefers-color-scheme: dark) {{:root {{{dark}}}}}"


def _plain(theme: Mapping[str, str | tuple[str, ...]]) -> str:
    marks = theme["chartCategoricalColors"]
    named = {
        "ground": theme["backgroundColor"],
        "raised": theme["secondaryBackgroundColor"],
        "text": theme["textColor"],
        "line": GREY,
        "primary": theme["primaryColor"],
        "on-primary": PROPERTIES["--digitlab-on-primary"],
        "link": theme["linkColor"],
        "bad": marks[1],
        "good": marks[2],
    }
    return "; ".join(f"--digitlab-{name}: {colour}" for name, colour in named.items())


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue in [0, 255] of a colour "#RRGGBB"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def between(stops: tuple[str, ...], level: float) -> str:
    """The colour "#RRGGBB" at a level in [0, 1] on the scale of colours that are evenly apart."""
    channels = np.array([rgb(stop) for stop in stops], np.float64).T
    places = np.linspace(0, 1, len(stops))
    return "#" + "".join(f"{round(np.interp(level, places, channel)):02X}" for channel in channels)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on the colour (WCAG 2 contrast)."""
    channels = np.array(rgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"
