"""A picture as the way in: brought or taken, kept while one looks elsewhere, cut by a finger, read digit by digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.drawing.normalise import Step, normalisation_steps, to_mnist
from mnist_core.drawing.picture import Found, find_digits
from mnist_core.errors import ImageError
from mnist_core.exchange.uploads import read_apart
from ui import networks
from ui.draw.canvas_value import SIDE
from ui.explain import how_sure, why
from ui.explain.why import Seen
from ui.frame.components import component
from ui.frame.page import explained
from ui.frame.presence import wanted
from ui.frame.views import menu
from ui.networks import Trained
from ui.parts import pictures
from ui.words.plain import plain

MOST_MEGABYTES = 20
KEPT = "pictures"  # in session state: the last picture of each way in
WHICH = "picture_digit"  # key of the choice among several digits
ALL = -1  # in that choice: everything is one digit
WIDEST, TALLEST = SIDE, 360  # CSS pixels of the picture that is cut


@dataclass(eq=False)
class Kept:
    """A picture that came in.

    Attributes:
        file: tells it from others.
        name: for people.
        grey: (H, W) uint8, or why there is none.
        part: left, top, right and bottom of what is read of it, as fractions.
        found: what is in that part, or why there is nothing; `None` before anybody has looked.
    """

    file: str
    name: str
    grey: np.ndarray | ImageError
    part: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    found: Found | ImageError | None = field(default=None, repr=False)

    @property
    def is_cut(self) -> bool:
        return self.part != (0.0, 0.0, 1.0, 1.0)

    def cut(self, part: Sequence[float]) -> None:
        """Read this part of the picture from now on, if it is one."""
        left, top, right, bottom = (min(1.0, max(0.0, float(each))) for each in part)
        if right - left > 0.02 and bottom - top > 0.02:
            self.part, self.found = (left, top, right, bottom), None

    def digits(self) -> Found:
        """What is in that part.  Raises `ImageError`."""
        if isinstance(self.grey, ImageError):
            raise self.grey
        if self.found is None:
            height, width = self.grey.shape
            left, top, right, bottom = (round(a * b) for a, b in zip(self.part, (width, height) * 2, strict=True))
            try:
                self.found = find_digits(self.grey[top:bottom, left:right])
            except ImageError as error:  # Remembered too: it may have taken long to find.
                self.found = error
        if isinstance(self.found, ImageError):
            raise self.found
        return self.found


def picture_seen(way: str, trained: Sequence[Trained]) -> Seen | None:
    """Draw what brings a picture in; returns what the networks see of it, `None` where there is none.

    Args:
        way: "upload" or "camera".
        trained: the networks that answer, which read each digit where there are several.
    """
    kept = _brought(way)
    if kept is None:
        return None
    if isinstance(kept.grey, ImageError):
        _say(kept.grey)
        return None
    try:
        found = kept.digits()
    except ImageError as error:
        _say(error)
        _cut(way, kept, kept.grey, asked=True)
        return None
    _cut(way, kept, kept.grey, asked=False)
    which = _which(found, trained) if len(found.digits) > 1 else 0
    ink = _as_one(found.digits) if which == ALL else found.digits[which]
    return Seen(to_mnist(ink), lambda: _steps(found, ink), ink=lambda: ink)


def _say(error: ImageError) -> None:
    with explained():
        raise error


def _brought(way: str) -> Kept | None:
    """The picture of this way in: the one that came now, or the one that was here before."""
    everything: dict[str, Kept] = st.session_state.setdefault(KEPT, {})

    def taken_away() -> None:  # By hand; a field that was put away and is back says nothing.
        everything.pop(way, None)

    file = _uploader(taken_away) if way == "upload" else _camera(taken_away)
    if file is not None and (way not in everything or everything[way].file != file.file_id):
        with st.spinner("Looking at the picture"):
            try:
                grey: np.ndarray | ImageError = read_apart(file.getvalue(), on_wait=wanted())
            except ImageError as error:  # Remembered too.
                grey = error
        everything[way] = Kept(file.file_id, file.name, grey)
        why.follow()  # What was asked was about another picture.
        st.session_state.pop(WHICH, None)
    kept = everything.get(way)
    if kept is not None and file is None:
        with st.container(horizontal=True, vertical_alignment="center", key="picture_kept"):
            st.caption(f"Still here: {plain(kept.name)}")
            st.button("Remove", icon=":material/close:", key="picture_remove", type="tertiary", on_click=taken_away)
    return kept


def _uploader(taken_away: Callable[[], None]) -> UploadedFile | None:
    # Any file: a photo may have any name, and what cannot be read is said in a sentence that is seen.
    return st.file_uploader(
        "A picture of a digit or a number, light on dark or dark on light",
        key="picture",
        max_upload_size=MOST_MEGABYTES,
        on_change=taken_away,
        help="A photo, a scan or a screenshot: JPEG, PNG, HEIC, AVIF, WebP, GIF, TIFF, BMP, or the first page of a "
        "PDF. On a phone this also offers the camera.",
    )


def _camera(taken_away: Callable[[], None]) -> UploadedFile | None:
    return st.camera_input(
        "A photo of a digit or a number; let it fill much of the picture",
        key="photo",
        on_change=taken_away,
        help="Browsers lend the camera only to this computer's own pages and to https. Elsewhere, take the photo "
        "with the phone's camera and bring it as a picture.",
    )


def _cut(way: str, kept: Kept, grey: np.ndarray, *, asked: bool) -> None:
    """Let a finger choose the part that is read; open by itself where nothing was found."""
    height, width = grey.shape
    shown = asked or kept.is_cut
    with st.expander("Cut out the digit", icon=":material/crop:", expanded=shown, key="picture_cut"):
        st.caption("Draw a frame around the digit with a finger or the mouse. Corners of the frame can be moved.")
        scale = min(WIDEST / width, TALLEST / height)
        component("draw/crop.js", html='<div class="crop"></div>')(
            data={
                "src": pictures.address(grey),
                "width": round(width * scale),
                "ratio": width / height,
                "part": list(kept.part),
                "label": "The picture. Arrow keys move the frame, with Shift they move its right and lower edge; "
                "Enter reads what is in it.",
            },
            key=f"picture_crop_{way}",
            on_cut_change=lambda: _take_cut(way),
        )
        if kept.is_cut:
            st.button(
                "Whole picture",
                icon=":material/fullscreen:",
                key="picture_whole",
                on_click=lambda: kept.cut((0.0, 0.0, 1.0, 1.0)),
            )


def _take_cut(way: str) -> None:
    part = getattr(st.session_state.get(f"picture_crop_{way}"), "cut", None)
    kept = st.session_state.get(KEPT, {}).get(way)
    if (
        kept is not None
        and isinstance(part, list)
        and len(part) == 4
        and all(isinstance(x, (int, float)) for x in part)
    ):
        kept.cut(part)
        st.session_state.pop(WHICH, None)


def _which(found: Found, trained: Sequence[Trained]) -> int:
    """Show the number that each network reads, and let people choose the digit that is looked at below."""
    images = [to_mnist(ink) for ink in found.digits]
    names = [each.title for each in trained]
    read = [how_sure.answers_to(image, zip(names, map(networks.network, trained), strict=True)) for image in images]
    lines = []
    for place, name in enumerate(names):
        said = [answers[place] for answers in read]
        number = "".join(str(each.digit) for each in said)
        doubted = [str(each.digit) for each in said if each.sure is False]
        doubt = f", not sure of the {' and the '.join(doubted)}" if doubted else ""
        lines.append(f"{plain(name)}: **{number}**{doubt}")
    st.markdown(f"{len(images)} digits found, from left to right.  \n" + "  \n".join(lines))
    if st.session_state.get(WHICH) not in range(ALL, len(images)):
        st.session_state[WHICH] = 0
    choices = {**{place: f"Digit {place + 1}" for place in range(len(images))}, ALL: "All as one"}
    words = "Where one digit was taken for several, look at all of it as one."
    return menu("Look at", choices, key=WHICH, help=words, on_change=why.follow)


def _as_one(inks: Sequence[np.ndarray]) -> np.ndarray:
    """The inks of several digits in one picture; what was drawn thicker has a wider margin."""
    tall, wide = (max(ink.shape[axis] for ink in inks) for axis in (0, 1))
    together = np.zeros((tall, wide), np.uint8)
    for ink in inks:
        down, right = (tall - ink.shape[0]) // 2, (wide - ink.shape[1]) // 2
        area = together[down : down + ink.shape[0], right : right + ink.shape[1]]
        np.maximum(area, ink, out=area)
    return together


def _steps(found: Found, ink: np.ndarray) -> list[Step]:
    drawn, *rest = normalisation_steps(ink)
    return [*found.steps, Step("Ink", "What stands out from the ground, light on dark.", drawn.image), *rest]
