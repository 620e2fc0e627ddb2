"""Reading tables for the ledger: what is understood, and what is refused with its row, its column and all at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from maintenance.ledger import grid, xlsx_file
from maintenance.ledger.columns import BOOKS, POINTS, folded
from maintenance.ledger.escaping import escaped, plain
from maintenance.ledger.export import Sheet, template, to_csv, to_xlsx
from maintenance.ledger.findings import WORDS, Findings, LedgerRefused
from maintenance.ledger.grid import LAST_ROW, MAX_COLUMNS, MAX_ROWS, Cell
from maintenance.ledger.table import Table, read_table
from maintenance.ledger.values import coordinates_fault
from tests.maintenance.ledger_files import DEVICE_HEADINGS, POINT_HEADINGS, csv_of, repacked, xlsx_of

MIDNIGHT = datetime(2026, 3, 1)  # noqa: DTZ001 -- as openpyxl gives a day
GOOD = ("P9", "人民路口", "人民路", "35.02", "115.49", "是", "2026/3/1")


def points(table: Table) -> list[dict[str, Any]]:
    assert table.findings.shown == []
    return [row.values for row in table.parts["point"].rows]


def found(content: bytes) -> list[tuple[str, int | None, str | None]]:
    """(code, row, column) of every finding, whether the file can be read on or not."""
    try:
        findings: Findings = read_table(content).findings
    except LedgerRefused as refused:
        return [(one.code, one.row, one.column) for one in refused.findings]
    return [(one.code, one.row, one.column) for one in findings.shown]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_each_encoding_and_with_each_delimiter(encoding: str, delimiter: str) -> None:
    text = csv_of(POINT_HEADINGS, [GOOD], delimiter).decode()
    assert points(read_table(text.encode(encoding))) == [
        {
            "code": "P9",
            "name": "人民路口",
            "road": "人民路",
            "latitude": 35.02,
            "longitude": 115.49,
            "key_site": True,
            "installed_on": date(2026, 3, 1),
        }
    ]


def test_headings_are_known_by_their_aliases_in_both_languages() -> None:
    assert points(read_table(b"Code,NAME*, key_site ,lat,lon\nP1,x,no,1,2")) == [
        {"code": "P1", "name": "x", "key_site": False, "latitude": 1.0, "longitude": 2.0}
    ]


def test_no_heading_means_two_columns() -> None:
    for book in BOOKS:
        headings = [heading for column in book.columns for heading in {folded(one) for one in column.headings}]
        assert sorted(headings) == sorted(set(headings))


def test_one_workbook_holds_both_halves_and_notes_for_people() -> None:
    sheets: dict[str, Any] = {
        "说明": [("先填点位",)],
        "设备": [DEVICE_HEADINGS, ("1", "P9", "相机", "")],
        "Points": [POINT_HEADINGS, GOOD],
    }
    table = read_table(xlsx_of(sheets))
    assert {name: len(part.rows) for name, part in table.parts.items()} == {"device": 1, "point": 1}
    assert table.findings.count == 0


def test_numbers_stay_the_text_they_are() -> None:
    def format_zeros(book: Workbook) -> None:
        sheet: Any = book["设备"]
        sheet["A3"].number_format = "00000"

    rows = [("00123", "P1", "camera", 2000), (123, 7, "相机", 2000.0), (12345678901234567, "P1", "camera", 2.5)]
    table = read_table(xlsx_of({"设备": [DEVICE_HEADINGS, *rows]}, format_zeros))
    first, second, third = (row.values for row in table.parts["device"].rows)
    assert (first["serial"], first["model"]) == ("00123", "2000")
    assert (second["serial"], second["point"], second["model"]) == ("00123", "7", "2000")
    assert "serial" not in third
    assert [(f.code, f.row, f.column) for f in table.findings.shown] == [
        ("ledger_digits", 4, "设备序列号"),
        ("ledger_digits", 4, "型号"),
    ]
    assert points(read_table("点位编号,点位名称\n00123,007".encode()))[0] == {"code": "00123", "name": "007"}


@pytest.mark.parametrize(
    "raw",
    [date(2026, 3, 1), MIDNIGHT, "2026-03-01", "2026-3-1", "2026.03.01", "2026年3月1日", "20260301"],
)
def test_dates_as_the_spreadsheet_has_them_and_as_text(raw: Any) -> None:
    rows = [("点位编号", "点位名称", "安装日期"), ("P1", "x", raw)]
    assert points(read_table(xlsx_of({"点位": rows})))[0]["installed_on"] == date(2026, 3, 1)


@pytest.mark.parametrize("raw", ["2026-02-30", "1.3.2026", 46082, "1985-01-01", MIDNIGHT.replace(hour=8), True])
def test_what_is_no_date_is_told(raw: Any) -> None:
    rows = [("点位编号", "点位名称", "安装日期"), ("P1", "x", raw)]
    assert found(xlsx_of({"点位": rows})) == [("ledger_date", 2, "安装日期")]


def test_blank_rows_in_the_middle_count_but_say_nothing() -> None:
    content = "点位编号,点位名称\n\nP1,a\n , \n\nP2,\n".encode()
    assert found(content) == [("ledger_required", 6, "点位名称")]
    rows = [("点位编号", "点位名称"), (), ("P1", "a"), (None, " "), ("P2", None)]
    assert found(xlsx_of({"点位": rows})) == [("ledger_required", 5, "点位名称")]


def test_all_findings_are_told_at_once_with_row_and_column() -> None:
    rows = [
        DEVICE_HEADINGS,
        ("=1+1", "P1", "相机", ""),
        ("2", "P1", "飞船", "x" * 101),
        (date(2026, 3, 1), "P1", "相机", "a\u200bb"),
    ]
    table = read_table(xlsx_of({"设备": rows}))
    assert table.findings.shown[0].line("zh") == "设备，第 2 行，列“设备序列号”：单元格是公式：请粘贴为数值"
    assert [(f.code, f.row, f.column, f.value) for f in table.findings.shown] == [
        ("ledger_formula", 2, "设备序列号", None),
        ("ledger_choice", 3, "设备类型", "飞船"),
        ("ledger_too_long", 3, "型号", "x" * 39 + "…"),
        ("ledger_text", 4, "设备序列号", "2026-03-01 00:00:00"),
        ("ledger_bad_character", 4, "型号", "a�b"),
    ]
    with pytest.raises(LedgerRefused, match="The table has 5 mistakes"):
        table.findings.settle()


def test_the_first_500_findings_are_shown_and_all_are_counted() -> None:
    table = read_table(csv_of(("点位编号", "点位名称"), [("", "x")] * 700))
    assert (len(table.findings.shown), table.findings.count) == (500, 700)


def merge(book: Workbook) -> None:
    sheet: Any = book["设备"]
    sheet.merge_cells("B2:B3")


PLAIN = {"设备": [DEVICE_HEADINGS, ("1", "P1", "相机", ""), ("2", "P1", "相机", "")]}
BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("xl/workbook.xml", b"<a/>")
    archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
DENSE = io.BytesIO()
with zipfile.ZipFile(DENSE, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("xl/workbook.xml", b"<a/>")
    archive.writestr("xl/worksheets/sheet1.xml", b" " * (2 * 1024 * 1024))
ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w") as archive:
    archive.writestr("word/document.xml", b"<a/>")
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
HEAD = "点位编号,点位名称\n".encode()
BAD = {
    "nothing": (b"", [("ledger_empty", None, None)]),
    "blanks": (b" \r\n ", [("ledger_empty", None, None)]),
    "headings only": (HEAD, [("ledger_no_rows", None, None)]),
    "pdf": (b"%PDF-1.7\n...", [("ledger_not_a_table", None, None)]),
    "html": (b"<html><table></table></html>", [("ledger_not_a_table", None, None)]),
    "bytes": (b"a,b\0c", [("ledger_not_a_table", None, None)]),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, [("ledger_old_excel", None, None)]),
    "too large": (b"x" * (5 * 1024 * 1024 + 1), [("ledger_too_large", None, None)]),
    "neither encoding": (b"\xff\xff,a\n", [("ledger_encoding", None, None)]),
    "open quote": (HEAD + b'P1,"a\n', [("ledger_csv", 2, None)]),
    "a docx": (ZIPPED.getvalue(), [("ledger_not_a_table", None, None)]),
    "a broken zip": (b"PK\x03\x04 nothing more", [("ledger_damaged", None, None)]),
    "cut": (xlsx_of(PLAIN)[:-400], [("ledger_damaged", None, None)]),
    "zip bomb": (BOMB.getvalue(), [("ledger_packed", None, None)]),
    "ratio": (DENSE.getvalue(), [("ledger_packed", None, None)]),
    "entities": (repacked(xlsx_of(PLAIN), xl__workbook=ENTITIES), [("ledger_damaged", None, None)]),
    "utf-16 part": (
        repacked(xlsx_of(PLAIN), xl__workbook=ENTITIES.decode().encode("utf-16")),
        [("ledger_damaged", None, None)],
    ),
    "merged": (xlsx_of(PLAIN, merge), [("ledger_merged", 2, "点位编号"), ("ledger_required", 3, "点位编号")]),
    "no such sheet": (xlsx_of({"x": [("a", "b"), (1, 2)]}), [("ledger_sheet", None, None)]),
    "sheet twice": (xlsx_of({**PLAIN, "devices": PLAIN["设备"]}), [("ledger_sheet_twice", None, None)]),
    "missing column": ("点位编号,道路\nP1,x".encode(), [("ledger_missing_column", 1, None)]),
    "a formula for a heading": (HEAD.strip() + b",=1+1\nP1,a,b", [("ledger_formula", 1, "#3")]),
    "unknown column": (HEAD.strip() + ",颜色\nP1,a,红".encode(), [("ledger_unknown_column", 1, "颜色")]),
    "heading twice": (HEAD.strip() + ",名称\nP1,a,b".encode(), [("ledger_column_twice", 1, "名称")]),
    "no heading": (HEAD + b"P1,a,b", [("ledger_no_heading", 2, "#3")]),
    "51 columns": (HEAD + b"P1" + b"," * 50 + b"x", [("ledger_too_many_columns", 2, None)]),
    "20,001 rows": (
        csv_of(("点位编号", "点位名称"), [("P", "x")] * (MAX_ROWS + 1)),
        [("ledger_too_many_rows", 20_002, None)],
    ),
    "blank rows without end": (HEAD + b"P1,a\n" + b",\n" * LAST_ROW, [("ledger_too_many_rows", 25_001, None)]),
    "yes or no": ("点位编号,点位名称,重点点位\nP1,a,也许".encode(), [("ledger_yes_no", 2, "重点点位")]),
    "a word for a number": ("点位编号,点位名称,纬度\nP1,a,北".encode(), [("ledger_number", 2, "纬度")]),
    "infinite": ("点位编号,点位名称,纬度\nP1,a,1e999".encode(), [("ledger_number", 2, "纬度")]),
    "no ip": ("设备序列号,点位编号,设备类型,IP\n1,P,相机,10.0.0.999".encode(), [("ledger_ip", 2, "IP")]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_words(name: str) -> None:
    content, expected = BAD[name]
    assert found(content) == expected


def test_a_size_that_lies_is_not_believed() -> None:
    """Declared sizes and references of cells beyond all bounds cost nothing."""
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    content = repacked(xlsx_of({"点位": [POINT_HEADINGS]}), xl__worksheets__sheet1=sheet)
    assert found(content) == [("ledger_too_many_rows", 25_001, None)]


def sheet_of(*rows: str) -> bytes:
    """A workbook of points whose rows are written as they stand in the file; good rows come first."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    words = [f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in ("点位编号", "点位名称", "P9", "x")]
    good = f"<row>{words[0]}{words[1]}</row><row>{words[2]}{words[3]}</row>"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{good}{"".join(rows)}</sheetData></worksheet>'
    return repacked(xlsx_of({"点位": [POINT_HEADINGS]}), xl__worksheets__sheet1=sheet.encode())


