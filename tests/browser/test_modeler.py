"""An owner at a desk of 1440 px draws with a mouse: steps, roles, limits, findings, saving, publishing by two."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from engine.authorization import ENGINE
from engine.commands.save_design import save_design
from engine.queries.design_detail import design_content
from engine.queries.published_list import version_list
from maintenance.packs.load import shipped_tables
from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.house import give_role

Desk = Callable[[str], Person]
LISTEN = """
window.untranslated = new Set();
document.addEventListener('untranslated', (event) => window.untranslated.add(event.detail));
"""
MARK_ON_TOP = """(mark) => {
  const box = mark.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.width > 40 && box.height > 15 && mark.contains(at);
}"""
CHINESE = re.compile("[一-鿿]")


def owner(desk: Desk, name: str = "process_owner") -> Person:
    person = desk(name)
    person.context.add_init_script(LISTEN)
    return person


def begin(person: Person) -> Page:
    """The editor with a new design of the fault's process."""
    person.go("/processes/fault_repair_fc")
    expect(person.page.locator("figure[data-drawn]")).to_have_count(1)
    check_mark(person.page)
    person.press("从这一版新建设计稿")
    return ready(person.page)


def ready(page: Page) -> Page:
    expect(page.locator("[data-modeler][data-ready]")).to_be_visible()
    return page


def shape(page: Page, id: str) -> Locator:
    return page.locator(f".editor-canvas g[data-element-id='{id}']").first


def select(page: Page, id: str, name: str) -> None:
    shape(page, id).click()
    expect(page.locator(".bio-properties-panel-header")).to_contain_text(name)


def field(page: Page, id: str) -> Locator:
    return page.locator(f"[id='bio-properties-panel-{id}']")


def saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_text("已保存")


def drop_on(page: Page, entry: str, flow: str) -> None:
    """Drag an entry of the palette onto the middle of a flow."""
    start = page.locator(f".djs-palette [data-action='{entry}']").bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 20, steps=4)
    page.mouse.move(*middle(page, flow), steps=12)
    page.mouse.up()


def middle(page: Page, flow: str) -> tuple[float, float]:
    """Where the middle of a straight flow is on the screen."""
    line = page.locator(f".editor-canvas [data-element-id='{flow}'] .djs-hit").first.bounding_box()
    assert line is not None
    return line["x"] + line["width"] / 2, line["y"] + line["height"] / 2


def check_mark(page: Page) -> None:
    """The bpmn.io mark is there, large enough, and nothing stands over it."""
    marks = page.locator(".bjs-powered-by:visible")
    assert marks.count() >= 1
    for mark in marks.all():
        mark.scroll_into_view_if_needed()
        assert mark.evaluate(MARK_ON_TOP)


def test_an_owner_draws_and_a_second_person_publishes(site: Site, desk: Desk) -> None:
    person = owner(desk)
    page = begin(person)
    select(page, "spare", "启用备件")
    page.get_by_role("button", name="− 总部技术团队").click()
    page.get_by_label("角色").select_option("integrator")
    field(page, "dueDate").fill("PT4H")
    expect(page.locator("[data-entry-id='dueDate']")).to_contain_text("4 小时")
    drop_on(page, "create.bpmn:UserTask", "f_dispatch_respond")
    expect(page.locator(".bio-properties-panel-header")).not_to_contain_text("启用备件")
    field(page, "name").fill("核对现场")
    page.get_by_label("角色").select_option("dispatcher")
    saved(page)
    expect(page.locator("[data-findings] [data-summary]")).to_have_text("没有要改的，可以发布。")
    check_mark(page)
    page.reload()
    ready(page)
    expect(page.locator(".editor-canvas text", has_text="核对现场")).to_have_count(1)
    select(page, "spare", "启用备件")
    expect(page.locator(".chips")).to_have_text("集成商×")
    expect(field(page, "dueDate")).to_have_value("PT4H")
    page.get_by_role("link", name="比较").click()
    expect(page.locator("[data-comparison][data-drawn]")).to_be_visible()
    person.check()
    expect(page.locator(".changes li")).to_have_count(4)
    page.locator("[data-centre='spare']").first.click()
    expect(page.locator(".djs-shape.is-shown[data-element-id='spare']")).to_have_count(2)
    check_mark(page)
    person.open("故障抢修（FC）")
    ready(page)
    person.open("提交发布")
    page.get_by_label("改了什么，为什么").fill("派单后先核对现场")
    person.press("提交")
    site.pages.engine.run(give_role, ENGINE, "line_officer", "process_owner")
    other = owner(desk, "line_officer")
    other.go(page.url.removeprefix(site.address))
    other.press("发布")
    expect(other.page.locator("body")).to_contain_text("已发布：fault_repair_fc 第 2 版")
    with site.pages.engine.read() as connection:
        actor = site.pages.actor("process_owner", "process_owner")
        assert version_list(connection, actor, "process", "fault_repair_fc")[0].version == 2


