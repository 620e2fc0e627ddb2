"""Photos and signatures: judged by their header, decoded within bounds, re-encoded without a trace of metadata."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from engine.calendar import SHANGHAI
from engine.errors import EngineError, Words

MAX_SIDE = 2_560  # pixels of a stored photo's longer side
THUMBNAIL_SIDE = 320
MAX_PIXELS: Mapping[str, int] = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
"""What a header may claim. A JPEG is decoded at a fraction of its size; the others need four bytes a pixel."""
MAX_SCANS = 64
"""Of a progressive JPEG: each one is a pass over all pixels. Cameras write about ten, and one for the preview."""
MAX_SIGNATURE_PIXELS = 4_000_000
EARLIEST_YEAR = 2000  # a camera whose clock was never set says 1970 or 1980
QUALITY = 85

Image.MAX_IMAGE_PIXELS = None  # ours are tighter, and are a refusal instead of a warning
_decoding = threading.Lock()
"""One picture at a time: a process never holds the pixels of two."""


class PhotoKindRefused(EngineError):
    """A picture must be {expected}; this is {found}."""

    code, status = "photo_kind_refused", 422
    zh = "图片须为 {expected} 格式；该文件是{found}。"


class PhotoTooManyPixels(EngineError):
    """The picture claims {width} × {height} pixels; at most {limit} million are accepted."""

    code, status = "photo_too_many_pixels", 422
    zh = "图片标称 {width} × {height} 像素，最多接受 {limit} 百万像素。"


class PhotoUnreadable(EngineError):
    """The picture is damaged or incomplete. Take it again, or send the original file."""

    code, status = "photo_unreadable", 422
    zh = "图片已损坏或不完整，请重新拍摄或上传原文件。"


class PhotoMoves(EngineError):
    """The picture has several frames. Send a still photo."""

    code, status = "photo_moves", 422
    zh = "该图片是动图，请上传静态照片。"


class SignatureBlank(EngineError):
    """The signature is blank. Sign, then send it."""

    code, status = "signature_blank", 422
    zh = "签名为空白，请签名后再提交。"


@dataclass(frozen=True)
class Photo:
    """A photo as it will be kept. `taken_at` is UTC, the place WGS 84 degrees; None where the camera says nothing."""

    content: bytes  # JPEG
    thumbnail: bytes  # JPEG
    width: int
    height: int
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None


def decode_photo(content: bytes) -> Photo:
    """Upright, at most 2,560 pixels a side, without metadata; what the camera wrote of time and place beside it.

    Raises PhotoKindRefused, PhotoTooManyPixels, PhotoMoves, PhotoUnreadable.
    """
    with _decoding:
        image = _open(content, ("JPEG", "PNG", "WEBP"))
        try:
            said = _said_by_camera(image)
            picture = _pixels(image, said.turned)
        except Exception as error:  # the library raises what it likes over hostile bytes
            raise PhotoUnreadable from error
        small = picture.copy()
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return Photo(_jpeg(picture), _jpeg(small), *picture.size, said.taken_at, *(said.place or (None, None)))


def decode_signature(content: bytes) -> bytes:
    """A drawn signature, as PNG in black and white and the greys between.

    Raises PhotoKindRefused, PhotoTooManyPixels, PhotoMoves, PhotoUnreadable, SignatureBlank.
    """
    with _decoding:
        image = _open(content, ("PNG",), MAX_SIGNATURE_PIXELS)
        try:
            drawn = _flat(image).convert("L")
        except Exception as error:  # as above
            raise PhotoUnreadable from error
        darkest, lightest = drawn.getextrema()
        if darkest == lightest:
            raise SignatureBlank
        kept = BytesIO()
        drawn.info.clear()
        drawn.save(kept, "PNG", optimize=True)
        return kept.getvalue()


def kind_of(content: bytes) -> Words:
    """What the first bytes look like, for a refusal."""
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"):
        return Words(" HEIC 或 AVIF 图片", "a HEIC or AVIF picture")
    for start, words in _STARTS.items():
        if content.startswith(start):
            return words
    return Words("无法识别的文件", "a file of an unknown kind")


_STARTS = {
    b"%PDF": Words(" PDF 文件", "a PDF file"),
    b"\xff\xd8\xff": Words(" JPEG 图片", "a JPEG picture"),
    b"\x89PNG": Words(" PNG 图片", "a PNG picture"),
    b"RIFF": Words(" WEBP 图片或其他媒体", "a WEBP picture or other media"),
    b"GIF8": Words(" GIF 图片", "a GIF picture"),
    b"BM": Words(" BMP 图片", "a BMP picture"),
    b"II*\0": Words(" TIFF 图片", "a TIFF picture"),
    b"MM\0*": Words(" TIFF 图片", "a TIFF picture"),
    b"PK": Words("压缩包或 Office 文件", "an archive or an Office file"),
    b"<": Words("网页或 SVG 文件", "a web page or an SVG file"),
}


def _open(content: bytes, formats: tuple[str, ...], most: int | None = None) -> Image.Image:
    """The header, read and judged; no pixel is decoded yet. `most`: pixels, where fewer than MAX_PIXELS pass."""
    refused = PhotoKindRefused(expected=Words("、".join(formats), ", ".join(formats)), found=kind_of(content))
    try:
        image = Image.open(BytesIO(content), formats=formats)
    except UnidentifiedImageError as error:
        raise refused from error
    except Exception as error:  # as above
        raise PhotoUnreadable from error
    limit = most or MAX_PIXELS[image.format or ""]
    if image.width * image.height > limit:
        raise PhotoTooManyPixels(width=image.width, height=image.height, limit=limit // 1_000_000)
    if image.format != "MPO" and getattr(image, "is_animated", False):  # an MPO is a photo with its own previews
        raise PhotoMoves
    if image.format in ("JPEG", "MPO") and content.count(b"\xff\xda") > MAX_SCANS:
        raise PhotoUnreadable
    return image


def _pixels(image: Image.Image, turned: Image.Transpose | None) -> Image.Image:
    """Decoded, shrunk, upright, in plain colours on white, with nothing said beside the pixels."""
    image.draft(None, (MAX_SIDE, MAX_SIDE))
    if image.mode in ("RGB", "L"):  # shrunk first: a copy for the colours is then a small one
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    picture = _flat(image)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    if turned is not None:
        picture = picture.transpose(turned)
    picture.info.clear()
    return picture


def _flat(image: Image.Image) -> Image.Image:
    """Eight bits a channel, RGB, what was transparent on white."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    flat = Image.new("RGB", image.size, "white")
    flat.paste(clear, mask=clear.getchannel("A"))
    return flat


