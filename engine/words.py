"""What a person writes in a few words: a reason, a comment."""

from __future__ import annotations

import unicodedata

from engine.errors import Invalid


def required_words(field: str, text: str, limit: int) -> str:
    """The words without blanks around them. Raises Invalid for none, too many, or characters no database keeps."""
    words = text.strip()
    if not 0 < len(words) <= limit:
        raise _refused(field, "length", f"请填写 1 至 {limit} 字。", f"Write 1 to {limit} letters.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\r\n\t" for letter in words):
        raise _refused(field, "bad_character", "含有无法保存的字符。", "There are characters that cannot be kept.")
    return words


def _refused(field: str, code: str, zh: str, en: str) -> Invalid:
    return Invalid({field: [{"code": code, "zh": zh, "en": en}]})
