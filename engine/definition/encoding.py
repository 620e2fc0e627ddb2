"""Bytes -> text, in any encoding XML allows, noticing a declaration that does not fit the bytes."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from engine.definition.collector import finding
from engine.definition.findings import Finding

# A byte order mark, or the first letters of a file without one. The longer marks first: UTF-32 begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OPENINGS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(r"""<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._:-]{0,40})["']""")
_LOOK_AHEAD = 400  # bytes in which the declaration must stand

# GB2312 and GBK are read as GB18030, which contains both: tools label GBK text as GB2312.
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"}
_WIDE = frozenset({"gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"})
_UNICODE = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
_NARROW = frozenset(
    {"ascii", "koi8-r", *(f"iso8859-{part}" for part in range(1, 17)), *(f"cp125{n}" for n in range(9))}
)


class Decoded(NamedTuple):
    """The text (None: unreadable) and what is wrong with its encoding."""

    text: str | None
    findings: tuple[Finding, ...] = ()


def decode(content: bytes) -> Decoded:
    """The text of an XML file without its byte order mark. A wrong declaration is a finding; it is still read."""
    marked, body = _without_mark(content)
    seen = marked or next((name for opening, name in _OPENINGS if body.startswith(opening)), None)
    label = _declared(body, seen)
    declared = _known(label) if label else (seen or "utf-8")
    if declared is None:
        return Decoded(None, (finding("encoding_unknown", declared=label or ""),))
    actual = seen or _actual(body, declared)
    found = (
        () if _agree(declared, actual) else (finding("encoding_mismatch", declared=label or "", actual=actual.upper()),)
    )
    try:
        return Decoded(body.decode(actual), found)
    except UnicodeDecodeError:
        return Decoded(None, (*found, finding("encoding_invalid", declared=label or actual.upper())))


def _without_mark(content: bytes) -> tuple[str | None, bytes]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name, content[len(mark) :]
    return None, content


def _declared(body: bytes, seen: str | None) -> str | None:
    """The label in the XML declaration, if there is one."""
    head = body[:_LOOK_AHEAD].decode(seen if seen and seen != "utf-8" else "latin-1", errors="replace")
    match = _DECLARED.match(head)
    return match.group(1) if match else None


def _known(label: str) -> str | None:
    """The codec of a label; None for what is no text encoding of XML (UTF-7, escapes, compression …)."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _CHINESE.get(name, name)
    return name if name in _UNICODE | _WIDE | _NARROW else None


def _actual(body: bytes, declared: str) -> str:
    """The encoding of bytes that carry no mark: as declared, unless they can only be meant as UTF-8."""
    if declared.startswith(("utf-16", "utf-32")):
        return "utf-8"  # the opening letters are single bytes
    if declared == "utf-8" or body.isascii():
        return declared
    try:
        letters = body.decode("utf-8")
    except UnicodeDecodeError:
        return declared
    # Two-byte letters (Latin, Greek, Cyrillic) are also pairs of a Chinese encoding; Chinese in UTF-8 has three bytes.
    decisive = "\u0800" if declared in _WIDE else "\u0080"
    return "utf-8" if any(letter >= decisive for letter in letters) else declared


def _agree(declared: str, actual: str) -> bool:
    """Whether a declaration fits: "UTF-16" leaves the order of bytes open, and ASCII is a part of UTF-8."""
    return declared == actual or (declared in {"utf-16", "utf-32"} and actual.startswith(declared))
