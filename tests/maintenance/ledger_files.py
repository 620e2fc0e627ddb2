"""Tables for tests of the ledger: as a clerk would make them, and as one would rather not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

POINT_HEADINGS = ("点位编号", "点位名称", "道路", "纬度", "经度", "重点点位", "安装日期")
DEVICE_HEADINGS = ("设备序列号", "点位编号", "设备类型", "型号")


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> bytes:
    lines = [delimiter.join(headings), *(delimiter.join(map(str, row)) for row in rows)]
    return "\r\n".join(lines).encode()


def xlsx_of(sheets: Mapping[str, Sequence[Sequence[Any]]], mend: Callable[[Workbook], None] | None = None) -> bytes:
    """`mend`: a last touch before it is saved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if mend is not None:
        mend(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The workbook with other parts; `__` in a name stands for a slash, and `.xml` is added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        changed = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
        for name in [*old.namelist(), *(set(changed) - set(old.namelist()))]:
            new.writestr(name, changed.get(name) or old.read(name))
    return target.getvalue()


def city(points: int, devices: int) -> bytes:
    """A table of so many invented points and devices."""
    places = [(f"DW-{n:05}", f"示例路 {n} 号", "示例路", 35.0, 115.5, "否", "2026-03-01") for n in range(points)]
    things = [(f"{n:08}", f"DW-{n % points:05}", "相机", "VX-200") for n in range(devices)]
    return xlsx_of({"点位": [POINT_HEADINGS, *places], "设备": [DEVICE_HEADINGS, *things]})
