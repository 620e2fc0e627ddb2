"""The roles of the catalogue as parts of a trial: each is played by an invented person of one organisation."""

from __future__ import annotations

from accounts.roles import ROLES, CatalogueRole
from maintenance.trial.cast import ORGANISATIONS, Part


def _part(role: CatalogueRole) -> Part:
    """Who may work for a contractor does; a client's own people are those that can be no contractor's."""
    order = ("contractor", *(kind for kind in ORGANISATIONS if kind != "contractor"))
    kind = "client" if role.key == "admin" else next(kind for kind in order if kind in role.kinds)
    return Part(role.key, role.zh, role.en, kind, role.permissions)


CAST = tuple(_part(role) for role in ROLES)
