"""What an API key looks like: sbx_<prefix>_<secret>. Only its SHA-256 is stored."""

from __future__ import annotations

import hashlib
import re
import secrets

SHAPE = re.compile(r"sbx_[0-9a-f]{8}_[0-9a-f]{64}")


def new_key() -> tuple[str, str]:
    """A fresh key of 256 random bits, and its prefix."""
    prefix = secrets.token_hex(4)
    return f"sbx_{prefix}_{secrets.token_hex(32)}", prefix


def digest(secret: str) -> str:
    """What is stored of a key or a session token. Both are random and long: a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
