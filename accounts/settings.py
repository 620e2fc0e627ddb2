"""What an operator may set about signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class AccountSettings:
    """Figures without a source clause are the house's choice."""

    secret_key: str  # signs the session cookie
    password_salt: str  # mixed into every password before it is hashed
    session_idle_minutes: int = 30  # a session ends after so long without use
    session_hours: int = 12  # and after so long at the latest
    password_age_days: int = 90  # an older password must be changed before the next sign-in
    cookie_secure: bool = True  # False only for 127.0.0.1 and tests
    single_session: bool = True  # one live browser session for each account
    second_factor_roles: frozenset[str] = frozenset()  # keys of roles that must sign in with a second factor

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def lifetime(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def password_age(self) -> timedelta:
        return timedelta(days=self.password_age_days)
