"""Somebody's own second factor: setting it up on a page, and turning it off."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.authentication import confirm_password
from accounts.commands.confirm_second_factor import confirm_second_factor
from accounts.commands.offer_second_factor import offer_second_factor
from accounts.commands.turn_off_second_factor import turn_off_second_factor
from accounts.context import accounts
from accounts.errors import OfferOver
from accounts.one_time_codes import new_secret, otpauth, spelled
from accounts.queries.second_factor_state import offered_secret
from engine.authorization import Actor


@dataclass(frozen=True)
class Offer:
    """What an authenticator is told of a new secret."""

    address: str  # otpauth://…, for a QR picture or a link
    secret: str  # for typing, in groups of four


def begin(username: str, password: str) -> None:
    """Offer a new secret. Raises BadCredentials, AccountLocked, TooManyAttempts."""
    here, who = accounts(), confirm_password(username, password)
    here.engine.run(offer_second_factor, who.actor, here.factors.vault.seal(new_secret(), who.actor.id or 0))


def offer_of(actor: Actor) -> Offer:
    """What was offered within the last ten minutes. Raises OfferOver."""
    here = accounts()
    with here.engine.read() as connection:
        sealed = offered_secret(connection, actor, here.engine.resources.clock.now(connection))
    secret = here.factors.vault.open(sealed, actor.id or 0) if sealed else None
    if secret is None:
        raise OfferOver
    return Offer(otpauth(secret, actor.name), spelled(secret))


def confirm(actor: Actor, code: str) -> tuple[str, ...]:
    """The recovery codes, shown now and never again. Raises OfferOver, CodeWrong."""
    here = accounts()
    return here.engine.run(confirm_second_factor, actor, code, here.factors)


def turn_off(username: str, password: str) -> None:
    """Raises SecondFactorKept, BadCredentials, AccountLocked, TooManyAttempts."""
    here, who = accounts(), confirm_password(username, password)
    here.engine.run(turn_off_second_factor, who.actor, here.factors)
