"""Events of no case in words: sign-ins, accounts, publications, designs, the ledger, exports."""

from __future__ import annotations

from collections.abc import Callable

from accounts.roles import BY_KEY
from web.design_records import DESIGN_RECORDS
from web.frame import group_name, listed
from web.sentences import Line
from web.words import _


def _whose(line: Line) -> str:
    """The person whom an event is about."""
    user = line.fact.get("user")
    return line.told.users.get(user, "–") if isinstance(user, int) else "–"


def _failed(line: Line) -> str:
    words = _("Sign-in refused: %(whose)s, from %(ip)s", whose=_whose(line), ip=line.fact.get("ip") or "–")
    minutes = line.fact.get("locked_minutes")
    return words + _("; locked for %(minutes)s min", minutes=minutes) if minutes else words


def _leaked(line: Line) -> str:
    return _("%(whose)s reported a leaked account: %(sessions)s sessions and %(keys)s API keys ended",
             whose=_whose(line), sessions=line.fact["sessions"], keys=line.fact["keys"])  # fmt: skip


def _roles(line: Line) -> str:
    known = [group_name(role) for role in line.fact.get("roles", []) if role in BY_KEY]
    return _("Roles as delivered: %(roles)s", roles=listed(known) or "–")


def _ledger(line: Line) -> str:
    what = line.fact.get("code") or line.fact.get("serial") or line.fact.get("old") or ""
    return _("%(who)s changed the ledger %(what)s", who=line.who, what=what).strip()


def _ledger_exported(line: Line) -> str:
    parts = {"points": line.fact.get("points", 0), "devices": line.fact.get("devices", 0)}
    words = _("%(who)s exported the ledger: %(points)s points, %(devices)s devices", who=line.who, **parts)
    return words + _(", with restricted columns") if line.fact.get("restricted") else words


def _history_exported(line: Line) -> str:
    format = str(line.fact.get("format", "")).upper()
    words = _("%(who)s exported history: %(rows)s rows as %(format)s",
              who=line.who, rows=line.fact.get("rows", 0), format=format)  # fmt: skip
    asked = listed([f"{name}={value}" for name, value in sorted(line.fact.get("filter", {}).items())])
    return words + _(" (filter: %(filter)s)", filter=asked) if asked else words


def _verified(line: Line) -> str:
    what = line.fact.get("number") or _("everything within sight")
    parts = {"rows": line.fact.get("rows", 0), "damages": line.fact.get("damages", 0)}
    return _("%(who)s verified %(what)s: %(rows)s rows, %(damages)s damages", who=line.who, what=what, **parts)


def _start_failed(line: Line) -> str:
    return _("A timed start of “%(process)s” failed (%(code)s)",
             process=line.fact.get("process", "–"), code=line.fact.get("code", "–"))  # fmt: skip


def _organisation(line: Line) -> str:
    return _("%(who)s added the organisation %(name)s", who=line.who, name=line.fact.get("name", "–"))


RECORDS: dict[str, Callable[[Line], str]] = {
    "signed_in": lambda line: _("%(who)s signed in from %(ip)s", who=line.who, ip=line.fact.get("ip") or "–"),
    "signed_out": lambda line: _("%(who)s signed out", who=line.who),
    "session_displaced": lambda line: _("%(who)s: a session was ended by a newer sign-in", who=line.who),
    "session_idle": lambda line: _("%(who)s: a session was ended, long unused", who=line.who),
    "session_expired": lambda line: _("%(who)s: a session has reached its age", who=line.who),
    "session_revoked": lambda line: _("%(who)s: a session was ended from elsewhere", who=line.who),
    "sign_in_failed": _failed,
    "password_changed": lambda line: _("%(who)s changed the password", who=line.who),
    "password_reset": lambda line: _("%(whose)s set a new password by a one-time link", whose=_whose(line)),
    "password_reset_asked": lambda line: _("A forgotten password was reported: %(whose)s, from %(ip)s",
                                           whose=_whose(line), ip=line.fact.get("ip") or "–"),
    "reset_link_issued": lambda line: _("%(who)s issued a one-time link for the password of %(whose)s",
                                        who=line.who, whose=_whose(line)),
    "account_leaked": _leaked,
    "second_factor_set_up": lambda line: _("%(whose)s set up one-time codes for signing in", whose=_whose(line)),
    "second_factor_removed": lambda line: _("%(who)s took away the one-time codes of %(whose)s",
                                            who=line.who, whose=_whose(line)),
    "recovery_code_used": lambda line: _("%(whose)s signed in with a recovery code", whose=_whose(line)),
    "user_created": lambda line: _("%(who)s added the user %(name)s",
                                   who=line.who, name=line.fact.get("username", "–")),
    "api_key_created": lambda line: _("%(who)s made an API key for %(whose)s (%(prefix)s…)",
                                      who=line.who, whose=_whose(line), prefix=line.fact.get("prefix", "–")),
    "api_key_revoked": lambda line: _("%(who)s revoked an API key of %(whose)s", who=line.who, whose=_whose(line)),
    "organisation_created": _organisation,
    "roles_changed": _roles,
    "definition_published": lambda line: _("%(who)s published the process %(key)s, version %(version)s",
                                           who=line.who, key=line.fact["key"], version=line.fact["version"]),
    "decisions_published": lambda line: _("%(who)s published the decision tables %(key)s, version %(version)s",
                                          who=line.who, key=line.fact["key"], version=line.fact["version"]),
    "pack_published": lambda line: _("%(who)s published the policy pack %(key)s, version %(version)s",
                                     who=line.who, key=line.fact["pack"], version=line.fact["version"]),
    "signal_sent": lambda line: _("%(who)s sent the signal “%(name)s”", who=line.who, name=line.fact.get("event", "–")),
    "start_failed": _start_failed,
    "contract_created": lambda line: _("%(who)s wrote down the contract %(number)s",
                                       who=line.who, number=line.fact.get("number", "–")),
    "ledger_changed": _ledger,
    "ledger_exported": _ledger_exported,
    "history_exported": _history_exported,
    "history_verified": _verified,
    "uploads_discarded": lambda line: _("%(count)s uploads that nobody used were discarded",
                                        count=line.fact.get("count", 0)),
    **DESIGN_RECORDS,
}  # fmt: skip
"""Type of a fact -> its sentence."""
