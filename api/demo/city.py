"""Who lives in the demo city: organisations, people and contracts. Every name, number and place is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PASSWORD = "Demo-city-2026"  # noqa: S105 -- printed at start; the demo city holds nothing real
CLIENT, CONTRACTOR, FORMER, CARRIER, POWER = "client", "contractor", "former", "carrier", "power"

ORGANISATIONS = (
    (CLIENT, "青川市公安局交警支队", "client"),
    (CONTRACTOR, "明路交通设施运维公司", "contractor"),
    (FORMER, "安顺电子工程公司", "contractor"),
    (CARRIER, "青川通信网络公司", "carrier"),
    (POWER, "青川供电所", "power_unit"),
)
"""Key, name, kind."""


@dataclass(frozen=True)
class Resident:
    """A person of the demo city."""

    username: str
    name: str
    organisation: str
    role: str


PEOPLE = (
    Resident("reporter", "白小禾", CLIENT, "reporter"),
    Resident("reporter2", "苗青", CLIENT, "reporter"),
    Resident("officer", "方正", CLIENT, "line_officer"),
    Resident("owner", "江月", CLIENT, "owner_approver"),
    Resident("auditor", "严明", CLIENT, "auditor"),
    Resident("process-owner", "林绘", CLIENT, "process_owner"),
    Resident("process-owner2", "文阅", CLIENT, "process_owner"),
    Resident("operator", "钟时", CLIENT, "operator"),
    Resident("administrator", "管城", CLIENT, "admin"),
    Resident("dispatcher", "丁派", CONTRACTOR, "dispatcher"),
    Resident("engineer", "石修", CONTRACTOR, "field_engineer"),
    Resident("engineer2", "陆路", CONTRACTOR, "field_engineer"),
    Resident("engineer3", "高杆", CONTRACTOR, "field_engineer"),
    Resident("engineer4", "米线", CONTRACTOR, "field_engineer"),
    Resident("resident", "常驻", CONTRACTOR, "resident_engineer"),
    Resident("headoffice", "何援", CONTRACTOR, "head_office"),
    Resident("leader", "程管", CONTRACTOR, "contractor_lead"),
    Resident("dispatcher2", "安派", FORMER, "dispatcher"),
    Resident("engineer5", "顺工", FORMER, "field_engineer"),
    Resident("leader2", "顾全", FORMER, "contractor_lead"),
    Resident("integrator", "齐成", FORMER, "integrator"),
    Resident("carrier", "光纤", CARRIER, "network_unit"),
    Resident("power", "电亮", POWER, "power_unit"),
)

ROLE_OF = {person.username: person.role for person in PEOPLE}


@dataclass(frozen=True)
class Crew:
    """Who works on the tickets of a contract."""

    dispatcher: str
    engineers: tuple[str, ...]
    leader: str


@dataclass(frozen=True)
class DemoContract:
    """A contract by days before (below zero) and after the present."""

    number: str
    name: str
    contractor: str
    starts: int
    ends: int
    crew: Crew
    has_head_office: bool
    overrides: Mapping[str, Any] = field(default_factory=dict)  # single figures of its own


MAIN = DemoContract(
    "QC-2026-007",
    "交通违停抓拍设施运维服务合同",
    CONTRACTOR,
    -200,
    895,  # 3 years in all (FC 2.1, R-317)
    Crew("dispatcher", ("engineer", "engineer2", "engineer3", "engineer4"), "leader"),
    has_head_office=True,
    overrides={"deferral": {"enabled": True, "cap": "P15D"}},
)
ENDED = DemoContract(
    "QC-2023-002",
    "老城区抓拍设备维保合同",
    FORMER,
    -1115,
    -20,  # repairs of the last 20 days are charged
    Crew("dispatcher2", ("engineer5",), "leader2"),
    has_head_office=False,
)
CONTRACTS = (MAIN, ENDED)
