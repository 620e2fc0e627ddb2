"""Reading bytes: encodings told from their declarations, and every bomb or broken file refused in its own words."""

from __future__ import annotations

import pytest

from engine.definition.xml import MAX_BYTES, XmlRefused, parse_xml, read_document

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def _file(name: str = "x", inner: str = "") -> str:
    return f'<definitions xmlns="{BPMN}" name="{name}">{inner}</definitions>'


def _labelled(label: str, name: str, codec: str) -> bytes:
    return f'<?xml version="1.0" encoding="{label}"?>{_file(name)}'.encode(codec)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("utf8", "utf-8"),
        ("GB2312", "gb2312"),
        ("gb2312", "gbk"),
        ("GBK", "gbk"),
        ("GB18030", "gb18030"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16BE", "utf-16-be"),
        ("UTF-32", "utf-32"),
        ("Big5", "big5"),
        ("Shift_JIS", "shift_jis"),
    ],
)
def test_a_true_declaration_is_read(label: str, codec: str) -> None:
    assert parse_xml(_labelled(label, "台中", codec)).get("name") == "台中"


@pytest.mark.parametrize(("label", "codec"), [("GB2312", "gbk"), ("GBK", "gbk"), ("ISO-8859-1", "latin-1")])
def test_letters_that_only_one_declaration_can_mean(label: str, codec: str) -> None:
    text = {"gbk": "鎔", "latin-1": "Straße"}[codec]
    assert parse_xml(_labelled(label, text, codec)).get("name") == text


def test_a_chinese_letter_that_happens_to_be_valid_utf8_stays_chinese() -> None:
    assert "台".encode("gbk").decode("utf-8") != "台"  # valid UTF-8, but another letter
    assert parse_xml(_labelled("GB2312", "台", "gbk")).get("name") == "台"


def test_without_a_declaration_it_is_utf8_or_marked_utf16() -> None:
    assert parse_xml(_file("你").encode()).get("name") == "你"
    assert parse_xml(_file("你").encode("utf-16")).get("name") == "你"


