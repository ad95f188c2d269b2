"""Pictures as people take them of digits that people wrote: what `benchmarks.pictures` shows the app.

Each kind is a function of the writing and of a generator of random numbers.  Surroundings come
in two sets, as people and seeds do: thresholds are chosen on one, figures reported of the other.

Not covered: crumpled paper, hands as they are, and what else only a camera can bring.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from mnist_core.drawing.pen import render

Strokes = Sequence[np.ndarray]
WIDE, TALL = 1024, 768  # pixels of a photo
CHOOSING, REPORTED = ("choosing", "reported")


@dataclass(frozen=True)
class Writing:
    """What one person wrote, in pixels.

    Attributes:
        ink: (H, W) uint8 around the digits alone, 0 paper, 255 ink.
        digits: from left to right.
    """

    ink: np.ndarray
    digits: tuple[int, ...]


def written(strokes: Sequence[Strokes], digits: Sequence[int], rng: np.random.Generator, height: float) -> Writing:
    """The digits beside each other, each about `height` pixels tall, with one pen."""
    pen = height * rng.uniform(0.045, 0.11)
    parts, left = [], 0.0
    for each in strokes:
        points = np.concatenate(each)
        low, high = points.min(axis=0), points.max(axis=0)
        tall = height * (rng.uniform(0.88, 1.12) if len(strokes) > 1 else 1)
        scale = tall / max((high - low)[1], 0.5 * (high - low)[0], 1e-9)
        down = (height - (high - low)[1] * scale) / 2 + (height * rng.normal(0, 0.04) if len(strokes) > 1 else 0)
        parts += [(stroke - low) * scale + (left, down) for stroke in each]
        left += (high - low)[0] * scale + pen + height * rng.uniform(0.15, 0.5)
    points = np.concatenate(parts)
    low = points.min(axis=0) - pen
    size = int(np.ceil((points.max(axis=0) + pen - low).max()))
    ink = render([(part - low) / size for part in parts], size=size, pen=min(1.0, pen / size))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return Writing(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], tuple(digits))


@dataclass(frozen=True)
class Scene:
    """One picture, made step by step.

    Attributes:
        strokes: of each digit.
        digits: which they are.
        rng: of everything that varies.
        surroundings: `CHOOSING` or `REPORTED`.
    """

    strokes: Sequence[Strokes]
    digits: Sequence[int]
    rng: np.random.Generator
    surroundings: str

    def page(self, wide: int, tall: int, *, fill: tuple[float, float] = (0.4, 0.75), turn: float = 0) -> np.ndarray:
        """(tall, wide) uint8: the ink of the writing somewhere on a page, turned by `turn` degrees."""
        rng = self.rng
        ink = written(self.strokes, self.digits, rng, tall * rng.uniform(*fill)).ink
        turned = Image.fromarray(ink)
        if turn:
            turned = turned.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        most = min(0.86 * wide / turned.width, 0.86 * tall / turned.height, 1)
        turned = turned.resize([max(1, round(side * most)) for side in turned.size], Image.Resampling.BICUBIC)
        page = Image.new("L", (wide, tall))
        left, top = (round(free * rng.uniform(0.25, 0.75)) for free in (wide - turned.width, tall - turned.height))
        page.paste(turned, (left, top))
        return np.asarray(page)

    def desk(self, wide: int = WIDE, tall: int = TALL) -> np.ndarray:
        """(tall, wide) float64: what lies around a sheet; other desks are chosen on than reported."""
        rng = self.rng
        rows, columns = np.mgrid[0:tall, 0:wide] / 100.0
        shade = rng.uniform(35, 125)
        if self.surroundings == CHOOSING:
            kind = rng.integers(3)
            if kind == 0:  # Wood across.
                wave = np.sin(rows * rng.uniform(12, 30) + 2 * np.sin(columns * rng.uniform(0.3, 1)))
                return shade + rng.uniform(4, 14) * wave
            if kind == 1:  # A plain table.
                return shade + np.zeros((tall, wide))
            return shade + _cloud(rng, wide, tall, 12) * rng.uniform(5, 18)
        kind = rng.integers(4)
        if kind == 0:  # Boards, upright.
            wave = np.sin(columns * rng.uniform(8, 26) + 3 * np.sin(rows * rng.uniform(0.2, 0.8)))
            seams = (columns % rng.uniform(2, 3.5)) < 0.04
            return shade + rng.uniform(4, 14) * wave - 25 * seams
        if kind == 1:  # Cloth.
            return shade + 8 * np.sin(columns * 60) * np.sin(rows * 60) + rng.normal(0, 6, (tall, wide))
        if kind == 2:  # Stone.
            return shade + _cloud(rng, wide, tall, 6) * rng.uniform(6, 16) + _cloud(rng, wide, tall, 60) * 5
        wave = np.sin((rows + columns) * rng.uniform(5, 15))
        return shade + rng.uniform(3, 10) * wave

    def room(self) -> np.ndarray:
        """(TALL, WIDE) float64: what is seen behind a sheet held up: things of many shades, out of focus."""
        rng = self.rng
        room = np.full((TALL, WIDE), rng.uniform(60, 150))
        for _ in range(rng.integers(4, 9)):
            top, left = rng.integers(0, TALL), rng.integers(0, WIDE)
            tall, wide = rng.integers(80, 500, 2)
            room[top : top + tall, left : left + wide] = rng.uniform(25, 165)
        blurred = Image.fromarray(room.astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(3, 14)))
        return np.asarray(blurred, np.float64) + _cloud(rng, WIDE, TALL, 20) * 4

    def paper(self, ink: np.ndarray, *, rulings: np.ndarray | None = None) -> np.ndarray:
        """(H, W) float64: paper with ink on it, and rulings (H, W) from 0 to 1 under the ink."""
        rng = self.rng
        paper = rng.uniform(195, 240) + _cloud(rng, ink.shape[1], ink.shape[0], 80) * 1.5
        pen = rng.uniform(25, 85)
        if rulings is not None:
            paper = paper - rulings * (paper - pen)
        return paper + (pen - paper) * (ink / 255.0)

    def taken(self, picture: np.ndarray, *, light: float = 0.3, blur: float = 1.0) -> bytes:
        """A JPEG of the (H, W) float64 picture: lit from a side, a little out of focus, with noise."""
        rng = self.rng
        tall, wide = picture.shape
        rows, columns = np.mgrid[0:tall, 0:wide]
        turn = rng.uniform(0, 2 * np.pi)
        across = (columns / wide - 0.5) * np.cos(turn) + (rows / tall - 0.5) * np.sin(turn)
        lit = np.clip(picture * (1 - rng.uniform(0, light) * (across + 0.5)), 0, 255).astype(np.uint8)
        focus = np.asarray(Image.fromarray(lit).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, blur))), np.float64)
        noisy = focus + rng.normal(0, rng.uniform(1.5, 5), picture.shape)
        return encoded(np.clip(noisy, 0, 255).astype(np.uint8), "JPEG", quality=int(rng.integers(60, 92)))

    def laid(self, sheet: np.ndarray, ground: np.ndarray, corners: np.ndarray) -> np.ndarray:
        """The (h, w) sheet on the ground, its corners (4, 2) from the top left clockwise, in pixels x, y."""
        tall, wide = ground.shape
        flat = np.array([[0, 0], [sheet.shape[1], 0], [sheet.shape[1], sheet.shape[0]], [0, sheet.shape[0]]], float)
        numbers = homography(corners, flat)
        seen = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8)).transform(
            (wide, tall), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC
        )
        where = Image.new("L", sheet.shape[::-1], 255).transform(
            (wide, tall), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC
        )
        share = np.asarray(where, np.float64) / 255
        return ground * (1 - share) + np.asarray(seen, np.float64) * share

    def corners(self, low: float, high: float, turn: float, skew: float) -> np.ndarray:
        """(4, 2) corners of a sheet that takes a share of the picture, turned by up to `turn` degrees, seen aslant."""
        rng = self.rng
        tall = TALL * rng.uniform(low, high)
        wide = min(tall * rng.choice([0.75, 1, 1.33, 1.41]), 0.92 * WIDE)
        angle = np.radians(rng.uniform(-turn, turn))
        flat = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]]) / 2
        flat = flat * (1 + rng.uniform(-skew, skew, (4, 2)))
        turned = flat @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        room = np.maximum(0, np.array([WIDE, TALL]) / 2 - np.abs(turned).max(axis=0) - 8)
        return turned + np.array([WIDE, TALL]) / 2 + rng.uniform(-1, 1, 2) * room


def homography(places: np.ndarray, images: np.ndarray) -> tuple[float, ...]:
    """The eight numbers with which Pillow finds, for a pixel of the picture, its place in the sheet."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(places, images, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return tuple(np.linalg.solve(np.array(rows, float), np.array(wanted, float)))


