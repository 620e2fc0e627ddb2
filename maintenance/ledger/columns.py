"""The columns of the ledger: what files and the API call them, and what may stand in each (rulebook 7.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import Words

Kind = Literal["text", "latitude", "longitude", "yes_no", "choice", "date", "ip"]
Subject = Literal["point", "device"]

POINT_STATES = {
    "active": Words("在用", "active"),
    "deferred": Words("暂缓", "deferred"),
    "dismantled": Words("已拆除", "dismantled"),
    "awaiting_restore": Words("待恢复", "awaiting restore"),
    "retired": Words("已停用", "retired"),
}
DEVICE_STATES = {
    "active": Words("在用", "active"),
    "faulty": Words("故障", "faulty"),
    "replaced": Words("已更换", "replaced"),
    "retired": Words("已停用", "retired"),
}
DEVICE_KINDS = {
    "camera": Words("相机", "camera"),
    "signal": Words("信号灯", "signal"),
    "light": Words("补光灯", "fill light"),
    "pole": Words("立杆", "pole"),
    "box": Words("机箱", "cabinet"),
    "cable": Words("线缆", "cable"),
    "plate": Words("点位牌", "plate"),
    "power": Words("供电设备", "power"),
    "network": Words("网络设备", "network"),
    "room": Words("机房设备", "room hardware"),
    "platform": Words("平台", "platform"),
}
"""What stands at points: the parts that rulebook 7.1 lists, and signals."""


@dataclass(frozen=True)
class Column:
    """One column of points or devices."""

    key: str  # in the API and in history
    zh: str  # the heading that templates and exports write
    en: str
    kind: Kind = "text"
    limit: int = 100  # characters of a text
    required: bool = False
    aliases: tuple[str, ...] = ()  # other headings that are understood
    choices: Mapping[str, Words] = field(default_factory=dict)
    restricted: bool = False  # shown to nobody but who may edit the ledger, and only in recorded exports
    example: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.zh, self.en, self.key, *self.aliases)


@dataclass(frozen=True)
class Book:
    """One half of the ledger: all points or all devices."""

    subject: Subject
    zh: str  # the sheet's name
    en: str
    key: str  # the column that tells one row from another
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


POINTS = Book(
    "point",
    "点位",
    "points",
    "code",
    (
        Column(
            "code", "点位编号", "point code", limit=60, required=True, aliases=("编号", "点位号"), example="DW-0001"
        ),
        Column("name", "点位名称", "point name", limit=200, required=True, aliases=("名称",), example="示例路示例街口"),
        Column("plate", "点位牌号", "plate", limit=60, aliases=("号牌编号", "牌号")),
        Column("road", "道路", "road", limit=200, aliases=("路段", "所在道路"), example="示例路"),
        Column("district", "辖区", "district", aliases=("区县", "行政区"), example="示例区"),
        Column("direction", "方向", "direction", limit=60, aliases=("朝向", "监控方向"), example="由东向西"),
        Column("pole", "杆号", "pole", limit=60, aliases=("立杆编号", "杆件编号")),
        Column("latitude", "纬度", "latitude", "latitude", aliases=("lat",), example="35.0210"),
        Column("longitude", "经度", "longitude", "longitude", aliases=("lon", "lng"), example="115.4980"),
        Column("key_site", "重点点位", "key site", "yes_no", aliases=("是否重点", "是否重点点位"), example="否"),
        Column("state", "状态", "state", "choice", aliases=("点位状态",), choices=POINT_STATES, example="在用"),
        Column("contract", "合同编号", "contract", limit=60, aliases=("合同", "contract number")),
        Column("network_unit", "网络运营商", "network unit", aliases=("网络单位",)),
        Column("power_unit", "取电单位", "power unit", aliases=("供电单位",)),
        Column("installed_on", "安装日期", "installed on", "date", aliases=("建设日期",), example="2026-03-01"),
    ),
)

DEVICES = Book(
    "device",
    "设备",
    "devices",
    "serial",
    (
        Column(
            "serial",
            "设备序列号",
            "serial",
            required=True,
            aliases=("序列号", "sn", "serial number", "出厂编号"),
            example="00123456",
        ),
        Column(
            "point",
            "点位编号",
            "point code",
            limit=60,
            required=True,
            aliases=("所在点位", "点位号"),
            example="DW-0001",
        ),
        Column(
            "kind",
            "设备类型",
            "kind",
            "choice",
            required=True,
            aliases=("类型", "type", "device kind"),
            choices=DEVICE_KINDS,
            example="相机",
        ),
        Column("model", "型号", "model", aliases=("设备型号", "规格型号")),
        Column("state", "状态", "state", "choice", aliases=("设备状态",), choices=DEVICE_STATES, example="在用"),
        Column("ip", "IP地址", "ip", "ip", aliases=("ip address",), restricted=True),
        Column("firmware", "固件版本", "firmware", limit=60, aliases=("固件", "软件版本")),
        Column("installed_on", "安装日期", "installed on", "date", example="2026-03-01"),
        Column("warranty_until", "质保到期", "warranty until", "date", aliases=("质保期至", "保修期至")),
        Column("certificate_until", "检定有效期", "certificate until", "date", aliases=("检定有效期至", "证书有效期")),
    ),
)

BOOKS = (POINTS, DEVICES)


def folded(heading: str) -> str:
    """A heading as it is compared: no blanks, no underscores, no mark of a required column, small letters."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(letter for letter in plain if not letter.isspace() and letter not in "_*")


def by_heading(book: Book) -> dict[str, Column]:
    """Every heading that is understood, folded -> its column."""
    return {folded(heading): column for column in book.columns for heading in column.headings}
