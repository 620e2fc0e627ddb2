"""A process owner at a desk builds a form: fields come, move and go in place, the preview follows, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from engine.authorization import ENGINE
from tests.browser.accessibility import findings
from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.house import give_role

FIELDS = (("textfield", "巡检地点"), ("radio", "结果"), ("number", "温度"), ("photo", "照片"))


def saved(page: Page) -> None:
    """What was typed last has been saved."""
    expect(page.locator("#design-state")).to_contain_text("保存于")


def build(owner: Person) -> Page:
    """A new form with the four fields, made by the keyboard where a person would."""
    page = owner.page
    owner.go("/forms")
    page.get_by_text("新建表单").click()
    page.get_by_label("名称").fill("巡检记录")
    page.get_by_label("表单标识").fill("patrol_record")
    owner.press("开始设计")
    for number, (kind, label) in enumerate(FIELDS, 1):
        page.locator("#add-field").select_option(kind)
        page.get_by_role("button", name="增加一项").click()
        expect(page.locator(f"#cell-{number}-label")).to_be_focused()
        page.keyboard.type(label)
        expect(page.locator("#preview")).to_contain_text(label)
    return page


def test_a_form_of_four_fields_is_built_and_seen(site: Site, desk: Callable[[str], Person]) -> None:
    owner = desk("process_owner")
    page = build(owner)
    expect(page.locator("#preview h3")).to_have_text("巡检记录")
    page.locator("#more-2 summary").click()
    page.locator("#cell-2-choices").fill("正常 = ok\n异常 = bad")
    page.locator("#more-3 summary").click()
    page.locator("#cell-3-hide").fill('field_2 != "bad')
    expect(page.locator("#findings-3")).to_contain_text("条件只能用")
    expect(page.locator("#design-verdict")).to_have_text("有 1 处需要改正")
    expect(page.locator("#preview")).not_to_contain_text("温度")
    page.locator("#cell-3-hide").fill('field_2 != "bad"')
    expect(page.locator("#design-verdict")).to_have_text("可以发布")
    expect(page.locator("#findings-3")).to_be_empty()
    shown = page.locator("#preview").get_by_label("温度")
    expect(shown).to_be_hidden()
    page.locator("#preview").get_by_text("异常", exact=True).click()
    expect(shown).to_be_visible()
    shown.fill("36.6")
    page.locator("#cell-1-required").check()
    saved(page)
    expect(shown).to_have_value("36.6")  # what is tried outlives a save
    page.locator("#preview").get_by_role("button", name="试填").click()
    expect(page.locator("#errors-field_1")).to_have_text("此项必填。")
    page.locator("#field-field_1").fill("滨河路")
    page.locator("#preview").get_by_role("button", name="试填").click()
    expect(page.locator("#preview pre")).to_contain_text('"field_3": 36.6')
    owner.check()
    assert findings(page) == []


def test_rows_move_where_the_eyes_are(site: Site, desk: Callable[[str], Person]) -> None:
    owner = desk("process_owner")
    page = build(owner)
    labels = page.locator("[data-form-row] .form-cell-label input")
    page.get_by_role("button", name="上移“照片”").click()
    expect(page.get_by_role("button", name="上移“照片”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(labels.nth(1)).to_have_value("照片")
    page.get_by_role("button", name="复制“巡检地点”").click()
    expect(labels).to_have_count(5)
    expect(labels.nth(1)).to_be_focused()
    page.keyboard.type("到达时间")
    page.locator("#kind-2").select_option("datetime")
    expect(page.locator("#kind-2")).to_be_focused()
    expect(page.locator("#preview").get_by_label("到达时间")).to_have_attribute("type", "datetime-local")
    page.get_by_role("button", name="删除“结果”").click()
    expect(labels).to_have_count(4)
    page.reload()
    owner.check()
    values = [labels.nth(number).input_value() for number in range(4)]
    assert values == ["巡检地点", "到达时间", "照片", "温度"]


def test_two_at_the_same_form_and_a_lost_connection(site: Site, desk: Callable[[str], Person]) -> None:
    site.pages.engine.run(give_role, ENGINE, "line_officer", "process_owner")
    owner, other = desk("process_owner"), desk("line_officer")
    page = build(owner)
    other.go(page.url.removeprefix(site.address))
    page.route(
        "**/forms/designs/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.locator("#form-title").fill("巡检")
    expect(page.locator("#design-state")).to_have_text("未保存：网络不通，稍后重试。")
    owner.complaints.clear()  # the browser tells of the lost connection itself
    other.page.locator("#form-title").fill("夜间巡检")
    saved(other.page)
    expect(other.page.locator("h1")).to_have_text("夜间巡检")
    page.unroute("**/forms/designs/*")
    page.locator("#cell-1-label").fill("地点")
    expect(page.locator("[data-kept]")).to_contain_text("您的改动已另存为一份设计稿")
    owner.complaints.clear()  # and of the refusal, 412
    assert findings(page) == []
    owner.open("打开我的改动")
    expect(page.locator("#form-title")).to_have_value("巡检")
    expect(page.locator("#cell-1-label")).to_have_value("地点")


def test_it_can_be_used_on_a_phone(site: Site, phone: Callable[[str], Person]) -> None:
    owner = phone("process_owner")
    page = build(owner)
    page.get_by_role("button", name="下移“巡检地点”").click()
    expect(page.locator("#cell-2-label")).to_have_value("巡检地点")
    owner.check()
    assert findings(page) == []
    owner.go("/forms")
    assert findings(page) == []