def _cloud(rng: np.random.Generator, wide: int, tall: int, cells: int) -> np.ndarray:
    """(tall, wide) smooth noise of standard deviation about 1, `cells` of it along the longer side."""
    coarse = rng.normal(0, 1, (max(2, cells * tall // max(wide, tall)), max(2, cells)))
    return np.asarray(Image.fromarray(coarse.astype(np.float32)).resize((wide, tall), Image.Resampling.BICUBIC))


def encoded(image: np.ndarray, kind: str, **options: object) -> bytes:
    """The (H, W), (H, W, 3) or (H, W, 4) uint8 image as the content of a file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, **options)
    return buffer.getvalue()


def _sheet_on_desk(scene: Scene) -> bytes:
    corners = scene.corners(0.6, 0.9, 8, 0.04)
    tall, wide = int(np.ptp(corners[:, 1])), int(np.ptp(corners[:, 0]))
    sheet = scene.paper(scene.page(wide, tall, fill=(0.4, 0.7)))
    return scene.taken(scene.laid(sheet, scene.desk(), corners))


def _sheet_held_up(scene: Scene) -> bytes:
    rng = scene.rng
    corners = scene.corners(0.55, 0.85, 15, 0.08)
    tall, wide = int(np.ptp(corners[:, 1])), int(np.ptp(corners[:, 0]))
    picture = scene.laid(scene.paper(scene.page(wide, tall, fill=(0.4, 0.65))), scene.room(), corners)
    rows, columns = np.mgrid[0:TALL, 0:WIDE]
    for first in rng.permutation(4)[: rng.integers(1, 3)]:  # Thumbs over an edge.
        a, b = corners[first], corners[(first + 1) % 4]
        x, y = a + (b - a) * rng.uniform(0.2, 0.8)
        broad, long = rng.uniform(18, 34), rng.uniform(45, 80)
        thumb = ((columns - x) / broad) ** 2 + ((rows - y) / long) ** 2 < 1
        picture[thumb] = rng.uniform(90, 170)
    return scene.taken(picture)


def _screenshot(scene: Scene) -> bytes:
    """A canvas with some of its page around it: of one shade, with an edge, round corners or buttons."""
    rng = scene.rng
    side = int(rng.integers(280, 420))
    light, dark = (255, 0) if rng.random() < 0.5 else (int(rng.integers(235, 256)), int(rng.integers(0, 40)))
    ground, pen = (dark, light) if rng.random() < 0.6 else (light, dark)
    page = light if rng.random() < 0.7 else int(rng.integers(200, 235))
    if abs(page - ground) < 12 and rng.random() < 0.8:
        page = int(rng.integers(205, 232)) if ground > 128 else light
    margins = rng.integers(10, 90, 4)
    picture = np.full((side + margins[0] + margins[1], side + margins[2] + margins[3]), float(page))
    area = picture[margins[0] : margins[0] + side, margins[2] : margins[2] + side]
    ink = scene.page(side, side, fill=(0.45, 0.8)) / 255.0
    area[:] = ground + (pen - ground) * ink
    if abs(page - ground) < 12 or rng.random() < 0.4:  # A line around it.
        for line in (area[:2], area[-2:], area[:, :2], area[:, -2:]):
            line[:] = 128 + rng.integers(-40, 60)
    if scene.surroundings == REPORTED and rng.random() < 0.5:  # Buttons below, a word above.
        picture[margins[0] + side + 6 : margins[0] + side + 9, margins[2] : margins[2] + side // 2] = 190
        picture[3:6, 8:60] = 60
    return encoded(picture.astype(np.uint8), "PNG")


def _printed_box(scene: Scene) -> bytes:
    rng = scene.rng
    ink = np.zeros((TALL, WIDE), np.uint8)
    wide, tall = rng.integers(260, 420), rng.integers(360, 560)
    inner = scene.page(int(wide), int(tall), fill=(0.5, 0.72))
    top, left = rng.integers(60, TALL - tall - 60), rng.integers(60, WIDE - wide - 60)
    ink[top : top + tall, left : left + wide] = inner
    line, dark = rng.integers(3, 9), rng.uniform(0.7, 1.0)
    box = np.zeros(ink.shape)
    box[top - line : top + tall + line, left - line : left + wide + line] = dark
    box[top : top + tall, left : left + wide] = 0
    turned = Image.fromarray(np.maximum(ink, (255 * box).astype(np.uint8))).rotate(
        rng.uniform(-6, 6), Image.Resampling.BICUBIC
    )
    return scene.taken(scene.paper(np.asarray(turned)))


def _rulings(scene: Scene, strength: tuple[float, float], squared: bool) -> bytes:
    rng = scene.rng
    step, width = rng.uniform(70, 210) if squared else rng.uniform(90, 180), rng.uniform(3, 8)
    rows, columns = np.mgrid[0:TALL, 0:WIDE].astype(float)
    angle, bend = np.radians(rng.uniform(-5, 5)), rng.uniform(-1e-5, 1e-5)
    across = columns * np.cos(angle) + rows * np.sin(angle)
    down = rows * np.cos(angle) - columns * np.sin(angle) + bend * (columns - WIDE / 2) ** 2
    lines = ((down + rng.uniform(0, step)) % step) < width
    if squared:
        lines |= ((across + rng.uniform(0, step)) % step) < width
    page = scene.page(WIDE, TALL, fill=(0.4, 0.7))
    return scene.taken(scene.paper(page, rulings=lines * rng.uniform(*strength)))


def _dark_rulings(scene: Scene) -> bytes:
    return _rulings(scene, (0.55, 1.0), bool(scene.rng.random() < 0.7))


def _whiteboard(scene: Scene) -> bytes:
    rng = scene.rng
    board = scene.paper(scene.page(WIDE, TALL))
    rows, columns = np.mgrid[0:TALL, 0:WIDE]
    for _ in range(rng.integers(1, 3)):
        x, y, broad = rng.uniform(0.1, 0.9) * WIDE, rng.uniform(0.1, 0.9) * TALL, rng.uniform(60, 190)
        tall = broad * rng.uniform(0.4, 2.5)
        away = ((columns - x) / broad) ** 2 + ((rows - y) / tall) ** 2
        if scene.surroundings == CHOOSING or rng.random() < 0.6:
            glare = np.exp(-away)
        else:  # A window.
            glare = np.exp(-(np.maximum(np.abs((columns - x) / broad), np.abs((rows - y) / tall)) ** 4))
        board = board + (255 - board) * rng.uniform(0.5, 0.95) * glare
    return scene.taken(board * rng.uniform(0.75, 0.95))


def _turned(scene: Scene) -> bytes:
    turn = 35 if scene.rng.random() < 0.5 else -35
    return scene.taken(scene.paper(scene.page(WIDE, TALL, turn=turn)))


def _plain(scene: Scene) -> bytes:
    return scene.taken(scene.paper(scene.page(WIDE, TALL)))


def _number(scene: Scene) -> bytes:
    return scene.taken(scene.paper(scene.page(WIDE, TALL, fill=(0.25, 0.5))))


def _lined(scene: Scene) -> bytes:
    return _rulings(scene, (0.1, 0.35), False)


def _squared(scene: Scene) -> bytes:
    return _rulings(scene, (0.1, 0.35), True)


def _shadow(scene: Scene) -> bytes:
    rng = scene.rng
    paper = scene.paper(scene.page(WIDE, TALL))
    rows, columns = np.mgrid[0:TALL, 0:WIDE]
    turn = rng.uniform(0, 2 * np.pi)
    across = (columns / WIDE - 0.5) * np.cos(turn) + (rows / TALL - 0.5) * np.sin(turn)
    return scene.taken(paper * (1 - rng.uniform(0.2, 0.4) / (1 + np.exp(-across * rng.uniform(30, 250)))))


def _blackboard(scene: Scene) -> bytes:
    ink = scene.page(WIDE, TALL) / 255.0
    board = scene.rng.uniform(25, 65) + _cloud(scene.rng, WIDE, TALL, 15) * 4
    chalk = (scene.rng.uniform(180, 240) - board) * (0.85 + 0.15 * scene.rng.random(ink.shape))
    return scene.taken(board + chalk * ink)


def _blurred(scene: Scene) -> bytes:
    return scene.taken(scene.paper(scene.page(WIDE, TALL)), blur=6)


def _exif(scene: Scene) -> bytes:
    """Held on its side: the file says so."""
    upright = np.asarray(Image.open(io.BytesIO(_plain(scene))))
    noted = Image.Exif()
    noted[0x0112] = 6
    return encoded(np.ascontiguousarray(np.rot90(upright)), "JPEG", exif=noted, quality=80)


def _transparent(scene: Scene) -> bytes:
    ink = scene.page(400, 400)
    shade = np.full((400, 400, 3), 0 if scene.rng.random() < 0.5 else 255, np.uint8)
    return encoded(np.dstack([shade, ink]), "PNG")


@dataclass(frozen=True)
class Kind:
    """A kind of picture.

    Attributes:
        title: for people.
        picture: makes a file of a scene.
        aim: % that is to be read.
        digits: least and most in one picture.
    """

    title: str
    picture: Callable[[Scene], bytes]
    aim: float
    digits: tuple[int, int] = (1, 1)


KINDS = (
    Kind("whole sheet on a dark desk", _sheet_on_desk, 97),
    Kind("sheet held up", _sheet_held_up, 92),
    Kind("screenshot of a canvas", _screenshot, 97),
    Kind("printed box", _printed_box, 97),
    Kind("dark rulings", _dark_rulings, 95),
    Kind("whiteboard with glare", _whiteboard, 90),
    Kind("turned by 35 degrees", _turned, 92),
    Kind("two or more digits", _number, 95, (2, 4)),
    Kind("plain paper", _plain, 98),
    Kind("lined paper", _lined, 98),
    Kind("squared paper", _squared, 98),
    Kind("edge of a shadow", _shadow, 98),
    Kind("blackboard", _blackboard, 98),
    Kind("out of focus", _blurred, 98),
    Kind("held on its side", _exif, 98),
    Kind("transparent", _transparent, 98),
)
