"""What the demo city is made of. Every name, number and place is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

PASSWORD = "Demo-city-2026"  # noqa: S105 -- printed at start; the demo city holds nothing real
CLIENT, CONTRACTOR = "client", "contractor"


@dataclass(frozen=True)
class Resident:
    """A person of the demo city."""

    username: str
    name: str
    organisation: str
    role: str


ORGANISATIONS = ((CLIENT, "青川市公安局交警支队", "client"), (CONTRACTOR, "明路交通设施运维公司", "contractor"))

PEOPLE = (
    Resident("reporter", "白小禾", CLIENT, "reporter"),
    Resident("officer", "方正", CLIENT, "line_officer"),
    Resident("owner", "江月", CLIENT, "owner_approver"),
    Resident("auditor", "严明", CLIENT, "auditor"),
    Resident("process-owner", "林绘", CLIENT, "process_owner"),
    Resident("operator", "钟时", CLIENT, "operator"),
    Resident("administrator", "管城", CLIENT, "admin"),
    Resident("dispatcher", "丁派", CONTRACTOR, "dispatcher"),
    Resident("engineer", "石修", CONTRACTOR, "field_engineer"),
    Resident("engineer2", "陆路", CONTRACTOR, "field_engineer"),
    Resident("headoffice", "何援", CONTRACTOR, "head_office"),
    Resident("leader", "程管", CONTRACTOR, "contractor_lead"),
)

ROADS = ("滨河路", "人民路", "长宁街", "学府路", "新城大道", "南环路")
CROSSINGS = ("东口", "西口", "中段")
DEVICE_KINDS = ("camera", "camera", "signal")
FIRST_POINT = (35.0210, 115.4980)  # degrees; somewhere on a plain

CONTRACT = {"number": "QC-2026-007", "name": "交通违停抓拍设施运维服务合同", "pack_key": "FC"}
OVERRIDES = {"deferral": {"enabled": True, "cap": "P15D"}}

Rows = list[tuple[Any, ...]]


def points() -> tuple[tuple[str, ...], Rows]:
    """Columns and rows of the ledger's points."""
    latitude, longitude = FIRST_POINT
    rows: Rows = [
        (
            f"QC{number:03}",
            f"{road}{crossing}违停抓拍点",
            *(road, "城关", latitude + number // 6 * 0.004, longitude + number % 6 * 0.005),
            *(number % 7 == 0, CONTRACT["number"]),
        )
        for number, (road, crossing) in enumerate(product(ROADS, CROSSINGS), start=1)
    ]
    return ("code", "name", "road", "district", "latitude", "longitude", "key_site", "contract"), rows


def devices() -> tuple[tuple[str, ...], Rows]:
    """Columns and rows of the ledger's devices: one to three at each point."""
    rows: Rows = [
        (f"SN{number:03}{position}", f"QC{number:03}", kind, "VX-200")
        for number in range(1, len(ROADS) * len(CROSSINGS) + 1)
        for position, kind in enumerate(DEVICE_KINDS[: 1 + number % 3], start=1)
    ]
    return ("serial", "point", "kind", "model"), rows


@dataclass(frozen=True)
class Ticket:
    """A fault to be played: reported so many minutes ago, then done step by step."""

    minutes_ago: int
    point: int  # index in the ledger
    category: str
    impact: str
    symptom: str
    steps: tuple[tuple[int, str, str, dict[str, Any]], ...] = field(default_factory=tuple)
    """(minutes after the report, who, element id, form)"""


_RESPOND = ("engineer", "respond", {"responded_how": "phone"})
_ARRIVE = ("engineer", "arrive", {"place": "路口东北角立杆下"})
_FOUND = {"cause": "电源适配器损坏", "finding": "无 12 V 输出，指示灯不亮", "repairable_on_site": "yes"}
_FIXED = {"procedure": "更换电源适配器，恢复供电，画面正常", "result": "fixed"}

TICKETS = (
    Ticket(
        300,
        2,
        "image",
        "system_down",
        "夜间画面全黑，白天正常",
        (
            (4, "dispatcher", "dispatch", {"engineer": "engineer", "note": "带一套 12 V 电源"}),
            (7, *_RESPOND),
            (26, *_ARRIVE),
            (55, "engineer", "diagnose", _FOUND),
            (120, "engineer", "repair", _FIXED),
        ),
    ),
    Ticket(
        140,
        5,
        "upload",
        "all_upload_down",
        "抓拍图片两小时没有上传到平台",
        (
            (13, "dispatcher", "dispatch", {"engineer": "engineer2"}),
            (15, "engineer2", "respond", {"responded_how": "remote"}),
            (42, "engineer2", "arrive", {"place": "路侧机箱旁"}),
        ),
    ),
    Ticket(
        25,
        9,
        "capture",
        "local_point_fault",
        "违停车辆进入区域后不抓拍",
        ((3, "dispatcher", "dispatch", {"engineer": "engineer"}), (6, *_RESPOND)),
    ),
    Ticket(8, 11, "network", "local_point_fault", "设备离线，平台显示红色"),
    Ticket(1, 14, "power", "platform_login_down", "整杆断电，补光灯和相机都不亮"),
)
