"""Fields of several controls, without a script: rows, lists and places are posted, refused, kept and shown again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, cast

import orjson
import pytest
from PIL import Image
from sqlalchemy import select

from accounts.house import House
from engine.models import Attachment, UserTask
from forms.compiler import compile_form
from forms.library import StoredForm
from tests.forms.small_forms import form_bytes
from tests.web.house import REPORT, Pages, Visitor, text

TWO = [{"label": "供电", "value": "power"}, {"label": "网络", "value": "network"}]
COLUMNS: list[dict[str, Any]] = [
    {
        "type": "textfield",
        "id": "c1",
        "key": "serial",
        "label": "序列号",
        "validate": {"required": True, "maxLength": 9},
    },
    {"type": "checkbox", "id": "c2", "key": "ok", "label": "正常"},
]
FORM: list[dict[str, Any]] = [
    {"type": "checklist", "id": "checks", "key": "checks", "label": "检查", "values": TWO},
    {"type": "dynamiclist", "id": "parts", "path": "parts", "label": "设备", "components": COLUMNS},
    {"type": "textfield", "id": "place", "key": "place", "label": "位置", "properties": {"kind": "location"}},
    {"type": "filepicker", "id": "photos", "key": "photos", "label": "照片", "properties": {"kind": "photo"}},
]
SENT: dict[str, Any] = {
    "checks": ["network", "power"],
    "parts.row": ["0", "1", "k7"],
    "parts.0.serial": "S1",
    "parts.1.serial": " ",
    "parts.k7.serial": "S2",
    "parts.k7.ok": "true",
    "place.latitude": "32.05",
    "place.longitude": "118.78",
    "place.accuracy": "9",
}
ROWS = [{"serial": "S1", "ok": False}, {"serial": "S2", "ok": True}]
PLACE = {"latitude": 32.05, "longitude": 118.78, "accuracy": 9}


def at_form(pages: Pages) -> str:
    """The path of a step that asks for FORM and waits for the field engineer."""
    house: House = pages.app.extensions["signalbox"]
    stored = cast("dict[str, StoredForm]", house.forms.stored)
    stored["fc_respond"] = StoredForm(compile_form(form_bytes(*FORM, id="fc_respond")), "trial", "0" * 64)
    return f"/tasks/{pages.task(pages.dispatched(), 'respond')}"


def photo(visitor: Visitor) -> str:
    """The id of a photo that the visitor has uploaded."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(content, "JPEG")
    content.seek(0)
    parts = {"file": (content, "a.jpg"), "kind": "photo"}
    answer = visitor.client.post("/api/v1/attachments", data=parts, headers={"X-CSRFToken": visitor.token()})
    assert answer.status_code == 201, answer.text
    return str(answer.json and answer.json["id"])


def kept_in(pages: Pages, task: str) -> Mapping[str, Any]:
    with pages.engine.read() as connection:
        draft: Mapping[str, Any] = orjson.loads(
            connection.scalar(select(UserTask.draft).where(UserTask.id == task)) or "{}"
        )
    return draft


def test_rows_lists_and_places_are_posted_without_a_script(pages: Pages) -> None:
    path, engineer = at_form(pages), pages.visitor("field_engineer")
    drafted = engineer.follow(engineer.post(f"{path}/draft", SENT))
    assert kept_in(pages, path.rpartition("/")[2]) == {
        "checks": ["network", "power"],
        "parts": ROWS,
        "place": {"latitude": "32.05", "longitude": "118.78", "accuracy": "9"},
    }
    assert [drafted.value(f"parts.{row}.serial") for row in range(4)] == ["S1", "S2", "", ""]
    assert drafted.page.xpath("//input[@name='checks'][@checked]/@value") == ["power", "network"]
    assert drafted.value("place.latitude") == "32.05"
    assert engineer.post(f"{path}/complete", SENT).status == 303
    page = engineer.get(path)
    cells = [text(cell) for cell in page.page.xpath("//section[.//h2='办理']//table//td")]
    assert cells == ["S1", "否", "S2", "是"]
    assert "检查 供电、网络" in page.text("//section[.//h2='办理']")
    assert "位置 纬度 32.05，经度 118.78（误差约 9 米）" in page.text("//section[.//h2='办理']")


