"""What accounts need beside the engine's identity tables: sessions, tries, keys, factors, former passwords, links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from engine.models.base import BigId


class LiveSession(Base):
    """A browser signed in as a user. The browser holds the token, the database only its SHA-256."""

    __tablename__ = "live_session"
    __table_args__ = (Index("ix_live_session_user", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # within a minute
    ip: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))  # a key of accounts.live_sessions.REFUSALS


class SignInAttempt(Base):
    """Wrong passwords of late: a tally for each name tried and each address. A name nobody has is counted alike."""

    __tablename__ = "sign_in_attempt"

    subject: Mapped[str] = mapped_column(
        String(80), primary_key=True
    )  # "name:" + HMAC of the name, "address:" + network
    failures: Mapped[int]  # within the window
    since: Mapped[datetime]  # the window's beginning
    last_at: Mapped[datetime] = mapped_column(index=True)
    locks: Mapped[int]  # locks in a row: each doubles the wait
    locked_until: Mapped[datetime | None]


class ApiKey(Base):
    """A machine's key: acts as its owner, never with more than its scopes."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(12))  # shown in lists, so that a key found in a log can be named
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of the whole key
    scopes: Mapped[list[str]]  # permissions
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # within an hour


class SignInFailure(Base):
    """A wrong password or code, for the account's owner to look back at; a name that nobody has is kept alike."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_user", "user_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(index=True)  # for 90 days
    ip: Mapped[str] = mapped_column(String(45))
    wrong: Mapped[str] = mapped_column(String(10))  # "password" or "code"


class SecondFactor(Base):
    """Somebody's authenticator. Secrets are sealed (accounts.vault); an offered one counts when a code proves it."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]  # together with `secret`
    last_step: Mapped[int | None] = mapped_column(BigInteger)  # of the last code that was used; older ones are refused
    offered: Mapped[bytes | None] = mapped_column(LargeBinary)
    offered_at: Mapped[datetime | None]  # together with `offered`


class RecoveryCode(Base):
    """One of ten codes that each stand once for a lost authenticator. Only its SHA-256 is stored."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class FormerPassword(Base):
    """The hash of a password that was replaced; the last few may not be used again."""

    __tablename__ = "former_password"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    replaced_at: Mapped[datetime]


class ResetRequest(Base):
    """Somebody says that the password is forgotten. An account has one open request at the most."""

    __tablename__ = "reset_request"
    __table_args__ = (
        Index(
            "uq_reset_request_open",
            "user_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    ip: Mapped[str] = mapped_column(String(45))
    closed_at: Mapped[datetime | None]  # a link was issued, or the password was changed


class ResetLink(Base):
    """A one-time address behind which its holder sets a new password. Only the token's SHA-256 is stored."""

    __tablename__ = "reset_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))  # used, replaced, changed (the password, otherwise)
