"""/api/v1/contracts: who maintains for whom, and by which pack that is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.created import IdSchema
from api.schemas.packs import ContractBody, ContractPage, ContractQuery
from maintenance.commands.create_contract import ContractTerms, create_contract
from maintenance.queries.contract_list import contract_list

blueprint = MachineBlueprint("contracts", "合同: who maintains for whom")


@blueprint.get("/contracts")
@requires("ledger.read")
@operation(
    blueprint, "Contracts of one's organisation, on either side, newest first", ContractPage, query=ContractQuery
)
def list_contracts(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return contract_list(connection, current_actor(), **query)


@blueprint.post("/contracts")
@requires("contract.edit")
@operation(
    blueprint,
    "Write down a contract of one's organisation",
    IdSchema,
    status=201,
    body=ContractBody,
    refuses=(404,),
    repeatable=True,
)
def add_contract(body: Mapping[str, Any]) -> Any:
    return {"id": act(create_contract, own_organisation(), ContractTerms(**body))}, 201
