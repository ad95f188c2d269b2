"""What terms mean, in ten words or so each: pages take them from here, and say them where a term is met first."""

from __future__ import annotations

from collections.abc import Mapping

GLOSSARY: Mapping[str, str] = {
    "95 % interval": "tested on many more images, it would most likely lie in here.",
    "loss": "how far answers are from right; one sure and wrong costs most.",
    "share": "one output divided by the sum of all ten.",
    "epoch": "one pass through all training images.",
    "batch": "the images between two changes of the weights.",
    "pretrained": "comes with the app, and has learned from MNIST already.",
    "draw-ready": "has also learned from digits drawn on a screen.",
    "recall": "of a digit's images, the share that was read as that digit.",
    "precision": "of images read as a digit, the share that is that digit.",
}


def meaning(term: str) -> str:
    """The term with what it means, as Markdown: "**Loss**: how far ..."."""
    return f"**{term[0].upper()}{term[1:]}**: {GLOSSARY[term]}"
