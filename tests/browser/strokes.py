"""How a steady hand writes each digit: strokes of (x, y) points in the unit square, y down."""

from __future__ import annotations

import math

Point = tuple[float, float]
Stroke = list[Point]


def arc(centre: Point, radius: Point, start: float, end: float, points: int = 16) -> Stroke:
    """Points on an ellipse from angle `start` to `end`, in degrees: 0 is right, 90 is down."""
    (x, y), (across, along) = centre, radius
    angles = [math.radians(start + (end - start) * i / (points - 1)) for i in range(points)]
    return [(x + across * math.cos(angle), y + along * math.sin(angle)) for angle in angles]


DIGITS: dict[int, list[Stroke]] = {
    0: [arc((0.5, 0.5), (0.32, 0.48), -90, -450, 32)],
    1: [[(0.52, 0.02), (0.5, 0.5), (0.48, 0.98)]],
    2: [[*arc((0.5, 0.28), (0.3, 0.26), -170, 40), (0.45, 0.7), (0.18, 0.96), (0.85, 0.96)]],
    3: [[*arc((0.46, 0.26), (0.28, 0.24), -150, 90), *arc((0.46, 0.74), (0.32, 0.25), -90, 150)]],
    4: [[(0.28, 0.03), (0.2, 0.55), (0.8, 0.55)], [(0.7, 0.03), (0.68, 0.98)]],
    5: [[(0.8, 0.04), (0.3, 0.04), (0.26, 0.44), *arc((0.46, 0.68), (0.32, 0.28), -120, 150)]],
    6: [[(0.62, 0.02), (0.4, 0.25), (0.26, 0.55), *arc((0.5, 0.73), (0.25, 0.25), 180, -180, 24)]],
    7: [[(0.15, 0.05), (0.82, 0.05), (0.6, 0.45), (0.42, 0.98)]],
    8: [[*arc((0.5, 0.26), (0.24, 0.24), 90, -270, 24), *arc((0.5, 0.75), (0.28, 0.25), -90, 270, 24)]],
    9: [[*arc((0.48, 0.3), (0.27, 0.27), 0, -360, 24), (0.74, 0.55), (0.66, 0.98)]],
}
