"""What signing in needs beside the engine's identity tables: live sessions, tallies of wrong passwords, API keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
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
    end_reason: Mapped[str | None] = mapped_column(String(20))  # signed_out, displaced, idle, expired, revoked


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
