"""Photos: upright, small, without metadata; and whatever is no honest picture is refused in words."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from engine.errors import EngineError
from engine.photos import (
    PhotoKindRefused,
    PhotoMoves,
    PhotoTooManyPixels,
    PhotoUnreadable,
    SignatureBlank,
    decode_photo,
    decode_signature,
)
from tests import pictures

RED, BLUE = (200, 30, 30), (30, 30, 200)


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=True))


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def test_time_and_place_are_read_and_no_metadata_is_left() -> None:
    photo = decode_photo(pictures.photo())
    assert photo.taken_at == datetime(2026, 11, 20, 1, 41, 30, tzinfo=UTC)  # 09:41:30 in Asia/Shanghai
    assert photo.latitude == pytest.approx(31.230416, abs=1e-5)
    assert photo.longitude == pytest.approx(121.473701, abs=1e-5)
    for content in (photo.content, photo.thumbnail):
        assert b"Exif" not in content
        assert b"Camera of Somebody" not in content
        assert dict(opened(content).getexif()) == {}


def test_a_large_photo_is_shrunk_to_2560_and_its_thumbnail_to_320() -> None:
    sent = pictures.encoded(pictures.noise(3700, 2775), quality=95, exif=pictures.exif())
    assert 11_000_000 < len(sent) < 15 * 1024 * 1024  # 12 MB, as a good phone sends it
    photo = decode_photo(sent)
    assert (photo.width, photo.height) == (2560, 1920) == opened(photo.content).size
    assert opened(photo.thumbnail).size == (320, 240)
    assert (photo.latitude, photo.longitude) == pytest.approx(pictures.PLACE, abs=1e-5)
    assert b"Exif" not in photo.content
    assert len(photo.content) < len(sent)


def test_a_small_photo_is_not_blown_up() -> None:
    photo = decode_photo(pictures.photo())
    assert (photo.width, photo.height) == (640, 480)
    assert opened(photo.thumbnail).size == (320, 240)


@pytest.mark.parametrize(
    ("orientation", "size", "left", "right"),
    [
        (1, (640, 480), RED, BLUE),
        (2, (640, 480), BLUE, RED),
        (3, (640, 480), BLUE, RED),
        (4, (640, 480), RED, BLUE),
        (5, (480, 640), None, None),
        (6, (480, 640), None, None),
        (7, (480, 640), None, None),
        (8, (480, 640), None, None),
    ],
)
def test_a_photo_is_turned_upright(orientation: int, size: tuple[int, int], left: object, right: object) -> None:
    picture = opened(decode_photo(pictures.photo(orientation=orientation)).content)
    assert picture.size == size
    if isinstance(left, tuple) and isinstance(right, tuple):
        assert near(picture.getpixel((10, 240)), left)
        assert near(picture.getpixel((630, 240)), right)
    else:  # the left edge has become the upper one (5, 6) or the lower one (7, 8)
        assert near(picture.getpixel((240, 10)), RED if orientation in (5, 6) else BLUE)


@pytest.mark.parametrize(
    ("camera", "taken_at"),
    [
        ({"offset": "+00:00"}, datetime(2026, 11, 20, 9, 41, 30, tzinfo=UTC)),
        ({"offset": "-05:30"}, datetime(2026, 11, 20, 15, 11, 30, tzinfo=UTC)),
        ({"offset": "nonsense"}, datetime(2026, 11, 20, 1, 41, 30, tzinfo=UTC)),
        ({"time": "1970:01:01 00:00:00"}, None),
        ({"time": "0000:00:00 00:00:00"}, None),
        ({"time": "2026:13:45 99:00:00"}, None),
        ({"time": "    :  :     :  :  "}, None),
        ({"time": "yesterday"}, None),
    ],
)
def test_the_capture_time_is_read_in_its_zone_or_dropped(camera: dict[str, str], taken_at: datetime | None) -> None:
    assert decode_photo(pictures.photo(**camera)).taken_at == taken_at


@pytest.mark.parametrize("place", [(91.0, 121.0), (31.0, 181.0), (0.0, 0.0), None])
def test_an_absurd_place_is_dropped(place: tuple[float, float] | None) -> None:
    photo = decode_photo(pictures.photo(place=place))
    assert (photo.latitude, photo.longitude) == (None, None)


def test_south_and_west_are_negative() -> None:
    photo = decode_photo(pictures.photo(place=(-33.856785, -70.215297)))
    assert (photo.latitude, photo.longitude) == pytest.approx((-33.856785, -70.215297), abs=1e-5)


def test_a_broken_label_does_not_cost_the_photo() -> None:
    sent = pictures.photo()
    begin = sent.index(b"Exif\0\0") + 6
    broken = sent[:begin] + b"\xff" * 60 + sent[begin + 60 :]
    photo = decode_photo(broken)
    assert (photo.taken_at, photo.latitude, photo.width) == (None, None, 640)


@pytest.mark.parametrize(
    ("mode", "format", "colour", "kept"),
    [
        ("L", "PNG", 120, (120, 120, 120)),
        ("1", "PNG", 1, (255, 255, 255)),
        ("P", "PNG", 0, (0, 0, 0)),
        ("RGBA", "PNG", (9, 9, 9, 0), (255, 255, 255)),  # what was clear is white
        ("LA", "PNG", (9, 255), (9, 9, 9)),
        ("I;16", "PNG", 40_000, (156, 156, 156)),
        ("CMYK", "JPEG", (0, 255, 255, 0), (254, 0, 0)),
        ("RGB", "WEBP", (200, 30, 30), (200, 30, 30)),
    ],
)
def test_every_still_kind_of_pixels_becomes_plain_colours(
    mode: str, format: str, colour: object, kept: tuple[int, int, int]
) -> None:
    sent = pictures.encoded(Image.new(mode, (40, 30), colour), format)  # type: ignore[arg-type]
    picture = opened(decode_photo(sent).content)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (40, 30))
    assert near(picture.getpixel((20, 15)), kept)


def test_of_a_photo_with_its_own_previews_the_photo_is_kept() -> None:
    preview = pictures.scene(80, 60)
    sent = pictures.encoded(pictures.scene(), "MPO", save_all=True, append_images=[preview])
    assert decode_photo(sent).width == 640


@pytest.mark.parametrize("size", [(60_000, 50_000), (2**31 - 1, 2**31 - 1), (16_000, 1_001)])
def test_a_header_that_claims_too_much_is_refused_before_a_pixel_is_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(image: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    with pytest.raises(PhotoTooManyPixels) as refused:
        decode_photo(pictures.claiming_png(*size))
    assert refused.value.params == {"width": size[0], "height": size[1], "limit": 16}


def test_a_large_jpeg_is_never_held_at_its_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def note(image: ImageFile.ImageFile) -> object:
        decoded.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", note)
    photo = decode_photo(pictures.encoded(Image.new("RGB", (8000, 6000))))
    assert max(decoded) == (4000, 3000)
    assert (photo.width, photo.height) == (2560, 1920)


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    sent = pictures.encoded(pictures.scene(), progressive=True)
    scan = sent.index(b"\xff\xda")
    with pytest.raises(PhotoUnreadable):
        decode_photo(sent[:scan] + b"\xff\xda\x00\x02" * 65 + sent[scan:])


GIF = pictures.encoded(pictures.scene(), "GIF")
FRAMES = {"save_all": True, "append_images": [pictures.noise(640, 480)], "duration": 100}


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (pictures.PDF, PhotoKindRefused, "a PDF file"),
        (GIF, PhotoKindRefused, "a GIF picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 99, PhotoKindRefused, "a HEIC or AVIF picture"),
        (b"<html><script>alert(1)</script>", PhotoKindRefused, "a web page or an SVG file"),
        (pictures.office(), PhotoKindRefused, "an archive or an Office file"),
        (pictures.encoded(pictures.scene(), "BMP"), PhotoKindRefused, "a BMP picture"),
        (pictures.encoded(pictures.scene(), "TIFF"), PhotoKindRefused, "a TIFF picture"),
        (b"\0" * 1000, PhotoKindRefused, "a file of an unknown kind"),
        (pictures.encoded(pictures.scene(), "PNG", **FRAMES), PhotoMoves, "several frames"),
        (pictures.encoded(pictures.scene(), "WEBP", **FRAMES), PhotoMoves, "several frames"),
        (pictures.photo()[:-2000], PhotoUnreadable, "damaged or incomplete"),
        (pictures.photo()[:700], PhotoUnreadable, "damaged or incomplete"),
        (pictures.claiming_png(100, 100), PhotoUnreadable, "damaged or incomplete"),
        (b"\xff\xd8\xff\xe0", PhotoKindRefused, "a JPEG picture"),
    ],
)
def test_what_is_no_whole_still_picture_is_refused_in_words(
    content: bytes, refusal: type[EngineError], words: str
) -> None:
    with pytest.raises(refusal) as refused:
        decode_photo(content)
    assert words in refused.value.message("en")
    assert refused.value.status == 422


def test_what_hides_behind_a_photo_does_not_come_through() -> None:
    script = b"<script>alert(1)</script>"
    sent = pictures.encoded(pictures.scene(), comment=script) + script
    photo = decode_photo(sent)
    assert b"script" not in photo.content + photo.thumbnail


@pytest.mark.parametrize("seed", range(200))
def test_a_damaged_photo_is_decoded_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    kind = chance.choice(["JPEG", "PNG", "WEBP"])
    sent = bytearray(pictures.encoded(pictures.scene(64, 48), kind, exif=pictures.exif()))
    for _ in range(chance.randint(1, 12)):
        sent[chance.randrange(len(sent))] = chance.randrange(256)
    refusals = (PhotoKindRefused, PhotoTooManyPixels, PhotoMoves, PhotoUnreadable)
    with suppress(*refusals):
        assert decode_photo(bytes(sent)).width > 0


def test_a_signature_becomes_black_on_white_without_metadata() -> None:
    kept = decode_signature(pictures.signature())
    drawn = opened(kept)
    assert (drawn.format, drawn.mode, drawn.size, drawn.info) == ("PNG", "L", (600, 200), {})
    assert drawn.getpixel((0, 0)) == 255
    assert drawn.getpixel((150, 85)) == 23  # ink: the grey of (10, 10, 120)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (pictures.photo(), PhotoKindRefused),
        (pictures.encoded(Image.new("RGBA", (300, 100), (0, 0, 0, 0)), "PNG"), SignatureBlank),
        (pictures.claiming_png(60_000, 50_000), PhotoTooManyPixels),
        (pictures.claiming_png(2_001, 2_000), PhotoTooManyPixels),
        (pictures.signature()[:-60], PhotoUnreadable),
    ],
)
def test_what_is_no_signature_is_refused(content: bytes, refusal: type[EngineError]) -> None:
    with pytest.raises(refusal):
        decode_signature(content)
