"""Codes by the figures of RFC 6238, recovery codes, and the vault that keeps secrets from readers of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.api_keys import digest
from accounts.one_time_codes import (
    code_at,
    matching_step,
    new_recovery_codes,
    new_secret,
    otpauth,
    recovery_hash,
    spelled,
)
from accounts.vault import Vault
from tests.conftest import T0

RFC = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_figures_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1; the last six of its eight digits."""
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_at(RFC, at) == code
    assert matching_step(RFC, code, at, None) == seconds // 30
    assert matching_step(RFC, f" {code[:3]} {code[3:]} ", at, None) == seconds // 30


def test_a_clock_may_be_one_step_wrong_and_no_more() -> None:
    found = [matching_step(RFC, code_at(RFC, T0 + timedelta(seconds=30 * n)), T0, None) for n in (-2, -1, 0, 1, 2)]
    now = int(T0.timestamp()) // 30
    assert found == [None, now - 1, now, now + 1, None]


def test_a_used_step_and_all_before_it_are_over() -> None:
    now = int(T0.timestamp()) // 30
    for n in (-1, 0):
        assert matching_step(RFC, code_at(RFC, T0 + timedelta(seconds=30 * n)), T0, now) is None
    assert matching_step(RFC, code_at(RFC, T0 + timedelta(seconds=30)), T0, now) == now + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0\0\0\0\0\0"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert matching_step(RFC, code, T0, None) is None


def test_what_an_authenticator_is_told() -> None:
    address = "otpauth://totp/Signalbox:li.na?digits=6&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1"
    assert otpauth(RFC, "li.na") == address + "&issuer=Signalbox&period=30"
    assert spelled(RFC) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len(new_secret()) == 20
    assert new_secret() != new_secret()


def test_ten_recovery_codes() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(code) for code in codes} == {19}
    assert recovery_hash(codes[0]) == digest(codes[0].replace("-", ""))
    assert recovery_hash(f" {codes[0].upper().replace('-', ' ')} ") == recovery_hash(codes[0])
    assert {recovery_hash(text) for text in ("", "123456", codes[0][:-1], codes[0] + "a", "0" * 16)} == {None}


def test_the_vault_opens_for_the_same_key_and_account_only() -> None:
    vault = Vault("k" * 32)
    sealed = vault.seal(RFC, 7)
    assert RFC not in sealed
    assert sealed != vault.seal(RFC, 7)
    assert vault.open(sealed, 7) == RFC
    assert vault.open(sealed, 8) is None
    assert Vault("l" * 32).open(sealed, 7) is None
    for place in (0, 12, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert vault.open(bytes(changed), 7) is None