@pytest.mark.parametrize(
    ("label", "codec", "actual"),
    [
        ("GB2312", "utf-8", "UTF-8"),
        ("GBK", "utf-8", "UTF-8"),
        ("GB18030", "utf-8-sig", "UTF-8"),
        ("ISO-8859-1", "utf-8", "UTF-8"),
        ("us-ascii", "utf-8", "UTF-8"),
        ("UTF-16", "utf-8", "UTF-8"),
        ("UTF-8", "utf-16", "UTF-16-LE"),
    ],
)
def test_a_wrong_declaration_is_named_and_the_file_still_read(label: str, codec: str, actual: str) -> None:
    document = read_document(_labelled(label, "你好", codec))
    assert [finding.code for finding in document.findings] == ["encoding_mismatch"]
    assert label in document.findings[0].message_zh
    assert actual in document.findings[0].message_en
    assert document.root is not None
    assert document.root.get("name") == "你好"
    with pytest.raises(XmlRefused):
        parse_xml(_labelled(label, "你好", codec))


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
BAD = {
    "only blanks": (b" \r\n\t", "file_empty"),
    "one byte too long": (b" " * MAX_BYTES + b"x", "file_too_large"),
    "plain text": (b"hello", "not_xml"),
    "JSON": (b'{"a": 1}', "not_xml"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "encoding_invalid"),
    "zeros": (b"\0" * 64, "not_xml"),
    "unclosed": (_file().encode()[:-5], "not_xml"),
    "crossed tags": (b"<a><b></a></b>", "not_xml"),
    "two roots": (_file().encode() * 2, "not_xml"),
    "attribute twice": (b'<a b="1" b="2"/>', "not_xml"),
    "unbound prefix": (b"<x:definitions/>", "not_xml"),
    "undefined entity": (_file("&secret;").encode(), "not_xml"),
    "control letter": (_file("&#0;").encode(), "not_xml"),
    "surrogate": (_file("&#xD800;").encode(), "not_xml"),
    "declaration not first": (b" <?xml version='1.0'?>" + _file().encode(), "not_xml"),
    "doctype": (b"<!DOCTYPE definitions>" + _file().encode(), "doctype"),
    "doctype after comment": (b"<!-- a --> <?b c?>\n<!DOCTYPE definitions>" + _file().encode(), "doctype"),
    "doctype in UTF-16": (("<!DOCTYPE definitions>" + _file()).encode("utf-16"), "doctype"),
    "external file": (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _file("&x;").encode(), "doctype"),
    "external address": (b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">' + _file().encode(), "doctype"),
    "billion laughs": (f'<!DOCTYPE d [<!ENTITY l0 "ha">{ENTITIES}]>{_file("&l8;")}'.encode(), "doctype"),
    "quadratic": (f'<!DOCTYPE d [<!ENTITY l "{"x" * 50_000}">]>{_file("&l;" * 1_000)}'.encode(), "doctype"),
    "parameter entity": (b'<!DOCTYPE d [<!ENTITY % x "y"> %x;]>' + _file().encode(), "doctype"),
    "style sheet": (b'<?xml-stylesheet href="x.xsl"?>' + _file().encode(), "stylesheet"),
    "deep": (b"<a>" * 101 + b"</a>" * 101, "too_deep"),
    "very deep, never closed": (b"<a>" * 300_000, "too_deep"),
    "wide": (b"<a>" + b"<b/>" * 200_000 + b"</a>", "too_many_elements"),
    "many attributes": (("<a " + " ".join(f'a{n}=""' for n in range(65)) + "/>").encode(), "too_many_attributes"),
    "UTF-7": (_labelled("UTF-7", "x", "ascii"), "encoding_unknown"),
    "escapes": (_labelled("unicode_escape", "x", "ascii"), "encoding_unknown"),
    "compression": (_labelled("zlib", "x", "ascii"), "encoding_unknown"),
    "invented": (_labelled("x-mine", "x", "ascii"), "encoding_unknown"),
    "GBK without declaration": (_file("你好").encode("gbk"), "encoding_invalid"),
    "GBK declared as UTF-8": (_labelled("UTF-8", "你好", "gbk"), "encoding_invalid"),
    "half a letter": (_file("你好").encode()[:-3] + b"\xe4", "encoding_invalid"),
    "other root": (b"<html/>", "not_bpmn"),
    "root without namespace": (b"<definitions/>", "not_bpmn"),
    "decision table": (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "not_bpmn"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_broken_file_has_one_finding_of_our_own(name: str) -> None:
    content, code = BAD[name]
    with pytest.raises(XmlRefused) as refused:
        parse_xml(content)
    assert [finding.code for finding in refused.value.findings] == [code]
    assert refused.value.status == 422


def test_a_broken_file_names_its_line() -> None:
    document = read_document(b'<?xml version="1.0"\n?>\n<a>\n<b>\n</a>')
    assert document.findings[0].message_zh == "文件不是完整的 XML：第 5 行附近有误。"


def test_limits_are_inclusive() -> None:
    assert read_document(b"<a>" * 100 + b"</a>" * 100).findings[0].code == "not_bpmn"
    assert read_document(b"<a>" + b"<b/>" * 19_999 + b"</a>").findings[0].code == "not_bpmn"
    exact = ("<a " + " ".join(f'a{n}=""' for n in range(64)) + "/>").encode()
    assert read_document(exact).findings[0].code == "not_bpmn"


def test_comments_and_instructions_do_not_divide_a_text() -> None:
    root = parse_xml(_file(inner="<text>PT<!-- four -->4<?x y?>H</text>").encode())
    assert [(child.text, len(child)) for child in root] == [("PT4H", 0)]


def test_an_included_file_is_not_fetched() -> None:
    inner = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    root = parse_xml(_file(inner=inner).encode())
    assert [child.text for child in root] == [None]
