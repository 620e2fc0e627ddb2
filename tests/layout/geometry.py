"""Boxes, stretches and how they meet. Lengths are pixels of the drawing; y grows downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An upright rectangle."""

    x: float  # left
    y: float  # top
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box, gap: float = 0) -> bool:
        """Whether the two share room, or come nearer than `gap`. A negative gap forgives that much overlap."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > -gap and down > -gap

    def holds(self, other: Box, margin: float = 0) -> bool:
        """Whether the other lies inside with at least `margin` on every side."""
        across = self.x + margin <= other.x and self.right - margin >= other.right
        return across and self.y + margin <= other.y and self.bottom - margin >= other.bottom

    def grown(self, by: float) -> Box:
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def has_on_border(self, point: Point, tolerance: float = 1.5) -> bool:
        """Whether the point lies on one of the four sides."""
        x, y = point
        if not (
            self.x - tolerance <= x <= self.right + tolerance and self.y - tolerance <= y <= self.bottom + tolerance
        ):
            return False
        return min(abs(x - self.x), abs(x - self.right), abs(y - self.y), abs(y - self.bottom)) <= tolerance

    def has_mid_side(self, point: Point, tolerance: float = 1.5) -> bool:
        """Whether the point lies in the middle of one of the four sides."""
        x, y = point
        middle_x, middle_y = self.centre
        middles = ((self.x, middle_y), (self.right, middle_y), (middle_x, self.y), (middle_x, self.bottom))
        return any(abs(x - at_x) <= tolerance and abs(y - at_y) <= tolerance for at_x, at_y in middles)


@dataclass(frozen=True)
class Stretch:
    """One straight piece of a flow."""

    start: Point
    end: Point

    @property
    def box(self) -> Box:
        (x0, y0), (x1, y1) = self.start, self.end
        return Box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))

    @property
    def length(self) -> float:
        return math.dist(self.start, self.end)

    @property
    def upright(self) -> bool:
        """Whether it runs straight across or straight down."""
        return self.box.width <= 0.6 or self.box.height <= 0.6

    def enters(self, box: Box) -> bool:
        """Whether it passes through the inside of the box (Liang-Barsky clipping)."""
        (x0, y0), (x1, y1) = self.start, self.end
        first, last = 0.0, 1.0
        for delta, low, high in ((x1 - x0, box.x - x0, box.right - x0), (y1 - y0, box.y - y0, box.bottom - y0)):
            if abs(delta) < 1e-9:
                if not low < 0 < high:
                    return False
                continue
            near, far = sorted((low / delta, high / delta))
            first, last = max(first, near), min(last, far)
        return first < last


def _turn(a: Point, b: Point, c: Point) -> int:
    """Which side of the line a-b the point c lies on; 0: on it."""
    return round((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def meeting(one: Stretch, other: Stretch) -> Literal["apart", "crossing", "shared"]:
    """How two stretches meet. A common end point is no crossing: flows may leave from one dock."""
    p, q, r, s = one.start, one.end, other.start, other.end
    r_side, s_side = _turn(p, q, r), _turn(p, q, s)
    if r_side == s_side == 0:
        return "shared" if _common_length(one.box, other.box) > 1 else "apart"
    if r_side * s_side > 0 or _turn(r, s, p) * _turn(r, s, q) > 0 or {p, q} & {r, s}:
        return "apart"
    return "crossing"


def _common_length(one: Box, other: Box) -> float:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(across, down) if min(across, down) >= 0 else 0.0


def diamond_distance(box: Box, diamond: Box) -> float:
    """How near a box comes to a diamond, in half diagonals: below 1 it lies on it."""
    centre_x, centre_y = diamond.centre
    across = abs(min(max(centre_x, box.x), box.right) - centre_x)
    down = abs(min(max(centre_y, box.y), box.bottom) - centre_y)
    return across / (diamond.width / 2) + down / (diamond.height / 2)
