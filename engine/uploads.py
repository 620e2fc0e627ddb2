"""Uploads: what somebody sends, judged, re-encoded and made durable before any row speaks of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from engine.documents import ENDINGS, media_type_of
from engine.errors import EngineError, Invalid
from engine.files import MAX_BYTES, FileStore
from engine.photos import decode_photo, decode_signature

KINDS = {"photo": "照片 photo", "file": "文件 file", "signature": "签名 signature"}
MAX_SIGNATURE_BYTES = 512 * 1024
MAX_NAME = 120  # characters
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')  # what some systems cannot keep
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})  # no longer true once the picture is re-encoded
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class FileEmpty(EngineError):
    """The file is empty."""

    code, status = "file_empty", 422
    zh = "文件是空的。"


class FileTooLarge(EngineError):
    """The file is larger than {limit} KB."""

    code, status = "file_too_large", 413
    zh = "文件超过 {limit} KB。"


@dataclass(frozen=True)
class Upload:
    """A content in the store that no row names yet. The place is WGS 84 degrees."""

    kind: str
    name: str
    media_type: str
    size: int  # bytes as stored
    sha256: str
    thumbnail_sha256: str | None = None
    width: int | None = None  # pixels, photos
    height: int | None = None
    seen_at: datetime | None = None  # UTC, capture time as EXIF says
    said_at: datetime | None = None  # UTC, capture time as the device says
    latitude: float | None = None
    longitude: float | None = None


def receive(
    files: FileStore,
    kind: str,
    name: str,
    content: bytes,
    *,
    taken_at: datetime | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Upload:
    """Judge a content and make it durable. No transaction is open meanwhile: decoding takes its time.

    `kind`: one of KINDS. `taken_at` (aware), `latitude` and `longitude`: as the device says, for a photo that does not
    say them itself. A process that dies after this leaves a content without a row, and nothing else.
    Raises FileEmpty, FileTooLarge, Invalid, and what `engine.photos` and `engine.documents` refuse.
    """
    limit = MAX_SIGNATURE_BYTES if kind == "signature" else MAX_BYTES
    if not content:
        raise FileEmpty
    if len(content) > limit:
        raise FileTooLarge(limit=limit // 1024)
    require_place(latitude, longitude)
    upload = _JUDGES[kind](files, name, content)
    if upload.latitude is None:
        upload = replace(upload, latitude=latitude, longitude=longitude)
    return replace(upload, said_at=taken_at)


def require_place(latitude: float | None, longitude: float | None) -> None:
    """Raise Invalid unless both are degrees on the globe, or both are left out."""
    problems = {
        field: [
            {"code": "out_of_range", "zh": f"须在 ±{limit} 度之内。", "en": f"It must lie within ±{limit} degrees."}
        ]
        for field, value, limit in (("latitude", latitude, 90), ("longitude", longitude, 180))
        if value is not None and not -limit <= value <= limit
    }
    if not problems and (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        problems[missing] = [{"code": "required", "zh": "经纬度须同时填写。", "en": "A place needs both figures."}]
    if problems:
        raise Invalid(problems)


def _photo(files: FileStore, name: str, content: bytes) -> Upload:
    photo = decode_photo(content)
    return Upload(
        "photo",
        clean_name(name, "image/jpeg", "photo"),
        "image/jpeg",
        len(photo.content),
        files.put(photo.content),
        files.put(photo.thumbnail),
        photo.width,
        photo.height,
        seen_at=photo.taken_at,
        latitude=photo.latitude,
        longitude=photo.longitude,
    )


def _file(files: FileStore, name: str, content: bytes) -> Upload:
    media_type = media_type_of(content)
    return Upload("file", clean_name(name, media_type, "file"), media_type, len(content), files.put(content))


def _signature(files: FileStore, name: str, content: bytes) -> Upload:
    drawn = decode_signature(content)
    kept = clean_name(name, "image/png", "signature")
    return Upload("signature", kept, "image/png", len(drawn), files.put(drawn))


_JUDGES = {"photo": _photo, "file": _file, "signature": _signature}


def clean_name(name: str, media_type: str, otherwise: str) -> str:
    """A name for people and for their disks: no folders, nothing unseen, an ending that is true, 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[-4_000:]))[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _UNSEEN)
    plain = _NOT_IN_NAMES.sub("_", seen).strip(" .")
    stem, ending = (PurePath(plain).stem, PurePath(plain).suffix) if plain else (otherwise, "")
    endings = ENDINGS[media_type]
    if ending.lower() not in endings:
        stem, ending = (stem if ending.lower() in _PICTURES else stem + ending), endings[0]
    return stem[: MAX_NAME - len(ending)] + ending