def test_blank_cells_far_out_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    read = xlsx_file._value

    def value(cell: Any) -> Cell:
        looked_at.append(1)
        return read(cell)

    monkeypatch.setattr(xlsx_file, "_value", value)
    gathered: list[int] = []

    def gather(title: str | None, rows: Iterable[list[Cell]]) -> list[tuple[int, list[Cell]]]:
        kept = list(rows)
        gathered.extend(map(len, kept))
        return grid.gather(title, kept)

    monkeypatch.setattr(xlsx_file, "gather", gather)
    far = [f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(3, 63)]
    assert points(read_table(sheet_of(*far))) == [{"code": "P9", "name": "x"}]
    assert (len(looked_at), sum(gathered)) == (4 + 60, 4)


def test_what_stands_far_out_is_refused_and_never_dropped() -> None:
    for column in ("AY", "XFD"):  # the first beyond the bound, and the last there is
        content = sheet_of(f'<row r="7"><c r="{column}7"><v>1</v></c><c r="XFD7" t="str"><v> </v></c></row>')
        assert found(content) == [("ledger_too_many_columns", 7, None)]
    assert found(sheet_of('<row r="7"><c r="AX7"><v>1</v></c></row>'))[0] == ("ledger_no_heading", 7, f"#{MAX_COLUMNS}")
    for rows in ('<row r="2"><c r="A2"><v>1</v></c></row>', '<row r="5"/><row r="4"><c r="A4"><v>1</v></c></row>'):
        assert found(sheet_of(rows))[0][0] == "ledger_damaged"  # rows that do not ascend would be lost