def test_a_finding_appears_on_its_element_and_vanishes(desk: Desk) -> None:
    person = owner(desk)
    page = begin(person)
    page.mouse.click(*middle(page, "f_undiagnosed_supervise"))
    field(page, "expression").fill("${light.nothing(1)}")
    finding = page.locator("[data-findings] li")
    expect(finding).to_contain_text("没有名为“light.nothing”的函数")
    expect(page.locator(".finding-badge")).to_have_text("! 1")
    expect(page.locator(".note-error")).to_contain_text("light.nothing")
    page.locator(".editor-canvas").click(position={"x": 300, "y": 30})
    finding.get_by_role("button").click()
    expect(field(page, "expression")).to_have_value("${light.nothing(1)}")
    field(page, "expression").fill("${light != null}")
    expect(finding).to_have_count(0)
    expect(page.locator(".finding-badge")).to_have_count(0)
    person.check()


def test_nothing_drawn_is_lost_without_a_network(desk: Desk) -> None:
    person = owner(desk)
    page = begin(person)

    def cut(route: Route) -> None:
        if route.request.method == "PUT":
            route.abort()
        else:
            route.continue_()

    page.route("**/content", cut)
    page.on("dialog", lambda dialog: dialog.accept())
    select(page, "summary", "总结故障原因")
    field(page, "name").fill("总结原因")
    expect(page.locator("[data-save-state]")).to_have_text("未保存：网络不通（保存在本机）")
    page.reload()
    ready(page)
    expect(page.locator("[data-kept]")).to_contain_text("本机有没能保存的改动")
    page.unroute("**/content")
    page.get_by_role("button", name="接着用").click()
    saved(page)
    expect(page.locator(".editor-canvas text", has_text="总结原因")).to_have_count(1)
    page.reload()
    ready(page)
    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(page.locator(".editor-canvas text", has_text="总结原因")).to_have_count(1)
    assert [one for one in person.complaints if "ERR_FAILED" not in one] == []


def test_two_who_save_lose_nothing(site: Site, desk: Desk) -> None:
    person = owner(desk)
    page = begin(person)
    actor = site.pages.actor("process_owner", "process_owner")
    with site.pages.engine.read() as connection:
        content = design_content(connection, actor, 1).content
    site.pages.engine.run(save_design, actor, 1, 1, content + b"\n")
    select(page, "summary", "总结故障原因")
    field(page, "name").fill("总结原因")
    expect(page.locator("[data-conflict]")).to_contain_text("流程管理员 同时修改了这份设计稿")
    assert page.locator("[data-conflict] a").nth(0).get_attribute("href") == (
        "/processes/designs/2/comparison?with=design:1"
    )
    field(page, "name").fill("总结根因")
    saved(page)
    with site.pages.engine.read() as connection:
        mine, theirs = (design_content(connection, actor, id).content for id in (2, 1))
    assert ("总结根因".encode() in mine, theirs) == (True, content + b"\n")


def test_no_text_is_left_in_another_language(site: Site, desk: Desk) -> None:
    """The menus of every kind of element are opened in both languages."""
    person = owner(desk)
    page = begin(person)
    drive(page)
    assert page.evaluate("[...window.untranslated]") == []
    person.page.context.add_cookies([{"name": "signalbox_language", "value": "en", "url": site.address}])
    page.reload()
    ready(page)
    seen = drive(page)
    assert [text for text in seen if CHINESE.search(text)] == []


