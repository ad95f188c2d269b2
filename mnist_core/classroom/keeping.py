"""What stays of a class that ends: its drawings, as a handwriting or as files, without a word of whose they were."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image

from mnist_core.classroom.results.wall import Drawings
from mnist_core.classroom.rules import refused
from mnist_core.errors import ConfigError
from mnist_core.exchange.drawing_files import to_csv, to_npz, unseen
from mnist_core.store.drawings import Drawing, checked_hand
from mnist_core.store.store import Store

SCALE, GAP = 3, 4  # pixels of the picture: to each of a drawing, and between two
GROUND = 48  # grey between the drawings, which are white on black


def kept(drawings: Drawings, *, hand: str) -> list[Drawing]:
    """The drawings as a handwriting keeps them: by digit, then by lot, so that no two tell of one person."""
    order = sorted(range(len(drawings)), key=lambda place: (drawings.labels[place], drawings.ids[place]))
    return [
        Drawing(int(drawings.labels[place]), drawings.images[place], drawings.strokes[place], hand=hand)
        for place in order
    ]


def keep(store: Store, drawings: Drawings, *, hand: str) -> int:
    """Keep the drawings as a handwriting that all share; returns how many were not there already.

    Args:
        store: where.
        drawings: with their paths.
        hand: its name.

    Raises:
        ConfigError: the name is none, or somebody's own handwriting has it.
        Refused: there is no drawing.
    """
    hand = checked_hand(hand)
    if not len(drawings):
        raise refused("no drawings")
    if store.handwritings.owner_of(hand):
        raise ConfigError("handwriting", hand, "another name: this is somebody's own")
    return len(store.drawings.keep(*unseen(kept(drawings, hand=hand), store.drawings.all(hand))))


def npz(drawings: Drawings) -> bytes:
    """The drawings, with their paths, as an npz file with MNIST's keys; see `exchange.drawing_files`."""
    return to_npz(kept(drawings, hand="class"))


def csv(drawings: Drawings) -> bytes:
    """The drawings as CSV with a label and 784 pixels a line."""
    return to_csv(kept(drawings, hand="class"))


def png(images: np.ndarray) -> bytes:
    """The wall as a picture: (n, 28, 28) uint8 images, row by row, about 16 to 9; a grey spot without any."""
    columns = max(1, math.ceil(math.sqrt(len(images) * 16 / 9)))
    rows = math.ceil(len(images) / columns)
    tiles = images.repeat(SCALE, axis=1).repeat(SCALE, axis=2)
    side = tiles.shape[1] + GAP
    wall = np.full((rows * side + GAP, columns * side + GAP), GROUND, np.uint8)
    for place, tile in enumerate(tiles):
        top, left = (GAP + side * each for each in divmod(place, columns))
        wall[top : top + len(tile), left : left + len(tile)] = tile
    buffer = io.BytesIO()
    Image.fromarray(wall).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
