"""What the room keeps with the Flask app: the engine, the settings, a hash to compare with when there is no account."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from accounts.live_sessions import SessionLimits
from accounts.second_factor import FactorRules
from accounts.settings import AccountSettings
from engine.engine import Engine

EXTENSION = "signalbox_accounts"


@dataclass(frozen=True)
class Accounts:
    engine: Engine
    settings: AccountSettings
    factors: FactorRules
    dummy_hash: str  # of a password nobody knows: an unknown name takes as long as a wrong password

    @property
    def limits(self) -> SessionLimits:
        return SessionLimits(self.settings.idle, self.settings.lifetime, self.settings.single_session)


def accounts() -> Accounts:
    """Of the app that serves the present request."""
    installed: Accounts = current_app.extensions[EXTENSION]
    return installed
