"""Templates: safe under a strict policy, accessible, whole in both languages, and honest about what they are given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from lxml import html

from tests.web.conftest import Render
from tests.web.frame import PAGES, WEB, all_kinds, field, form, frame, message, my_tasks, task, ticket, tickets
from tests.web.invented import NOW

TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*="),
    "style element": re.compile(r"<style\b"),
    "inline handler": re.compile(r"\son[a-z]+\s*="),
    "script in the page": re.compile(r"<script\b"),  # assets prints the only ones
    "script address": re.compile(r"javascript:|[\"']js:"),
    "htmx that compiles text": re.compile(r"\shx-on|\shx-vals\s*=\s*[\"']js|hx-trigger=\"[^\"]*\["),
    "foreign address": re.compile(r"(src|href|action)=\"(https?:)?//"),
}


def one(page: html.HtmlElement, path: str) -> html.HtmlElement:
    found = page.xpath(path)
    assert len(found) == 1, (path, len(found))
    return found[0]


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_in_a_template_breaks_the_content_policy(path: Path) -> None:
    source = path.read_text("utf-8")
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(source)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_each_template_says_first_what_it_needs(path: Path) -> None:
    assert path.read_text("utf-8").startswith("{#-")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(render: Render, name: str, language: str) -> None:
    page = render(name, language, **PAGES[name])
    assert page.get("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//main[@id='main']")
    assert page.xpath("//a[@class='skip'][@href='#main']")
    assert page.xpath("//title")[0].text.endswith("· Signalbox")
    ids = page.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert page.xpath(f"//label[@for='{control.get('id')}']") or control.xpath("ancestor::label"), control.get(
            "name"
        )
    for target in " ".join(page.xpath("//@aria-describedby | //@aria-labelledby")).split():
        assert target in ids


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_changes_something_carries_the_token(render: Render, name: str) -> None:
    page = render(name, **PAGES[name])
    posts = page.xpath("//form[@method='post']")
    assert posts
    for each in posts:
        assert each.xpath(".//input[@name='csrf_token']/@value") == ["token-1"]
    assert {each.get("method") for each in page.xpath("//form")} <= {"get", "post"}


def test_sign_out_is_a_form(render: Render) -> None:
    page = render("my_tasks.html", tasks=my_tasks())
    assert text(one(page, "//form[@action='/sign-out']//button")) == "退出登录"


@pytest.mark.parametrize(("language", "other", "label"), [("zh", "en", "English"), ("en", "zh", "中文")])
def test_the_other_language_is_one_click_away(render: Render, language: str, other: str, label: str) -> None:
    button = one(render("my_tasks.html", language, tasks=my_tasks()), "//form[@action='/language']//button")
    assert (button.get("value"), text(button)) == (other, label)
    assert button.xpath("../input[@name='next']/@value") == ["/tasks?tab=open"]


def test_flashed_messages_are_announced(app: Flask) -> None:
    from flask import flash

    with app.test_request_context("/"):
        flash("已签收。", "success")
        flash("未能签收。", "danger")
        page = html.document_fromstring(render_template("my_tasks.html", frame=frame(), tasks=my_tasks()))
    assert text(one(page, "//div[@class='notice notice-success'][@role='status']")) == "已签收。"
    assert text(one(page, "//div[@class='notice notice-danger'][not(@hidden)]")) == "未能签收。"


@pytest.mark.parametrize(
    ("light", "words"),
    [
        (("剩 47 分", "ok"), "剩 47 分"),
        (("剩 1 分", "warn"), "黄灯 剩 1 分"),
        (("已超 42 分", "late"), "红灯 已超 42 分"),
        (("无时限", ""), "无时限"),
    ],
)
def test_a_light_is_said_in_words_too(render: Render, light: tuple[str, str], words: str) -> None:
    row = my_tasks()["rows"][0] | {"light": light}
    shown = one(render("my_tasks.html", tasks=my_tasks(rows=[row])), "//span[starts-with(@class, 'light')]")
    assert text(shown) == words
    assert shown.get("class") == f"light light-{light[1]}".removesuffix(" light-")


def test_a_task_row_is_one_link_with_its_facts(render: Render) -> None:
    page = render("my_tasks.html", tasks=my_tasks())
    row = one(page, "//li[@id='row-7']")
    assert one(row, ".//a[@data-row]").get("href") == "/tasks/7"
    assert "GZ1 · 离线" in text(row)
    assert one(row, ".//time").get("datetime") == "2026-11-20T10:15:20+08:00"
    assert one(row, ".//form").get("action") == "/tasks/7/claim"
    assert one(page, "//a[@rel='next']").get("href") == "/tasks?after=7"


def test_the_list_refreshes_by_an_event_and_nothing_compiled(render: Render) -> None:
    area = one(render("my_tasks.html", tasks=my_tasks()), "//div[@id='task-list']")
    wanted = {"data-live": "30", "hx-get": "/tasks?tab=open", "hx-trigger": "refresh", "hx-swap": "outerMorph"}
    assert {name: area.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("tab", "q", "words", "button"),
    [
        ("open", "", "没有待办", True),
        ("candidate", "", "本组没有待签任务", False),
        ("done", "", "还没有已办任务", False),
        ("started", "", "还没有发起过工单", True),
        ("open", "<b>", "没有找到“<b>”", False),
    ],
)
def test_an_empty_list_says_what_to_do_next(render: Render, tab: str, q: str, words: str, button: bool) -> None:
    page = render("my_tasks.html", tasks=my_tasks(tab=tab, q=q, rows=[]))
    empty = one(page, "//div[@class='empty']")
    assert text(one(empty, "h2")) == words
    assert empty.xpath(".//a/@href") == (["/report"] if button else [])


def fields_of(render: Render, *fields: dict[str, Any], **changes: Any) -> html.HtmlElement:
    report = {"title": "故障报修", "intro": "", "form": form(*fields, **changes), "back_url": "/tasks"}
    return one(render("report.html", report=report), "//form[@data-staff-form]")


def test_every_kind_of_field_is_drawn_with_its_value(render: Render) -> None:
    drawn = fields_of(render, *all_kinds())
    controls = drawn.xpath(".//*[starts-with(@id, 'field-')]")
    kinds = {control.get("id"): (control.tag, control.get("type")) for control in controls}
    assert kinds == {
        "field-serial": ("input", "text"),
        "field-note": ("textarea", None),
        "field-count": ("input", "number"),
        "field-safe": ("input", "checkbox"),
        "field-choice-1": ("input", "radio"),
        "field-choice-2": ("input", "radio"),
        "field-cause": ("select", None),
        "field-arrived": ("input", "datetime-local"),
        "field-checks-1": ("input", "checkbox"),
        "field-checks-2": ("input", "checkbox"),
        "field-photos": ("input", "file"),
        "field-papers": ("input", "file"),
        "field-signed": ("input", "text"),
        "field-place-latitude": ("input", "number"),
        "field-place-longitude": ("input", "number"),
        "field-parts.0.serial": ("input", "text"),
        "field-parts.1.serial": ("input", "text"),
        "field-parts.__row__.serial": ("input", "text"),
    }
    values = dict(drawn.form_values())
    assert values == {
        "csrf_token": "token-1",
        "idempotency_key": "k-1",
        "serial": '"><script>',
        "note": "\n",  # the line break after the tag, which browsers leave out
        "count": "12",
        "safe": "true",
        "choice": "b",
        "cause": "a",
        "arrived": "2026-11-20T10:09",
        "checks": "b",
        "photos": "f1",
        "papers": "f2",
        "signed": "f3",
        "place.latitude": "32.05",
        "place.longitude": "118.78",
        "place.accuracy": "9",
        "parts.row": "__row__",  # the last of 0, 1 and the row that the script copies, which browsers leave out
        "parts.0.serial": "",
        "parts.1.serial": "",
        "parts.__row__.serial": "",
    }
    assert text(one(drawn, ".//div[@class='shown']")) == "09:32"
    assert text(one(drawn, ".//p[@class='field field-text']")) == "先看说明"


def test_limits_stand_on_the_control(render: Render) -> None:
    drawn = fields_of(render, *all_kinds())
    serial, count = one(drawn, ".//*[@id='field-serial']"), one(drawn, ".//*[@id='field-count']")
    assert (serial.get("maxlength"), serial.get("required")) == ("40", "")
    assert (count.get("min"), count.get("max"), count.get("step"), count.get("required")) == ("0", "500", "1", None)
    optional = [mark.getparent().get("for") for mark in drawn.xpath(".//*[@data-optional]")]
    assert [name for name in optional if name] == ["field-note", "field-count", "field-cause", "field-arrived"]
    assert [mark.getparent().tag for mark in drawn.xpath(".//*[@data-optional]")].count("legend") == 5
    assert drawn.xpath(".//*[@data-row-box]//*[@required]") == []
    assert len(drawn.xpath(".//*[@data-row-box]//*[@data-required]")) == 3


def test_conditions_travel_as_json(render: Render) -> None:
    show = {"all": [{"name": "a", "is": '"&<'}, {"name": "b", "is_not": None}]}
    drawn = fields_of(render, field("textfield", "x", show=show, require=show), known={"b": "<已知>"})
    box = one(drawn, ".//*[@data-show]")
    assert json.loads(box.get("data-show")) == show
    assert json.loads(box.get("data-require")) == show
    assert json.loads(drawn.get("data-known")) == {"b": "<已知>"}


def test_a_conditional_field_never_blocks_a_browser_without_script(render: Render) -> None:
    hidden = field("textfield", "x", required=True, show={"name": "a", "is": True})
    drawn = fields_of(render, hidden, field("textfield", "y", required=True))
    assert drawn.xpath(".//*[@required]/@name") == ["y"]
    assert drawn.xpath(".//*[@data-required]//@name") == ["x"]


def test_errors_stand_beside_their_field_and_above_the_form(render: Render) -> None:
    wrong = [
        field("textfield", "a", errors=["此项必填。"], help="提示"),
        field("radio", "b", options=[("1", "一")], errors=["请选择。"]),
        field("textfield", "c"),
    ]
    drawn = fields_of(render, *wrong, errors=["内容过大。"])
    summary = one(drawn, ".//div[@role='alert']")
    assert text(summary) == "内容过大。 有 2 项需要改正： 字段 a、字段 b"
    assert summary.xpath(".//a/@href") == ["#field-a", "#field-b-1"]
    control = one(drawn, ".//*[@id='field-a']")
    assert (control.get("aria-invalid"), control.get("aria-describedby")) == ("true", "help-a errors-a")
    assert text(one(drawn, ".//*[@id='errors-a']")) == "此项必填。"
    assert one(drawn, ".//*[@id='field-c']").get("aria-invalid") is None
    assert one(drawn, ".//fieldset").get("aria-describedby") == "errors-b"


def test_an_error_in_a_row_is_named_with_its_row(render: Render) -> None:
    def row(number: str, *errors: str) -> dict[str, Any]:
        cell = field("textfield", f"parts.{number}.old_serial", label="旧设备序列号", in_row=True, errors=list(errors))
        return {"number": number, "spare": False, "fields": [cell]}

    rows = [row("0", "此项必填。"), row("1"), row("2", "此项必填。")]
    parts = field("rows", "parts", rows=rows, blank=row("__row__"), max_count=20, errors=["最多 2 行。"])
    drawn = fields_of(render, parts, field("textfield", "z", errors=["此项必填。"]))
    summary = one(drawn, ".//div[@role='alert']")
    assert text(summary) == "有 4 项需要改正： 字段 parts、第 1 行 旧设备序列号、第 3 行 旧设备序列号、字段 z"
    assert summary.xpath(".//a/@href") == [
        "#box-parts",
        "#field-parts.0.old_serial",
        "#field-parts.2.old_serial",
        "#field-z",
    ]
    assert "data-refusal" in summary.attrib  # the script takes it away by this mark


def test_a_form_without_errors_shows_no_alert(render: Render) -> None:
    assert fields_of(render, field("textfield", "a")).xpath(".//*[@role='alert']") == []


def test_drafts_are_announced_and_work_without_script(render: Render) -> None:
    drawn = fields_of(render, field("textfield", "a"))
    state = one(drawn, ".//*[@id='draft-state'][@role='status']")
    assert text(state) == "草稿保存于 今天 10:11"
    assert state.get("data-saved") == "草稿已保存 {time}"
    assert (drawn.get("data-draft"), drawn.get("data-draft-state")) == ("/tasks/7/draft", "draft-state")
    button = one(drawn, ".//button[@formaction]")
    assert (button.get("formaction"), button.get("formnovalidate")) == ("/tasks/7/draft", "")
    without = fields_of(render, field("textfield", "a"), draft_url=None, draft_at=None)
    assert without.xpath(".//*[@id='draft-state'] | .//@data-draft | .//@formaction") == []


def test_a_task_shows_its_form_only_to_who_may_complete_it(render: Render) -> None:
    free = {"text": "外场组尚未签收。", "claim_url": "/tasks/7/claim", "unclaim_url": None, "main": True}
    page = render("task.html", task=task(form=None, claim=free))
    assert page.xpath("//form[@data-staff-form]") == []
    assert "btn-primary" in one(page, "//form[@action='/tasks/7/claim']//button").get("class")
    assert "签收后即可填写。" in text(one(page, "//main"))
    assert render("task.html", task=task()).xpath("//form/@action").count("/tasks/7/complete") == 1


def test_text_of_people_is_never_markup(render: Render) -> None:
    page = render("task.html", task=task())
    assert "<b>钥匙</b>" in text(one(page, "//section[@id='comments']"))


def test_steps_and_clocks_are_readable_without_seeing(render: Render) -> None:
    page = render("task.html", task=task())
    assert text(one(page, "//li[@aria-current='step']")) == "到场"
    assert "第 2 步，共 2 步" in text(one(page, "//p[@class='steps-where']"))
    bar = one(page, "//progress")
    assert (bar.get("aria-label"), bar.get("value"), bar.get("max")) == ("已用时间：诊断", "7200", "7200")


def test_a_ticket_tells_its_story_by_day(render: Render) -> None:
    page = render("ticket.html", ticket=ticket())
    entries = [text(entry) for entry in page.xpath("//ol[@class='timeline']/li")]
    assert entries == [
        "今天",
        "10:14 红灯： 已升级说明",
        "昨天",
        "14:14 黄灯： 已用 80%说明",
        "11 月 18 日",
        "18:14 备注说明",
        "11 月 17 日",
        "22:14 报修说明",
    ]


def test_a_clock_shows_its_arithmetic(render: Render) -> None:
    table = one(render("ticket.html", ticket=ticket()), "//table[@class='clocks']")
    assert [text(cell) for cell in table.xpath("./tbody/tr[1]/*")] == [
        "到场运维一队",
        "30 分FC §5.2",
        "今天 10:14",
        "7 分 7 秒",
        "按时",
    ]
    assert text(one(table, ".//ul[@class='arithmetic']")) == "30 分 − 7 分 7 秒"


def test_cancelling_is_offered_to_the_permitted_only(render: Render) -> None:
    page = render("ticket.html", ticket=ticket())
    assert page.xpath("//form[@action='/tickets/1/cancel']//textarea[@required][@name='reason']")
    assert "open" in one(page, "//details[contains(@class, 'danger-zone')]").attrib
    assert render("ticket.html", ticket=ticket(cancel=None)).xpath("//textarea[@name='reason']") == []


def test_tickets_keep_their_filter_in_the_address(render: Render) -> None:
    page = render("tickets.html", tickets=tickets(q="离线"))
    search = one(page, "//form[@role='search']")
    assert search.get("method") == "get"
    kept = {name: value for name, value in search.form_values() if value}
    assert kept == {
        "q": "离线",
        "state": "active",
        "level": "active",
        "stopped_from": "2026-11-01",
        "waiting": "dispatch",
    }
    assert one(page, "//a[@rel='next']").get("href") == "/tickets?after=1"


def test_a_message_stands_alone_for_htmx(app: Flask, render: Render) -> None:
    with app.test_request_context("/"):
        part = render_template("message.html", message=message(), partial=True, frame=frame())
    assert part.lstrip().startswith('<section class="message')
    assert "<html" not in part
    page = render("message.html", message=message(), partial=False)
    assert text(one(page, "//section[@role='alert']")) == (
        "任务已由他人办理 本次未提交。 接下来怎么办 查看工单 查看工单 代码 task_not_open · 编号 7f3a"
    )


def test_times_are_read_from_one_now(render: Render) -> None:
    fact = [{"label": "报修时间", "value": NOW}, {"label": "空", "value": ""}]
    page = render("task.html", "en", task=task(context=fact, point=None))
    assert [text(value) for value in page.xpath("//aside//dd")] == ["Today 10:14", "–"]


@pytest.mark.parametrize("name", PAGES)
def test_a_way_back_is_an_icon_and_one_text(render: Render, name: str) -> None:
    """`.back` is a flex box: each text of its own would stand in a column of its own on a phone."""
    for link in render(name, **PAGES[name]).xpath("//a[@class='back']"):
        assert len(link.xpath("*[not(self::svg)] | text()[normalize-space()]")) == 1
