"""Suspected labels as tables to read, and as files to take along."""

from __future__ import annotations

import io

import numpy as np

from mnist_core.insight.all_images.label_errors import SCORES, Suspects
from mnist_core.insight.all_images.votes import VOTES
from mnist_core.numerals import an, numeral, out_of, probable
from ui.parts.tables import csv_text, table_html

COLUMNS = ("rank", "place", "label", "suggested", "share_of_label", "share_of_suggested", *SCORES, "counted")


def listed_html(suspects: Suspects, places: np.ndarray) -> str:
    """HTML table of the suspects at these (m,) places of the split, ranked as they come."""
    head = [
        "Rank",
        "Image",
        "Label",
        "Its probability",
        "Suspected",
        "Its probability",
        *(each.label for each in SCORES.values()),
    ]
    rows = [
        [
            numeral(rank), numeral(place), str(suspects.labels[place]), probable(suspects.share[place]),
            str(suspects.suggested[place]), probable(suspects.suggested_share[place]),
            *(f"{suspects.scores[name][place]:.3g}" for name in SCORES),
        ]
        for rank, place in enumerate(places.tolist(), start=1)
    ]  # fmt: skip
    return table_html(head, rows, tall=True)


def published_html(suspects: Suspects) -> str:
    """HTML table of the images of MNIST's test set that people voted on, with their rank by each score."""
    n = len(suspects.labels)
    ranks = {name: suspects.ranks(name) for name in SCORES}
    head = ["Image", "Label", "Most voters", "Votes", *(f"Rank by {each.label.lower()}" for each in SCORES.values())]
    verdicts = {"neither": "saw neither", "undecided": "disagreed"}
    rows = [
        [
            numeral(place), str(votes.given), verdicts.get(votes.verdict) or f"saw {an(votes.guess)}",
            votes.words,
            *(out_of(ranks[name][place], n) for name in SCORES),
        ]
        for place, votes in VOTES.items()
    ]  # fmt: skip
    return table_html(head, rows, tall=True)


def table(suspects: Suspects, places: np.ndarray) -> str:
    """A CSV with one row a label at these (m,) places of the split, `COLUMNS`, ranked as they come."""
    rows = []
    numbers = [suspects.share, suspects.suggested_share, *suspects.scores.values()]
    for rank, place in enumerate(places.tolist(), start=1):
        values = [f"{each[place]:.6g}" for each in numbers]
        about = [rank, place, int(suspects.labels[place]), int(suspects.suggested[place])]
        rows.append([*about, *values, int(suspects.counted[place])])
    return csv_text(COLUMNS, rows)


def arrays(suspects: Suspects, places: np.ndarray, images: np.ndarray) -> bytes:
    """An npz of the suspects at these places.

    It holds "images" (m, 28, 28) uint8, "labels" and "suggested" (m,) uint8, "places"
    (m,) int64, "counted" (m,) bool, and each score (m,) float32.

    Args:
        suspects: of the split.
        places: (m,) int64.
        images: (n, 28, 28) uint8, all of the split.
    """
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        images=images[places],
        labels=suspects.labels[places],
        suggested=suspects.suggested[places],
        places=places,
        counted=suspects.counted[places],
        **{name: values[places] for name, values in suspects.scores.items()},
    )
    return buffer.getvalue()
