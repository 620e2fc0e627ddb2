"""What makes one submission of a page count once, however often the browser sends it."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

import orjson
from flask import request

KEY = "_key"
"""Hidden input that holds the key of the submission."""
_SHAPE = re.compile(r"[\w-]{16,64}")


def new_key() -> str:
    return secrets.token_urlsafe(16)


def posted_key() -> str:
    """The key that was sent; a new one for none or for what cannot be one."""
    key = request.form.get(KEY, "")
    return key if _SHAPE.fullmatch(key) else new_key()


def fingerprint(asked: Any) -> str:
    """SHA-256 of what is asked for, plain data."""
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
