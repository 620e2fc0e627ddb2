"""What is wrong with a table for the ledger: row by row, in both languages, all of it at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import SignalboxError, fill

MAX_SHOWN = 500  # findings that are listed; all are counted
MAX_VALUE = 40  # characters of a cell that are shown

WORDS = {
    "ledger_too_large": ("文件超过 {limit} MB", "the file is larger than {limit} MB"),
    "ledger_empty": ("文件是空的", "the file is empty"),
    "ledger_not_a_table": (
        "不是 .csv 或 .xlsx 表格（看的是内容，不是扩展名）",
        "this is no .csv or .xlsx table, whatever its name says",
    ),
    "ledger_old_excel": (
        "旧版 .xls 或加密的表格：请另存为不加密的 .xlsx",
        "an old .xls or an encrypted workbook: save it as .xlsx without a password",
    ),
    "ledger_packed": ("压缩包内容过大或压缩率异常", "what is packed into the file is too large"),
    "ledger_damaged": ("表格已损坏，无法读取", "the workbook is damaged and cannot be read"),
    "ledger_encoding": ("文字编码不是 UTF-8 或 GB18030", "the text is neither UTF-8 nor GB18030"),
    "ledger_csv": ("引号没有成对，或单元格过长", "quotes do not match, or a cell is too long"),
    "ledger_too_many_rows": ("超过 {limit} 行", "there are more than {limit} rows"),
    "ledger_too_many_columns": ("超过 {limit} 列", "there are more than {limit} columns"),
    "ledger_no_rows": ("没有任何数据行", "there is no row of data"),
    "ledger_sheet": (
        "不认识的工作表：请命名为“点位”或“设备”，说明请放在“说明”中",
        "not a sheet of the ledger: call it points or devices, or notes",
    ),
    "ledger_sheet_twice": ("“{book}”有两个工作表", "there are two sheets of {book}"),
    "ledger_missing_column": ("缺少必需的列“{heading}”", "the column “{heading}” is missing"),
    "ledger_unknown_column": ("不认识的列", "the column is not known"),
    "ledger_column_twice": ("同一列出现两次", "the column is there twice"),
    "ledger_no_heading": ("这一列有内容但没有列名", "the column holds something but has no heading"),
    "ledger_formula": ("单元格是公式：请粘贴为数值", "the cell is a formula: paste it as a value"),
    "ledger_cell_error": ("单元格是错误值", "the cell holds an error"),
    "ledger_merged": ("单元格被合并：请取消合并，逐行填写", "the cell is merged: unmerge it and fill in each row"),
    "ledger_required": ("必填", "must be filled in"),
    "ledger_text": ("应为文字：此格被表格软件当成了日期或是否", "must be text: the cell was made a date or a yes/no"),
    "ledger_too_long": ("最多 {limit} 个字", "at most {limit} characters"),
    "ledger_bad_character": ("含有不能保存的字符", "it contains characters that cannot be stored"),
    "ledger_digits": (
        "数字位数可能已丢失：请把此列设为文本格式后重新填写",
        "digits may be lost: make the column text and fill it in again",
    ),
    "ledger_number": ("应为数字", "must be a number"),
    "ledger_latitude": ("纬度应在 -90 至 90 之间", "the latitude lies between -90 and 90"),
    "ledger_longitude": ("经度应在 -180 至 180 之间", "the longitude lies between -180 and 180"),
    "ledger_coordinates_swapped": ("经度和纬度填反了", "latitude and longitude are swapped"),
    "ledger_coordinates_half": ("经度和纬度应一起填写", "latitude and longitude go together"),
    "ledger_yes_no": ("应为“是”或“否”", "must be yes or no"),
    "ledger_choice": ("应为：{choices}", "must be one of: {choices}"),
    "ledger_date": (
        "应为 1990 至 2100 年的日期，如 2026-03-01",
        "must be a date such as 2026-03-01, in the years 1990 to 2100",
    ),
    "ledger_ip": ("应为 IP 地址，如 10.0.0.8", "must be an IP address such as 10.0.0.8"),
    "ledger_repeated": ("与第 {first} 行重复", "row {first} has the same"),
    "ledger_exists": ("台账中已有", "is in the ledger already"),
    "ledger_no_contract": ("没有这个合同编号", "there is no such contract"),
    "ledger_no_point": ("台账和本文件中都没有这个点位", "no such point in the ledger or in this file"),
    "ledger_point_retired": ("点位已停用，不能再放设备", "the point is retired and takes no devices"),
    "ledger_devices_remain": (
        "点位上还有 {count} 台在用或故障设备：请先停用或移走",
        "{count} devices in use or faulty stand there: retire or move them first",
    ),
    "ledger_replaced": (
        "“已更换”只由更换设备产生，不能填写或改回",
        "a device becomes replaced, for good, by replacing it only",
    ),
    "ledger_not_in_use": (
        "设备状态是“{state}”，只有在用或故障的设备可以更换",
        "the device is {state}: only one in use or faulty can be replaced",
    ),
    "ledger_elsewhere": ("设备不在本工单的点位上", "the device does not stand at the point of this case"),
}
"""Code -> words in Chinese and English. docs/owner/ledger.md explains each."""


@dataclass(frozen=True)
class LedgerFinding:
    """One thing to mend before the table can be imported."""

    sheet: str | None  # as the file calls it; None: the file as a whole
    row: int | None  # as the spreadsheet program numbers it
    column: str | None  # the heading, as the file writes it
    value: str | None  # the beginning of what stands there
    code: str
    zh: str
    en: str

    def line(self, language: str = "zh") -> str:
        """ "第 5 行，列“设备序列号”：单元格是公式" """
        if language == "zh":
            parts = [f"第 {self.row} 行" if self.row else "", f"列“{self.column}”" if self.column else ""]
            where = "，".join(part for part in (self.sheet or "", *parts) if part)
            return f"{where}：{self.zh}" if where else self.zh
        parts = [f"row {self.row}" if self.row else "", f"column “{self.column}”" if self.column else ""]
        where = ", ".join(part for part in (self.sheet or "", *parts) if part)
        return f"{where}: {self.en}" if where else self.en

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class LedgerRefused(SignalboxError):
    """The table has {count} mistakes; nothing was changed."""

    code, status = "ledger_refused", 422
    zh = "表格有 {count} 处问题，未作任何改动。"

    def __init__(self, findings: list[LedgerFinding], count: int) -> None:
        """`findings`: the first of them; `count`: of all."""
        self.findings = findings
        super().__init__(count=count)


class Findings:
    """What was found so far. Reading goes on after a mistake, so that all are told at once."""

    def __init__(self) -> None:
        self.shown: list[LedgerFinding] = []
        self.count = 0

    def copy(self) -> Findings:
        other = Findings()
        other.shown, other.count = list(self.shown), self.count
        return other

    def add(
        self,
        code: str,
        *,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        **params: Any,
    ) -> None:
        self.count += 1
        if len(self.shown) < MAX_SHOWN:
            zh, en = WORDS[code]
            words = (fill(zh, params, "zh"), fill(en, params, "en"))
            self.shown.append(LedgerFinding(sheet, row, column, shortened(value), code, *words))

    def settle(self) -> None:
        """Raise LedgerRefused if anything was found."""
        if self.count:
            raise LedgerRefused(self.shown, self.count)


def refuse(code: str, **place: Any) -> LedgerRefused:
    """The refusal of a file that cannot be read any further."""
    findings = Findings()
    findings.add(code, **place)
    return LedgerRefused(findings.shown, findings.count)


def shortened(value: object) -> str | None:
    if value is None:
        return None
    text = "".join(letter if letter.isprintable() else "�" for letter in str(value)[: MAX_VALUE + 1])
    return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"