def test_cells_are_bounded_over_all_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    two = xlsx_of({"点位": [("点位编号", "点位名称"), ("P9", "x")], "说明": [("a", "b"), ("c", "d")]})
    # 8 cells in 4 rows
    monkeypatch.setattr(xlsx_file, "MAX_CELLS", 12)
    assert found(two) == []
    monkeypatch.setattr(xlsx_file, "MAX_CELLS", 11)
    assert found(two) == [("ledger_packed", None, None)]
    monkeypatch.setattr(xlsx_file, "MAX_CELLS", 100)
    assert found(sheet_of('<row r="3">' + "<c/>" * 94 + "</row>")) == [("ledger_packed", None, None)]
    assert found(sheet_of('<row r="3">' + "<x/>" * 94 + "</row>")) == []
    monkeypatch.setattr(xlsx_file, "MAX_TAGS", 94)
    assert found(sheet_of('<row r="3">' + "<x/>" * 94 + "</row>")) == [("ledger_packed", None, None)]


def test_macros_and_links_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    content = repacked(xlsx_of({"点位": [POINT_HEADINGS, GOOD]}), xl__vbaProject=b"not xml at all")
    assert found(content) == [("ledger_damaged", None, None)]  # a part that calls itself XML must be
    target = io.BytesIO(xlsx_of({"点位": [POINT_HEADINGS, GOOD]}))
    with zipfile.ZipFile(target, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\0\1\2")
    assert points(read_table(target.getvalue()))[0]["code"] == "P9"
    monkeypatch.setattr(xlsx_file, "MAX_PARTS", 3)
    assert found(target.getvalue()) == [("ledger_packed", None, None)]


@pytest.mark.parametrize(
    ("latitude", "longitude", "fault"),
    [
        (35.0, 115.5, None),
        (44.0, 85.0, None),
        (-33.9, 18.4, None),
        (None, None, None),
        (91.0, 170.0, ("ledger_latitude", "latitude")),
        (91.0, 181.0, ("ledger_latitude", "latitude")),
        (35.0, 181.0, ("ledger_longitude", "longitude")),
        (115.5, 35.0, ("ledger_coordinates_swapped", "latitude")),
        (85.0, 44.0, ("ledger_coordinates_swapped", "latitude")),
        (35.0, None, ("ledger_coordinates_half", "longitude")),
        (None, 115.5, ("ledger_coordinates_half", "latitude")),
    ],
)
def test_coordinates_are_judged_as_a_pair(
    latitude: float | None, longitude: float | None, fault: tuple[str, str] | None
) -> None:
    assert coordinates_fault(latitude, longitude) == fault


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "''@x", "plain", "'plain", "it's"])
def test_formulas_are_escaped_and_come_back(text: str) -> None:
    assert plain(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@", "＝"))
    columns = [POINTS.column("code"), POINTS.column("name")]
    sheet: Sheet = (POINTS, columns, [("P1", text)])
    for content in (to_csv(sheet), to_xlsx([sheet])):
        assert points(read_table(content)) == [{"code": "P1", "name": text}]


@pytest.mark.parametrize("text", ["=1+1", " =SUM(A1)", "+A1", "-A1", "-1+1", "@SUM(A1)", "＝1+1", "+86 x", "="])
@pytest.mark.parametrize("column", [0, 3])
def test_a_formula_in_a_csv_is_refused_as_in_a_workbook(text: str, column: int) -> None:
    row = ["1", "P1", "相机", "VX"]
    row[column] = text
    table = read_table(csv_of(DEVICE_HEADINGS, [row]))
    shown = [(f.code, f.row, f.column, f.value) for f in table.findings.shown]
    assert shown == [("ledger_formula", 2, DEVICE_HEADINGS[column], None)]


@pytest.mark.parametrize("text", ["+8613800138000", "-33.9", "+1", "-", "--", "VX=1", "'plain", "a@b"])
def test_plain_numbers_and_dashes_in_a_csv_are_no_formulas(text: str) -> None:
    rows = points(read_table(f"点位编号,点位名称,纬度,经度\nP1,{text},-33.9,+18.4".encode()))
    assert rows == [{"code": "P1", "name": text, "latitude": -33.9, "longitude": 18.4}]


def test_a_formula_under_no_heading_shows_no_value() -> None:
    shown = read_table(HEAD + b"P1,a,=1+1").findings.shown
    assert [(f.code, f.column, f.value) for f in shown] == [("ledger_no_heading", "#3", None)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_devices_without_serial_numbers_are_told_just_that(kind: str) -> None:
    headings = ("点位编号", "设备类型", "型号", "状态", "固件版本", "质保到期")
    row = ("P1", "相机", "VX", "在用", "1.0", "2030-01-01")
    content = csv_of(headings, [row]) if kind == "csv" else xlsx_of({"Sheet1": [headings, row]})
    shown = read_table(content).findings.shown
    assert [(f.code, f.row, f.zh) for f in shown] == [("ledger_missing_column", 1, "缺少必需的列“设备序列号”")]


def test_the_template_is_a_table_that_can_be_read() -> None:
    table = read_table(template())
    assert table.findings.count == 0
    assert {name: len(part.rows) for name, part in table.parts.items()} == {"point": 1, "device": 1}
    assert table.parts["device"].rows[0].values["serial"] == "00123456"
    assert {name: set(part.headings) for name, part in table.parts.items()} == {
        book.subject: {column.key for column in book.columns} for book in BOOKS
    }


def test_every_finding_has_words_in_both_languages() -> None:
    assert [code for code, (zh, en) in WORDS.items() if not zh or not en or not code.startswith("ledger_")] == []