def test_what_is_wrong_in_a_row_stands_in_that_row_and_nothing_is_lost(pages: Pages) -> None:
    path, engineer = at_form(pages), pages.visitor("field_engineer")
    wrong = SENT | {"parts.0.serial": "x" * 10, "parts.k7.serial": "", "place.longitude": "", "parts.k7.extra": "1"}
    answer = engineer.post(f"{path}/complete", wrong | {"checks": "gas"})
    assert answer.status == 422
    assert answer.errors() == {
        "checks": "不在可选范围内。",
        "parts.0.serial": "最多 9 个字。",
        "parts.1.serial": "此项必填。",
        "place": "纬度和经度要一起填写。",
    }
    assert "parts.k7.extra: 表单没有这一项。" in answer.text("//*[@role='alert']")
    assert (answer.value("parts.0.serial"), answer.value("place.latitude")) == ("x" * 10, "32.05")
    links = answer.page.xpath("//main//*[@role='alert']//a/@href")
    assert sorted(links) == ["#box-place", "#field-checks-1", "#field-parts.0.serial", "#field-parts.1.serial"]


def test_an_upload_belongs_to_the_case_once_its_form_is_valid(pages: Pages) -> None:
    path, engineer = at_form(pages), pages.visitor("field_engineer")
    own, foreign = photo(engineer), photo(pages.visitor("engineer2"))
    refused = engineer.post(f"{path}/complete", {"photos": foreign})
    assert refused.errors() == {"photos": "照片或文件已不在，或您无权使用，请删去后重新上传。"}
    assert "此文件已不在，请删除后重新选择。" in refused.text("//*[@id='box-photos']")
    assert engineer.post(f"{path}/complete", {"photos": own, "parts.row": "0", "parts.0.ok": "true"}).status == 422
    assert bound(pages) == {own: False, foreign: False}
    assert engineer.post(f"{path}/complete", {"photos": own}).status == 303
    assert bound(pages) == {own: True, foreign: False}
    shown = engineer.get(path).page.xpath("//section[.//h2='办理']//ul[contains(@class,'pictures')]//a")
    assert [link.get("href") for link in shown] == [f"/api/v1/attachments/{own}/content"]
    assert shown[0].xpath("img/@src") == [f"/api/v1/attachments/{own}/content?size=thumbnail"]
    assert shown[0].xpath("img/@alt") == ["a.jpg"]
    assert pages.visitor("auditor").client.get(shown[0].xpath("img/@src")[0]).status_code == 200


def test_a_reported_photo_belongs_to_the_new_ticket(pages: Pages) -> None:
    reporter = pages.visitor("reporter")
    own = photo(reporter)
    pages.report(reporter, photos=own)
    assert bound(pages) == {own: True}
    again = reporter.post("/report", REPORT | {"photos": own})
    assert again.errors() == {"photos": "照片或文件已不在，或您无权使用，请删去后重新上传。"}


def bound(pages: Pages) -> dict[str, bool]:
    with pages.engine.read() as connection:
        return {id_: root is not None for id_, root in connection.execute(select(Attachment.id, Attachment.root_id))}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/report/choices/point?q=长宁", ["QC002"]),
        ("/report/choices/point?q=qc00", ["QC001", "QC002"]),
        ("/report/choices/point", ["QC001", "QC002"]),
        ("/report/choices/device?q=SN&point=QC002", ["SN0021"]),
        ("/report/choices/point?q=%25", []),
        ("/report/choices/point?q=%00", ["QC001", "QC002"]),
        ("/report/choices/point?q=" + "x" * 3000, []),
    ],
)
def test_choices_are_searched_by_number_and_name(pages: Pages, path: str, found: list[str]) -> None:
    answer = pages.visitor("reporter").get(path).response
    assert [item["value"] for item in (answer.json or {})["items"]] == found


def test_a_search_answers_only_who_may_fill_in_the_form(pages: Pages) -> None:
    task = f"/tasks/{pages.task(pages.report(pages.visitor('reporter')), 'dispatch')}"
    answer = pages.visitor("dispatcher").get(f"{task}/choices/engineer?q=第二").response
    assert answer.json == {"items": [{"value": "engineer2", "label": "第二工程师"}]}
    for visitor, path, status in (
        ("dispatcher", f"{task}/choices/note", 404),
        ("dispatcher", f"{task}/choices/nothing", 404),
        ("line_officer", f"{task}/choices/engineer", 404),
        ("alien", f"{task}/choices/engineer", 404),
        ("auditor", f"{task}/choices/engineer", 403),
        ("stranger", "/report/choices/point?client=client", 200),
    ):
        assert pages.visitor(visitor).get(path).status == status, (visitor, path)
    assert pages.visitor("stranger").get("/report/choices/point?client=client").response.json == {"items": []}
