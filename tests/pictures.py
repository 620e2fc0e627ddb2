"""Pictures and files for tests: made here, with whatever a camera or an attacker writes into them."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

TIMES, PLACE = "2026:11:20 09:41:30", (31.230416, 121.473701)
"""As the camera writes them: local time, and a place in degrees."""


def encoded(image: Image.Image, format: str = "JPEG", **settings: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **settings)
    return out.getvalue()


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """Red on the left, blue on the right: one can see how it was turned."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    return image


def noise(width: int, height: int) -> Image.Image:
    """Hard to compress: a large file."""
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))  # noqa: S311


def exif(
    *,
    time: str = TIMES,
    offset: str | None = None,
    place: tuple[float, float] | None = PLACE,
    orientation: int | None = None,
) -> bytes:
    """What a camera writes beside the pixels."""
    found = Image.Exif()
    found[ExifTags.Base.Make] = "Camera of Somebody"
    if orientation:
        found[ExifTags.Base.Orientation] = orientation
    inner: dict[int, Any] = {int(ExifTags.Base.DateTimeOriginal): time}
    if offset:
        inner[int(ExifTags.Base.OffsetTimeOriginal)] = offset
    found.get_ifd(ExifTags.IFD.Exif).update(inner)
    if place:
        gps = found.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if place[0] >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _sexagesimal(abs(place[0]))
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if place[1] >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _sexagesimal(abs(place[1]))
    return found.tobytes()


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = ((degrees - whole) * 60 - minutes) * 60
    return IFDRational(whole), IFDRational(minutes), IFDRational(round(seconds * 10_000), 10_000)


def photo(**camera: Any) -> bytes:
    """A small photo with everything a camera writes."""
    return encoded(scene(), exif=exif(**camera))


def signature() -> bytes:
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    image.paste((10, 10, 120, 255), (100, 80, 400, 90))
    return encoded(image, "PNG")


def claiming_png(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header claims whatever it likes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    )


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def office(part: str = "xl/workbook.xml", *more: str) -> bytes:
    """An archive with the parts of an office file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def office_of(part: bytes) -> bytes:
    """An office file whose sheet is these bytes, packed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", part)
    return out.getvalue()
