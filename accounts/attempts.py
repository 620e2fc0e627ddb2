"""The rows of wrong passwords. Each try is counted before its password is looked at: parallel tries gain nothing."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from accounts.lockout import FORGET, Tally, locked_minutes, take_back
from accounts.models import SignInAttempt
from engine.unit_of_work import RunAgain, UnitOfWork

_TALLY = (
    SignInAttempt.failures,
    SignInAttempt.since,
    SignInAttempt.last_at,
    SignInAttempt.locks,
    SignInAttempt.locked_until,
)


def name_subject(secret_key: str, username: str) -> str:
    """The subject of a name. Keyed, because people also type their password where the name belongs."""
    return "name:" + hmac.digest(secret_key.encode(), username.encode(), "sha256").hex()


def address_subject(address: str) -> str:
    """The subject of an address: one IPv4 address, or the /64 network that one IPv6 customer gets."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "address:" + hashlib.sha256(address.encode()).hexdigest()
    network = ipaddress.ip_network((ip, 64 if ip.version == 6 else 32), strict=False)
    return f"address:{network}"


def read_tally(uow: UnitOfWork, subject: str, *, lock: bool = False) -> Tally | None:
    query = select(*_TALLY).where(SignInAttempt.subject == subject)
    row = uow.connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Tally(*row)


def count(
    uow: UnitOfWork,
    subject: str,
    counted: Callable[[Tally | None, datetime], Tally],
    refusal: Callable[[int], Exception],
) -> None:
    """Count one try under the lock of its row. Raises `refusal` with the minutes to wait while it is locked."""
    before = read_tally(uow, subject, lock=True)
    minutes = locked_minutes(before, uow.now)
    if minutes:
        raise refusal(minutes)
    values = asdict(counted(before, uow.now))
    if before is not None:
        uow.connection.execute(update(SignInAttempt).where(SignInAttempt.subject == subject).values(**values))
        return
    try:
        uow.connection.execute(insert(SignInAttempt).values(subject=subject, **values))
    except IntegrityError as error:
        raise RunAgain from error


def take_back_try(uow: UnitOfWork, *subjects: str) -> None:
    """The try counted last was right. What was counted before stays: a right password alone ends no lock of codes."""
    for subject in subjects:
        before = read_tally(uow, subject, lock=True)
        if before is not None:
            uow.connection.execute(
                update(SignInAttempt).where(SignInAttempt.subject == subject).values(**asdict(take_back(before)))
            )


def clear(uow: UnitOfWork, name: str, address: str) -> None:
    """Somebody is in: forget the name's tally, take the try back from the address, drop what is old."""
    take_back_try(uow, address)
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.subject == name))
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.last_at < uow.now - FORGET))
