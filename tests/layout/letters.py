"""How much room words take: the widths and line breaks of the viewer."""

from __future__ import annotations

import math

NAME_SIZE = 14  # px, names inside shapes: the viewer's textRenderer.defaultStyle.fontSize
LABEL_SIZE = 13  # px, labels beside shapes and flows
LINE_HEIGHT = 1.2  # of the letter size
NARROW = 0.56  # width of a Latin letter, of the letter size; a Chinese one is as wide as high
FIRST_WIDE = 0x2000  # code points from here on take a full width


def text_width(text: str, size: float) -> float:
    return sum(size if ord(letter) > FIRST_WIDE else size * NARROW for letter in text)


def text_height(lines: list[str], size: float) -> float:
    return len(lines) * size * LINE_HEIGHT


def wrap(text: str, width: float, size: float) -> list[str]:
    """The lines the viewer makes of a text: it breaks at blanks, else cuts one letter early."""
    lines: list[str] = []
    pending = text.split("\n")
    while pending:
        whole = pending.pop(0)
        line = _first_line(whole, width, size)
        lines.append(line)
        rest = whole[len(line) :].strip()
        if rest:
            pending.insert(0, rest)
    return lines


def _first_line(line: str, width: float, size: float) -> str:
    while len(line) > 1 and text_width(line, size) > width:
        room = max(len(line) * width / text_width(line, size), 1)
        line = _whole_words(line, room) or line[: max(math.floor(room - 0.5), 1)]
    return line


def _whole_words(line: str, room: float) -> str:
    """As many leading words as have fewer letters than `room`; empty when not even one fits."""
    head = ""
    for word in line.replace("-", "- ").split(" ")[:-1]:
        if len(head) + len(word) >= room:
            break
        head = f"{head} {word}".strip()
    return head
