"""A step with every kind of field on a phone of 390 px: sent photos, rows and signatures outlive a reload."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from accounts.house import House
from engine.authorization import ENGINE
from engine.models import Attachment
from engine.unit_of_work import UnitOfWork
from forms.compiler import compile_form
from forms.library import StoredForm
from maintenance.models import Point
from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.conftest import T0
from tests.forms.small_forms import form_bytes

CHECKS = [
    {"label": "供电", "value": "power"},
    {"label": "网络", "value": "network"},
    {"label": "画面", "value": "image"},
]
COLUMNS: list[dict[str, Any]] = [
    {"type": "textfield", "id": "c1", "key": "serial", "label": "序列号", "validate": {"required": True}},
    {"type": "radio", "id": "c2", "key": "ok", "label": "正常吗", "values": CHECKS[:2]},
    {"type": "textfield", "id": "c3", "key": "why", "label": "为什么", "conditional": {"hide": '${ok != "network"}'}},
]
EVERY: list[dict[str, Any]] = [
    {
        "type": "checklist", "id": "checks", "key": "checks", "label": "检查了什么", "values": CHECKS,
        "validate": {"required": True},
    },
    {
        "type": "textfield", "id": "power", "key": "power", "label": "电压",
        "conditional": {"hide": '${"power" not in checks}'},
    },
    {
        "type": "filepicker", "id": "photos", "key": "photos", "label": "照片", "multiple": True,
        "validate": {"required": True}, "properties": {"kind": "photo", "maxCount": 3},
    },
    {"type": "filepicker", "id": "papers", "key": "papers", "label": "检测报告", "accept": ".pdf,.txt"},
    {"type": "dynamiclist", "id": "parts", "path": "parts", "label": "换下的设备", "components": COLUMNS},
    {"type": "textfield", "id": "place", "key": "place", "label": "位置", "properties": {"kind": "location"}},
    {
        "type": "filepicker", "id": "signed", "key": "signed", "label": "签名",
        "validate": {"required": True}, "properties": {"kind": "signature"},
    },
]  # fmt: skip


def put_form(site: Site, *components: dict[str, Any]) -> None:
    """The step of responding asks for these fields."""
    house: House = site.pages.app.extensions["signalbox"]
    stored = cast("dict[str, StoredForm]", house.forms.stored)
    stored["fc_respond"] = StoredForm(compile_form(form_bytes(*components, id="fc_respond")), "trial", "0" * 64)


def picture(folder: Path, name: str, size: tuple[int, int]) -> Path:
    """A JPEG that was taken a minute before the clock of the tests."""
    path = folder / name
    Image.effect_noise(size, 60).convert("RGB").save(path, quality=92)
    os.utime(path, (T0.timestamp() - 60,) * 2)
    return path


def draw(page: Page) -> None:
    page.locator("canvas").evaluate("(canvas) => canvas.scrollIntoView({ block: 'center' })")
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 50)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 60 + step * 22, box["y"] + 40 + (step % 2) * 30)
    page.mouse.up()


def fill(page: Page, large: Path) -> None:
    """Everything but the missing serial of the second row."""
    page.get_by_text("供电", exact=True).first.click()
    page.get_by_label("电压").fill("11.8 V")
    with page.expect_response("**/api/v1/attachments") as sent:
        page.get_by_label("从相册选").set_input_files(large)
    assert sent.value.status == 201
    assert sent.value.json()["width"] == 2560
    expect(page.locator("[data-upload] .upload-state")).to_have_text("已上传。")
    page.get_by_role("button", name="增加一行").click()
    page.get_by_label("序列号").fill("SN-1")
    page.get_by_role("button", name="增加一行").click()
    second = page.locator("[data-row-box]").nth(1)
    expect(second.get_by_label("为什么")).to_be_hidden()
    second.get_by_text("网络", exact=True).click()
    second.get_by_label("为什么").fill("网口松动")
    page.get_by_role("button", name="取当前位置").click()
    expect(page.get_by_label("纬度")).to_have_value("32.051200")
    draw(page)


def test_every_kind_of_field_on_a_phone(site: Site, phone: Callable[[str], Person], tmp_path: Path) -> None:
    put_form(site, *EVERY)
    ticket = site.pages.dispatched()
    engineer = phone("field_engineer")
    engineer.context.grant_permissions(["geolocation"])
    engineer.context.set_geolocation({"latitude": 32.0512, "longitude": 118.7789, "accuracy": 9})
    path = f"/tasks/{site.pages.task(ticket, 'respond')}"
    engineer.go(path)
    page = engineer.page
    page.get_by_role("button", name="提交").click()
    for field in ("checks", "photos", "signed"):
        expect(page.locator(f"#errors-{field}")).to_have_text("此项必填。")
    expect(page.get_by_label("电压")).to_be_hidden()
    fill(page, picture(tmp_path, "IMG_1.jpg", (4000, 3000)))
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#errors-signed")).to_have_text("请点“确认签名”使用这个签名，或点“清除”。")
    page.get_by_role("button", name="确认签名").click()
    expect(page.locator("[data-signature] [data-state]")).to_have_text("已签名。")
    expect(page.locator("#draft-state")).to_contain_text("草稿已保存")
    with page.expect_response("**/draft"):
        page.get_by_label("电压").fill("11.9 V")
    page.reload()
    engineer.check()
    after_reload(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("[id='errors-parts.1.serial']")).to_have_text("此项必填。")
    page.locator("[data-row-box]").nth(1).get_by_label("序列号").fill("SN-2")
    engineer.press("提交")
    check_kept(site, engineer, path)


def after_reload(page: Page) -> None:
    """What the draft has brought back."""
    expect(page.get_by_label("电压")).to_have_value("11.9 V")
    expect(page.locator("[data-upload] img")).to_have_count(1)
    assert page.evaluate("document.querySelector('[data-upload] img').naturalWidth") > 0
    expect(page.locator("[data-row-box]")).to_have_count(2)
    expect(page.locator("[data-row-box]").nth(1).get_by_label("为什么")).to_have_value("网口松动")
    expect(page.get_by_label("纬度")).to_have_value("32.051200")
    assert page.evaluate("document.querySelector('.signature-picture').naturalWidth") > 0


def check_kept(site: Site, engineer: Person, path: str) -> None:
    """The submission as its readers see it: pictures, a table, a place; all uploads belong to the ticket."""
    engineer.go(path)
    facts = engineer.page.locator("section", has=engineer.page.get_by_role("heading", name="办理", exact=True))
    expect(facts).to_contain_text("供电")
    expect(facts).to_contain_text("纬度 32.0512，经度 118.7789（误差约 9 米）")
    expect(facts.locator(".answer-table td")).to_have_text(["SN-1", "–", "–", "SN-2", "网络", "网口松动"])
    expect(facts.locator(".pictures img")).to_have_count(2)
    with site.pages.engine.read() as connection:
        rows = connection.execute(select(Attachment.kind, Attachment.root_id, Attachment.taken_at)).all()
    assert sorted(kind for kind, root, _ in rows if root is not None) == ["photo", "signature"]
    assert len(rows) == 2


def test_a_photo_that_cannot_be_sent_stays_and_is_tried_again(
    site: Site, phone: Callable[[str], Person], tmp_path: Path
) -> None:
    put_form(site, *EVERY[2:4])
    ticket = site.pages.dispatched()
    engineer = phone("field_engineer")
    engineer.go(f"/tasks/{site.pages.task(ticket, 'respond')}")
    page = engineer.page
    page.route("**/api/v1/attachments", lambda route: route.abort())
    page.get_by_label("拍照").set_input_files(picture(tmp_path, "a.jpg", (640, 480)))
    failed = page.locator("[data-upload=failed]")
    expect(failed).to_contain_text("未传上：网络不通。照片仍在本页")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#errors-photos")).to_have_text("请等待全部传完，或删除未传上的。")
    page.unroute("**/api/v1/attachments")
    engineer.complaints.clear()  # the browser tells of the lost connection itself
    page.get_by_role("button", name="重试").click()
    expect(page.locator("[data-upload] .upload-state")).to_have_text("已上传。")
    bad = tmp_path / "b.png"
    bad.write_bytes(b"no picture")
    page.get_by_label("从相册选").set_input_files(bad)
    expect(page.locator("[data-upload=failed]")).to_contain_text("这张照片无法读取")
    page.locator("[data-upload=failed]").get_by_role("button", name="删除").click()
    expect(page.locator("[data-upload]")).to_have_count(1)
    wrong = tmp_path / "c.txt"
    wrong.write_bytes(b"MZ\x90\x00\x03")
    page.get_by_label("选择文件").set_input_files(wrong)
    expect(page.locator("[data-upload=failed]")).to_contain_text("未被接受：")
    engineer.complaints.clear()
    page.locator("[data-upload=failed]").get_by_role("button", name="删除").click()
    engineer.press("提交")


def many_points(uow: UnitOfWork, client: int) -> None:
    rows = [{"organisation_id": client, "code": f"GZ{n:03d}", "name": f"解放路 {n} 号杆"} for n in range(600)]
    uow.connection.execute(insert(Point), rows)


@pytest.mark.parametrize("words", ["GZ577", "577 号"])
def test_a_point_among_many_is_found_by_number_or_name_and_keys(
    site: Site, phone: Callable[[str], Person], words: str
) -> None:
    site.pages.engine.run(many_points, ENGINE, site.pages.client_id)
    reporter = phone("reporter")
    reporter.go("/report")
    page = reporter.page
    box = page.get_by_role("combobox", name="故障点位")
    box.fill(words)
    expect(page.locator(".found [role=option]")).to_have_text(["GZ577 解放路 577 号杆"])
    box.press("Enter")
    expect(box).to_have_value("GZ577 解放路 577 号杆")
    expect(page.get_by_label("故障设备").locator("option")).to_have_count(1)
    box.fill("没有这个点")
    expect(page.locator(".found")).to_have_text("没有找到")
    box.press("Escape")
    expect(box).to_have_value("GZ577 解放路 577 号杆")
    page.get_by_text("图像", exact=True).click()
    page.get_by_label("影响有多大").select_option(index=1)
    page.get_by_label("故障现象").fill("黑屏")
    reporter.press("报修")
    expect(page.locator(".reported")).to_contain_text("解放路 577 号杆")
