"""Codes that are good once: six digits of an authenticator (RFC 6238), and recovery codes on paper."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from datetime import datetime
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from accounts.api_keys import digest

ISSUER = "Signalbox"
SECRET = 20  # bytes: the length of SHA-1, as RFC 4226 recommends
DIGITS = 6
STEP = 30  # seconds a code is shown
DRIFT = 1  # steps that a phone's clock may go wrong either way
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are read for another
_RECOVERY = re.compile(f"[{_LETTERS}]{{16}}")


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET)


def matching_step(secret: bytes, code: str, at: datetime, after: int | None) -> int | None:
    """The number of the 30 seconds that a code belongs to; None when it is wrong. Only numbers beyond `after` count."""
    typed, now = normal_code(code).encode(), int(at.timestamp()) // STEP
    totp = _totp(secret)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if (after is None or step > after) and compare_digest(totp.generate(step * STEP), typed):
            return step
    return None


def code_at(secret: bytes, at: datetime) -> str:
    """What an authenticator with this secret shows."""
    return _totp(secret).generate(int(at.timestamp())).decode()


def otpauth(secret: bytes, username: str) -> str:
    """The address that authenticators read, from a QR picture or as a link on the phone itself."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def spelled(secret: bytes) -> str:
    """The secret for typing, in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 79 random bits each: too many to be guessed even from their hashes."""
    return tuple("-".join(_group() for _ in range(4)) for _ in range(RECOVERY_CODES))


def recovery_hash(code: str) -> str | None:
    """What is stored of a recovery code; None for a text that cannot be one."""
    typed = normal_code(code)
    return digest(typed) if _RECOVERY.fullmatch(typed) else None


def normal_code(code: str) -> str:
    """As it is compared: people also type blanks and hyphens."""
    return re.sub(r"[\s-]", "", code).lower()


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 - what authenticators speak
