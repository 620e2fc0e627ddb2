"""Add an organisation: a client (业主), a contractor, a carrier or a power unit."""

from __future__ import annotations

import re

from sqlalchemy import insert, select

from accounts.errors import NameTaken
from engine.authorization import ENGINE, require
from engine.errors import Invalid, Words
from engine.models import Organisation
from engine.unit_of_work import UnitOfWork

KINDS = {
    "client": Words("业主单位", "client"),
    "contractor": Words("运维单位", "contractor"),
    "carrier": Words("网络运营商", "network carrier"),
    "power_unit": Words("取电单位", "power unit"),
}
MAX_NAME = 200
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}")


def create_organisation(uow: UnitOfWork, key: str, name: str, kind: str) -> int:
    """The new id. `kind`: one of KINDS. Only the command line makes clients. Raises Forbidden, Invalid, NameTaken."""
    require(uow.actor, "user.admin")
    _check(uow, key, name, kind)
    if uow.connection.scalar(select(Organisation.id).where(Organisation.key == key)) is not None:
        raise NameTaken(name=key)
    organisation_id: int = uow.connection.execute(
        insert(Organisation).values(key=key, name=name, kind=kind).returning(Organisation.id)
    ).scalar_one()
    uow.loose_fact("organisation_created", organisation_id=organisation_id, key=key, name=name, kind=kind)
    return organisation_id


def _check(uow: UnitOfWork, key: str, name: str, kind: str) -> None:
    """Raises Invalid with every field that is not right."""
    fields: dict[str, list[dict[str, str]]] = {}
    if not _KEY.fullmatch(key):
        words = {
            "zh": "须为 1 至 60 位小写字母、数字或 _ -，以字母开头。",
            "en": "1 to 60 of a-z 0-9 _ -, a letter first.",
        }
        fields["key"] = [{"code": "format", **words}]
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        words = {"zh": f"请填写 1 至 {MAX_NAME} 字。", "en": f"Write 1 to {MAX_NAME} letters."}
        fields["name"] = [{"code": "length", **words}]
    if kind not in KINDS or (kind == "client" and uow.actor is not ENGINE):
        fields["kind"] = [{"code": "not_a_choice", "zh": "请选择列出的选项。", "en": "Choose one of the options."}]
    if fields:
        raise Invalid(fields)
