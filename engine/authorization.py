"""Who acts, and what an actor may see. Nothing below `accounts` knows more of a person than an Actor."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import Forbidden


@dataclass(frozen=True)
class Actor:
    """A signed-in person, a machine with an API key, or the engine itself."""

    id: int | None  # the user's id; None: the engine itself
    name: str  # the sign-in name, as history writes it
    organisation_id: int | None  # the organisation the person works for
    display_name: str = ""  # how pages call the person
    roles: frozenset[str] = frozenset()  # role keys of the rulebook, e.g. "field_engineer"
    groups: frozenset[str] = frozenset()  # candidate groups; today the same keys as the roles
    permissions: frozenset[str] = field(default_factory=frozenset)  # e.g. "case.read", "definition.publish"

    def may(self, permission: str) -> bool:
        return permission in self.permissions


ENGINE = Actor(id=None, name="engine", organisation_id=None, display_name="系统", permissions=frozenset({"*"}))
"""The engine acting by itself: timers, outgoing calls, the command line. It sees every organisation."""


def require(actor: Actor, permission: str) -> None:
    """Raise Forbidden unless the actor holds the permission."""
    if actor is not ENGINE and not actor.may(permission):
        raise Forbidden(reason=permission)
