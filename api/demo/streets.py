"""The ledger of the demo city: 200 points along invented streets, and the 260 devices that stand there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from api.demo.city import ENDED, MAIN, DemoContract

ROADS = (
    *("滨河路", "人民路", "长宁街", "学府路"),
    *("新城大道", "南环路", "青年路", "柳荫街"),
    *("科创路", "文昌街", "东风大道", "桃源路"),
    *("北岭路", "丰收路", "光明街", "站前路"),
    *("龙泉街", "银杏路", "石桥路", "望江路"),
)
DISTRICTS = ("城关", "河东", "新城", "开发区", "北岭")
PLACES = ("东口", "西口", "中段", "小学门前", "医院门前", "市场北门", "公园南侧", "公交站旁", "桥头", "与内环路口")
FACING = ("由东向西", "由西向东", "由南向北", "由北向南")
FIRST = (35.0210, 115.4980)  # degrees; somewhere on a plain
POINTS = len(ROADS) * len(PLACES)
OLD_TOWN = range(POINTS - 13, POINTS + 1)  # the points of the ended contract
SECOND_DEVICES = ("signal", "light", "box", "network", "power", "plate")
MODELS = {"camera": "VX-200", "signal": "SG-3", "light": "BL-15", "box": "JX-80", "network": "NS-8", "power": "PS-12"}

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Site:
    """A point with the serials that stand there."""

    code: str
    serials: tuple[str, ...]
    contract: DemoContract


def sites() -> list[Site]:
    """By number. Three points of ten have a second device: 260 in all."""
    return [
        Site(f"QC{n:03}", tuple(f"SN{n:03}{k}" for k in range(1, 3 if n % 10 in (1, 4, 7) else 2)), _contract(n))
        for n in range(1, POINTS + 1)
    ]


def points(today: date) -> tuple[tuple[str, ...], Rows]:
    """Columns and rows of the ledger's points."""
    rows: Rows = []
    for number, (road, place) in enumerate(product(range(len(ROADS)), range(len(PLACES))), start=1):
        north, east = FIRST[0] + road * 0.0043, FIRST[1] + place * 0.0057 + road % 3 * 0.0011
        rows.append(
            (
                *(f"QC{number:03}", f"{ROADS[road]}{PLACES[place]}违停抓拍点", f"青抓{number:03}", ROADS[road]),
                *(DISTRICTS[road // 4], FACING[number % 4], f"G{road + 1:02}-{place + 1:02}"),
                *(round(north, 6), round(east, 6), number % 7 == 0, _contract(number).number),
                *("青川通信网络公司", "青川供电所", today - timedelta(days=900 - number * 3)),
            )
        )
    return (
        *("code", "name", "plate", "road", "district", "direction", "pole", "latitude", "longitude"),
        *("key_site", "contract", "network_unit", "power_unit", "installed_on"),
    ), rows


def devices(today: date) -> tuple[tuple[str, ...], Rows]:
    """Columns and rows of the ledger's devices. Addresses are of a net that belongs to nobody."""
    rows: Rows = []
    for number, site in enumerate(sites(), start=1):
        for position, serial in enumerate(site.serials):
            kind = "camera" if position == 0 else SECOND_DEVICES[number % len(SECOND_DEVICES)]
            installed = today - timedelta(days=900 - number * 3)
            rows.append(
                (
                    *(serial, site.code, kind, MODELS.get(kind), f"192.0.2.{number}" if kind == "camera" else None),
                    *("4.2.1" if kind == "camera" else None, installed, installed + timedelta(days=1096)),
                )
            )
    return ("serial", "point", "kind", "model", "ip", "firmware", "installed_on", "warranty_until"), rows


def _contract(number: int) -> DemoContract:
    return ENDED if number in OLD_TOWN else MAIN
