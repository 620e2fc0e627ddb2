"""Seals what must be read again but is nobody's to read in the database: the secrets of authenticators."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # bytes, in front of what is sealed


class Vault:
    """AES-256-GCM under a key derived from the installation's secret key; what is sealed belongs to one account."""

    def __init__(self, secret_key: str) -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"signalbox second factor")
        self._cipher = AESGCM(derive.derive(secret_key.encode()))

    def seal(self, secret: bytes, user_id: int) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, _of(user_id))

    def open(self, sealed: bytes, user_id: int) -> bytes | None:
        """None: sealed under another key or for another account."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _of(user_id))
        except InvalidTag:
            return None


def _of(user_id: int) -> bytes:
    return str(user_id).encode()
