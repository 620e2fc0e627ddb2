"""Files that are not photos: a positive list, decided by what is inside and never by the name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.errors import EngineError, Words
from engine.photos import kind_of

_OFFICE = "application/vnd.openxmlformats-officedocument."
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    f"{_OFFICE}wordprocessingml.document": (".docx",),
    f"{_OFFICE}spreadsheetml.sheet": (".xlsx",),
    "text/plain": (".txt", ".csv", ".log", ".md"),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
"""Media type -> the endings a name of it may have; the first is added to a name with another one."""
TEXT_ENCODINGS = ("utf-8", "gb18030")  # what spreadsheets and instruments here write
_TAIL = 4096  # bytes at the end in which a PDF says that it is complete
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class FileKindRefused(EngineError):
    """Files must be PDF, Word (docx), Excel (xlsx) or plain text; this is {found}. Send photos as photos."""

    code, status = "file_kind_refused", 422
    zh = "文件须为 PDF、Word（docx）、Excel（xlsx）或纯文本；该文件是{found}。照片请作为照片上传。"


class FileIncomplete(EngineError):
    """The file is damaged or incomplete. Send it again."""

    code, status = "file_incomplete", 422
    zh = "文件已损坏或不完整，请重新上传。"


class MacrosRefused(EngineError):
    """The file contains macros. Save it without them and send that."""

    code, status = "macros_refused", 422
    zh = "文件含有宏，请另存为不含宏的文件后上传。"


def media_type_of(content: bytes) -> str:
    """The kind by its bytes. Nothing is unpacked. Raises FileKindRefused, FileIncomplete, MacrosRefused."""
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-_TAIL:]:
            raise FileIncomplete
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if not _CONTROLS.search(content) and _is_text(content):
        return "text/plain"
    raise FileKindRefused(found=kind_of(content))


def _office(content: bytes) -> str:
    """By the names of the parts, which stand unpacked in an archive; its directory stands at the end."""
    if b"vbaProject.bin" in content:
        raise MacrosRefused
    for part, kind in (
        (b"word/document.xml", "wordprocessingml.document"),
        (b"xl/workbook.xml", "spreadsheetml.sheet"),
    ):
        if part in content and b"[Content_Types].xml" in content:
            if b"PK\x05\x06" not in content[-65_557:]:
                raise FileIncomplete
            return _OFFICE + kind
    raise FileKindRefused(found=Words("压缩包", "an archive"))


def _is_text(content: bytes) -> bool:
    for encoding in TEXT_ENCODINGS:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
