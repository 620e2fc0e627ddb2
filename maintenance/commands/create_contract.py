"""Write down a contract: who maintains for whom, from when to when, and by which figures that is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from engine.calendar import SHANGHAI
from engine.errors import Invalid
from engine.models import Organisation
from engine.unit_of_work import UnitOfWork
from maintenance.ledger.changing import require_keeper
from maintenance.models import Contract, PolicyPack
from maintenance.packs.load import load
from maintenance.packs.notes import PackRefused
from maintenance.packs.resolve import resolve

MAX_NUMBER, MAX_NAME = 60, 200


@dataclass(frozen=True)
class ContractTerms:
    """合同 as it is written down."""

    number: str  # 合同编号
    name: str
    contractor: str  # key of the organisation
    pack_key: str  # a published policy pack
    starts_on: date  # local days of the client, both included
    ends_on: date
    overrides: Mapping[str, Any] = field(default_factory=dict)  # as maintenance.packs.resolve reads them


def create_contract(uow: UnitOfWork, organisation_id: int, terms: ContractTerms) -> int:
    """The new id. Raises Forbidden, NotFound (client), Invalid per field."""
    require_keeper(uow.connection, uow.actor, organisation_id, "contract.edit")
    problems: dict[str, list[dict[str, str]]] = {}
    contractor_id = uow.connection.scalar(select(Organisation.id).where(Organisation.key == terms.contractor))
    if contractor_id is None or contractor_id == organisation_id:
        problems["contractor"] = [_problem("not_a_choice", "没有这个运维单位。", "There is no such contractor.")]
    for name, text, limit in (("number", terms.number, MAX_NUMBER), ("name", terms.name, MAX_NAME)):
        if not 0 < len(text.strip()) <= limit or not text.isprintable():
            problems[name] = [_problem("length", f"请填写 1 至 {limit} 字。", f"Write 1 to {limit} letters.")]
    known = select(Contract.id).where(Contract.organisation_id == organisation_id, Contract.number == terms.number)
    if uow.connection.scalar(known.limit(1)) is not None:
        problems["number"] = [_problem("taken", "合同编号已存在。", "The number is taken.")]
    if terms.ends_on < terms.starts_on:
        problems["ends_on"] = [_problem("period", "结束日期早于开始日期。", "It ends before it starts.")]
    problems |= _pack_problems(uow, terms)
    if problems:
        raise Invalid(problems)
    values = {
        "organisation_id": organisation_id,
        "contractor_id": contractor_id,
        "number": terms.number.strip(),
        "name": terms.name.strip(),
        "pack_key": terms.pack_key,
        "overrides": dict(terms.overrides),
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
    }
    contract_id: int = uow.connection.execute(insert(Contract).values(values).returning(Contract.id)).scalar_one()
    dates = {"starts_on": terms.starts_on.isoformat(), "ends_on": terms.ends_on.isoformat()}
    told = {key: value for key, value in values.items() if key not in ("organisation_id", *dates)}
    uow.loose_fact("contract_created", organisation_id=organisation_id, contract=contract_id, **told, **dates)
    return contract_id


def _pack_problems(uow: UnitOfWork, terms: ContractTerms) -> dict[str, list[dict[str, str]]]:
    """The pack must be published, and the contract's own figures must fit it as it is in force."""
    pack, today = PolicyPack.__table__, uow.now.astimezone(SHANGHAI).date()
    newest = pack.select().where(pack.c.key == terms.pack_key).order_by((pack.c.valid_from <= today).desc())
    found = uow.connection.execute(newest.order_by(pack.c.valid_from.desc(), pack.c.version.desc()).limit(1)).first()
    if found is None:
        return {"pack_key": [_problem("not_a_choice", "没有已发布的这个策略包。", "No such pack is published.")]}
    try:
        resolve(load(found.content.encode(), None), terms.overrides)
    except PackRefused as refused:
        return {"overrides": [_problem(f.code, f.message_zh, f.message_en) for f in refused.findings]}
    return {}


def _problem(code: str, zh: str, en: str) -> dict[str, str]:
    return {"code": code, "zh": zh, "en": en}
