"""What a sign-in name and a password must be like."""

from __future__ import annotations

import re
from itertools import pairwise

from accounts.errors import PasswordTooWeak

MIN_LENGTH = 10
MAX_LENGTH = 200  # hashing a novel would be a cheap way to keep the server busy

REMEMBERED = 5
"""So many passwords may not be used again: the present one and those before it. The house's choice."""

USERNAME = re.compile(r"[a-z][a-z0-9._-]{3,59}")
"""Small ASCII letters, digits and . _ -; four characters or more. People are called by their display name."""

_WORDS = (
    *("password", "passw0rd", "p@ssword", "p@ssw0rd", "admin", "administrator", "root", "welcome", "letmein", "secret"),
    *("changeme", "default", "iloveyou", "qwerty", "qwertyuiop", "asdfghjkl", "abc", "abcd", "abcdef", "test", "guest"),
    *("signalbox", "woaini", "mima", "zhongguo", "beijing", "shanghai", "yunwei", "weihu", "jiankong", "shexiangtou"),
    *(
        "xinhaodeng",
        "jiaojing",
        "gongan",
        "zhidui",
        "jiaotong",
        "baoxiu",
        "kouling",
        "guanliyuan",
        "huawei",
        "hikvision",
    ),
)
_ENDINGS = re.compile(r"[\d\W_]*")


def normal_name(username: str) -> str:
    """A sign-in name as it is stored and looked up."""
    return username.strip().lower()


def check_password(password: str, username: str) -> None:
    """Raise PasswordTooWeak unless the password may be used by `username`.

    Refused: under 10 or over 200 characters; the user name in it; a common word with nothing but digits and signs
    around it; fewer than five different characters; a run such as 1234567890.
    """
    text = password.lower()
    core = _ENDINGS.sub("", text)
    weak = (
        not MIN_LENGTH <= len(password) <= MAX_LENGTH
        or normal_name(username) in text
        or core in _WORDS
        or text.strip("0123456789!@#$%^&*._- ") in _WORDS
        or len(set(text)) < 5
        or _is_run(text)
    )
    if weak:
        raise PasswordTooWeak(least=MIN_LENGTH)


def _is_run(text: str) -> bool:
    """Each character is the neighbour of the one before it: 1234567890, abcdefghij, 9876543210."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}