def drive(page: Page) -> list[str]:
    """Everything that the editor itself says round elements, in its menus and in its panel."""
    seen: list[str] = []
    for id in ("respond", "handle", "yellow", "note_red", "grade", "undiagnosed", "observe", "recurred", "reported"):
        if not page.locator(f".djs-shape.selected[data-element-id='{id}']").count():
            shape(page, id).click(position={"x": 6, "y": 6} if id == "handle" else None)
        pad = page.locator(".djs-context-pad [data-action]")
        expect(pad.first).to_be_visible()
        seen += [str(one.get_attribute("title")) for one in pad.all()]
        page.locator(".djs-context-pad [data-action=replace]").click()
        popup = page.locator(".djs-popup")
        seen += [*popup.all_inner_texts(), *(str(one.get_attribute("title")) for one in popup.locator("[title]").all())]
        page.keyboard.press("Escape")
        labels = page.locator(
            ".bio-properties-panel label, .bio-properties-panel-group-header-title, .djs-palette [title]"
        )
        seen += [one.get_attribute("title") or one.inner_text() for one in labels.all()]
        page.locator(".editor-canvas").click(position={"x": 300, "y": 30})
    page.locator("[data-do=simulate]").click()
    seen += [str(one.get_attribute("title")) for one in page.locator(".bts-palette [title], .bts-log [title]").all()]
    page.locator("[data-do=simulate]").click()
    return [text for text in seen if text]


def test_only_what_may_be_published_is_offered(desk: Desk) -> None:
    page = begin(owner(desk))
    offered = [one.get_attribute("data-action") for one in page.locator(".djs-palette [data-action]").all()]
    assert {"create.task", "create.data-object", "create.data-store"}.isdisjoint(offered)
    assert "create.bpmn:UserTask" in offered
    select(page, "undiagnosed", "新超时是哪种？")
    page.locator(".djs-context-pad [data-action=replace]").click()
    kinds = [one.get_attribute("data-id") for one in page.locator(".djs-popup [data-id^=replace-with]").all()]
    assert sorted(str(kind) for kind in kinds) == [
        "replace-with-event-based-gateway",
        "replace-with-inclusive-gateway",
        "replace-with-parallel-gateway",
    ]


def test_a_file_that_cannot_be_drawn_says_how_to_go_on(desk: Desk) -> None:
    person = owner(desk)
    person.go("/processes")
    broken: FilePayload = {"name": "kaputt.bpmn", "mimeType": "application/xml", "buffer": b"<definitions><oops>"}
    person.page.get_by_label("BPMN 或 DMN 文件").set_input_files(broken)
    person.press("导入")
    expect(person.page.get_by_role("heading", name="这个文件画不出来")).to_be_visible()
    expect(person.page.locator("[data-xml]")).to_have_text("<definitions><oops>")
    expect(person.page.locator("[data-findings] li")).to_contain_text("文件不是完整的 XML")
    person.check()


def test_a_decision_table_is_edited_and_tried(desk: Desk) -> None:
    person = owner(desk)
    person.go("/processes?kind=decision")
    table: FilePayload = {"name": "D22.dmn", "mimeType": "application/xml", "buffer": shipped_tables("FC")[1]}
    person.page.get_by_label("BPMN 或 DMN 文件").set_input_files(table)
    person.press("导入")
    page = person.page
    expect(page.locator("[data-tables][data-ready]")).to_be_visible()
    page.locator("tbody .output-cell").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("12")
    page.locator("tbody .output-cell").nth(1).click()
    saved(page)
    page.get_by_label("level").fill("1")
    page.get_by_role("button", name="试算一次").click()
    expect(page.locator(".try-result")).to_contain_text("respond_min 12")
    check_mark(page)
    assert page.evaluate("[...window.untranslated]") == []
    person.check()


def test_on_a_phone_the_diagram_is_there_to_look_at(desk: Desk, phone: Desk) -> None:
    page = begin(owner(desk))
    path = page.url.partition("/processes")[1] + page.url.partition("/processes")[2]
    small = owner(phone)
    small.go(path)
    expect(small.page.get_by_text("画图需要大屏幕")).to_be_visible()
    expect(small.page.locator("figure[data-drawn]")).to_be_visible()
    assert small.page.locator(".djs-palette").count() == 0
    check_mark(small.page)
    small.check()
