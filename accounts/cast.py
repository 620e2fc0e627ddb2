"""The roles of the catalogue as parts of a trial: each is played by one invented person."""

from __future__ import annotations

from accounts.roles import ROLES
from maintenance.trial.cast import Part

CAST = tuple(Part(role.key, role.zh, role.en, role.kinds, role.permissions) for role in ROLES)