def _jpeg(picture: Image.Image) -> bytes:
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


@dataclass(frozen=True)
class _Said:
    """What EXIF says; None where it is missing or absurd."""

    turned: Image.Transpose | None = None
    taken_at: datetime | None = None
    place: tuple[float, float] | None = None


def _said_by_camera(image: Image.Image) -> _Said:
    tags = ExifTags.Base
    try:
        exif = image.getexif()
        inner, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        original = _time(inner.get(tags.DateTimeOriginal), inner.get(tags.OffsetTimeOriginal))
        taken_at = original or _time(exif.get(tags.DateTime), inner.get(tags.OffsetTime))
        return _Said(_UPRIGHT.get(exif.get(tags.Orientation)), taken_at, _place(gps))
    except Exception:  # as above; a photo with a broken label is still a photo
        return _Said()


_UPRIGHT: Mapping[Any, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what turns the picture upright."""


def _time(said: Any, offset: Any) -> datetime | None:
    """EXIF says local time, and often not of which zone: then it is ours."""
    text = str(said).strip("\0 ")
    try:
        taken = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    zone = str(offset).strip("\0 ")
    with suppress(ValueError):  # no offset, or none that can be read
        taken = datetime.strptime(f"{text} {zone}", "%Y:%m:%d %H:%M:%S %z")
    return taken.astimezone(UTC) if taken.year >= EARLIEST_YEAR else None


def _place(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    tags = ExifTags.GPS
    latitude = _degrees(gps.get(tags.GPSLatitude), gps.get(tags.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(gps.get(tags.GPSLongitude), gps.get(tags.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):  # 0, 0: no fix yet
        return None
    return latitude, longitude


def _degrees(parts: Any, reference: Any, signs: str, limit: int) -> float | None:
    """Degrees, minutes, seconds and N, S, E or W as signed degrees, to a hundred-millionth."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        sign = (1, -1)[signs.index(str(reference).strip("\0 ").upper())]
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return sign * round(value, 8) if math.isfinite(value) and 0 <= value <= limit else None
