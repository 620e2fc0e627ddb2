"""The pages of forms without a script: a form is built by plain buttons, nothing that is typed or written is lost."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.commands.publish_form import publish_form
from engine.models import Design
from forms.library import SHIPPED
from tests.web.house import Answer, Pages, Visitor, give_role

REPAIR = (SHIPPED / "fault_repair_fc" / "fc_repair.form.json").read_bytes()


def table(answer: Answer) -> dict[str, str]:
    """What the browser would send of the table."""
    sent: dict[str, str] = {}
    for control in answer.page.xpath("//form[@id='sheet']//*[@name]"):
        if control.tag == "button" or (control.get("type") == "checkbox" and control.get("checked") is None):
            continue
        value = control.value if control.tag != "input" else control.get("value")
        sent[control.get("name")] = (value or "").removeprefix("\n")
    return sent


def press(visitor: Visitor, path: str, do: str = "", **typed: str) -> Answer:
    """The table as it stands, with what was typed, and a button."""
    sent = table(visitor.get(path)) | {name.replace("__", "."): text for name, text in typed.items()}
    return visitor.post(path, {**sent, "do": do} if do else sent)


def content(pages: Pages, path: str) -> dict[str, Any]:
    with pages.engine.read() as connection:
        text = connection.scalar(select(Design.content).where(Design.id == int(path.rpartition("/")[2])))
    found: dict[str, Any] = json.loads(text or b"{}")
    return found


def begin(visitor: Visitor, **asked: str) -> str:
    answer = visitor.post("/forms", asked)
    assert answer.status == 303, answer.text()
    return answer.location


@pytest.fixture
def owner(pages: Pages) -> Visitor:
    return pages.visitor("process_owner")


def test_the_list_says_where_each_form_is_shown(owner: Visitor) -> None:
    page = owner.get("/forms")
    row = page.text("//li[contains(@class, 'row-item')][.//code='fc_repair']")
    assert row == "修复故障 fc_repair 故障抢修（FC）修复故障 随产品提供 修改"
    assert len(page.page.xpath("//li[contains(@class, 'row-item')]")) == 14
    path = begin(owner, shipped="fc_repair")
    assert "继续修改 修复故障 流程管理员 · 今天 10:00" in owner.get("/forms").text(
        "//li[contains(@class, 'row-item')][.//code='fc_repair']"
    )
    assert path in owner.get("/forms").links()


def test_who_may_look_and_who_may_change(pages: Pages, owner: Visitor) -> None:
    path = begin(owner, shipped="fc_repair")
    auditor = pages.visitor("auditor")
    assert auditor.get("/forms").page.xpath("//main//form") == []
    look = auditor.get(path)
    assert look.page.xpath("//form[@id='sheet']/fieldset[@disabled]")
    assert look.page.xpath("//section[@aria-labelledby='preview-title']//textarea[@name='procedure']")
    for verb in ("", "/file", "/discard", "/submit", "/rebase"):
        assert auditor.post(path + verb).status == 403, verb
    assert pages.visitor("reporter").get("/forms").status == 403
    stranger = pages.visitor("stranger")
    for verb in ("", "/file"):
        assert stranger.get(path + verb).status == 404
    assert stranger.post(path + "/try").status == 404
    pages.engine.run(give_role, ENGINE, "stranger", "process_owner")
    for verb in ("", "/file", "/discard", "/submit", "/rebase"):
        assert stranger.post(path + verb).status == 404, verb


def test_a_process_or_decision_is_no_form(pages: Pages, owner: Visitor) -> None:
    made = owner.client.post(
        "/api/v1/designs", json={"kind": "process", "key": "x", "name": "x"}, headers={"X-CSRFToken": owner.token()}
    )
    assert made.status_code == 201, made.text
    assert owner.get(f"/forms/designs/{made.json and made.json['id']}").status == 404


def test_a_new_form_is_built_by_plain_buttons(pages: Pages, owner: Visitor) -> None:
    path = begin(owner, key="patrol_record", name="巡检记录")
    assert owner.get(path).text("//h1") == "巡检记录"
    for kind in ("textfield", "radio", "number", "checkbox"):
        answer = press(owner, path, "add:", add__=kind)
        assert answer.location.startswith(path + "#row-")
    press(
        owner, path, f__1__label="地点", f__1__key="place", f__1__required="true", f__2__choices="正常 = ok\n异常 = bad"
    )
    press(owner, path, "up:3", f__3__label="温度", f__3__hide='field_2 == "ok"')
    page = owner.get(path)
    labels = page.page.xpath("//input[starts-with(@id, 'cell-')][contains(@id, '-label')]/@value")
    assert labels == ["地点", "温度", "新的单选", "新的勾选"]
    assert page.text("//*[@id='findings-2']") == "条件只能用排在前面的字段，不能用“field_2”。"
    assert page.text("//*[@id='design-verdict']") == "有 1 处需要改正"
    press(owner, path, "down:2")
    press(owner, path, "remove:4")
    page = owner.get(path)
    assert page.text("//*[@id='design-verdict']") == "可以发布"
    assert [one["key"] for one in content(pages, path)["components"][1:]] == ["place", "field_2", "field_3"]
    assert content(pages, path)["components"][3]["conditional"] == {"hide": '${field_2 == "ok"}'}


def test_the_preview_judges_as_the_server_does(owner: Visitor) -> None:
    path = begin(owner, shipped="fc_recheck")
    refused = owner.post(path + "/try", {"recheck_ok": "no"})
    assert (refused.status, refused.errors()) == (200, {"recheck_note": "此项必填。"})
    accepted = owner.post(path + "/try", {"recheck_ok": "no", "recheck_note": "仍黑屏"})
    assert (accepted.status, accepted.errors()) == (200, {})
    assert '"recheck_note": "仍黑屏"' in accepted.text("//*[@id='preview']//*[@role='status']//pre")
    assert accepted.value("recheck_note").strip() == "仍黑屏"


def test_what_the_table_does_not_show_survives(pages: Pages, owner: Visitor) -> None:
    path = begin(owner, shipped="fc_repair")
    press(owner, path)
    assert table(owner.get(path))["revision"] == "1"  # nothing was changed, nothing was saved
    assert owner.get(path + "/file").response.data == REPAIR
    press(owner, path, f__1__help="先写先做的。")
    expected = json.loads(REPAIR)
    expected["components"][1]["description"] = "先写先做的。"
    assert content(pages, path) == expected
    changes = owner.get(path).text("//*[@id='design-changes']//li")
    assert changes == "“做了哪些处理”的提示：“按先后顺序写。” → “先写先做的。”。"


def test_two_who_save_lose_nothing(pages: Pages, owner: Visitor) -> None:
    pages.engine.run(give_role, ENGINE, "line_officer", "process_owner")
    other, path = pages.visitor("line_officer"), begin(owner, shipped="fc_recheck")
    mine, theirs = table(owner.get(path)), table(other.get(path))
    assert other.post(path, theirs | {"f.1.label": "修好了吗"}).status == 303
    answer = owner.post(path, mine | {"f.2.label": "说明一下", "do": "copy:2"})
    assert answer.status == 412
    assert "责任民警已保存过这张表单。您的改动已另存为一份设计稿" in answer.text("//*[@data-kept]")
    (kept,) = [link for link in answer.links("//*[@data-kept]") if link != path]
    labels = [one.get("label") for one in content(pages, kept)["components"][1:]]
    assert labels == ["故障真的修好了吗", "说明一下", "说明一下"]
    assert content(pages, path)["components"][1]["label"] == "修好了吗"
    assert path in owner.get(kept).links()


def test_a_file_is_taken_over_kept_and_given_back(pages: Pages, owner: Visitor) -> None:
    path = begin(owner, key="patrol_record", name="巡检记录")
    broken = b'{"type": "default", "id": "patrol_record", "a": 1, "a": 2}'

    def send(target: str, file: bytes, **more: str) -> Answer:
        parts = {"csrf_token": owner.token(), "file": (io.BytesIO(file), "x.form.json"), **more}
        return Answer(owner.client.post(target, data=parts, headers=owner.headers))

    assert send(path + "/file", broken, revision="1").status == 303
    page = owner.get(path)
    assert page.text("//*[@id='design-findings']") == "同一对象中“a”写了两次。"
    assert "文件不是可读的表单" in page.text()
    assert owner.get(path + "/file").response.data == broken
    assert send(path + "/file", REPAIR, revision="1").status == 412  # the broken one is not written over
    assert send(path + "/file", REPAIR, revision="2").status == 303
    assert owner.get(path).text("//h1") == "修复故障"
    taken = send("/forms", REPAIR)
    assert taken.status == 303
    assert owner.get(taken.location).text("//h1") == "修复故障"
    assert owner.post(path + "/discard").location == "/forms"
    assert "设计稿已删除。" in owner.get(path).text()


@pytest.mark.parametrize(
    ("key", "name", "errors"),
    [
        ("", "", {"error-name", "error-key"}),
        ("Patrol", "巡检", {"error-key"}),
        ("fc_repair", "巡检", {"error-key"}),
        ("patrol", "长" * 61, {"error-name"}),
    ],
)
def test_what_cannot_be_begun(owner: Visitor, key: str, name: str, errors: set[str]) -> None:
    answer = owner.post("/forms", {"key": key, "name": name})
    assert answer.status == 422
    assert set(answer.page.xpath("//p[@class='errors']/@id")) == errors
    assert (answer.value("key"), answer.value("name")) == (key, name)


@pytest.mark.parametrize("sent", [{"shipped": "nothing"}, {"published": "99"}, {"published": "x"}])
def test_what_is_not_there_cannot_be_changed(owner: Visitor, sent: dict[str, str]) -> None:
    assert owner.post("/forms", sent).status == 404


def test_strange_posts_change_nothing_and_break_nothing(pages: Pages, owner: Visitor) -> None:
    path = begin(owner, shipped="fc_repair")
    for sent in (
        {},
        {"do": "up:x"},
        {"do": "remove:99", "revision": "9" * 30},
        {"f.99.label": "x", "f..label": "x", "f.": "x", "f.1.1.1.label": "x", "revision": "1"},
        {"document": "[", "do": "nonsense:1", "revision": "1"},
        {"document": '{"components": []}', "do": "copy:0", "revision": "0"},
    ):
        assert owner.post(path, sent).status in (303, 412), sent
    assert content(pages, path) == json.loads(REPAIR)


def test_a_form_is_published_by_a_second_person_with_what_it_renews(pages: Pages, owner: Visitor) -> None:
    pages.engine.run(give_role, ENGINE, "line_officer", "process_owner")
    path = begin(owner, shipped="fc_recheck")
    press(owner, path, f__2__label="复核说明（必写）")
    assert "流程“故障抢修（FC）”将产生第 2 版" in owner.get(path).text("//*[@id='design-findings']")
    submitted = owner.post(path + "/submit", {"revision": "2", "note": "说清楚"})
    assert submitted.status == 303
    (release,) = [link for link in owner.get(path).links() if link.startswith("/releases/")]
    assert owner.post(path + "/submit", {"revision": "2"}).status == 409
    second = pages.visitor("line_officer")
    token = {"X-CSRFToken": second.token()}
    published = second.client.post(f"/api/v1{release}/publish", headers=token)
    assert published.status_code == 200, published.text
    row = owner.get("/forms").text("//li[contains(@class, 'row-item')][.//code='fc_recheck']")
    assert "第 1 版今天 10:00" in row
    (published_id,) = owner.get("/forms").page.xpath("//input[@name='published']/@value")
    again = begin(owner, published=str(published_id))
    assert "与第 1 版相比 0 处" in owner.get(again).text("//*[@id='design-changes']")


def changed(label: str, field: str, file: str = "fc_respond") -> bytes:
    """A shipped form with another label on one field."""
    document = json.loads((SHIPPED / "fault_repair_fc" / f"{file}.form.json").read_bytes())
    (component,) = (one for one in document["components"] if one.get("key") == field)
    component["label" if "label" in component else "dateLabel"] = label
    return json.dumps(document, ensure_ascii=False).encode()


def test_the_page_of_a_form_tells_its_versions(pages: Pages) -> None:
    auditor = pages.visitor("auditor")
    page = auditor.get("/forms/fc_respond")
    assert (page.text("//h1"), page.text("//section[@aria-labelledby='versions-title']")) == (
        "响应报修",
        "各版本随产品提供",
    )
    assert page.text("//section[@aria-labelledby='uses-title']") == "使用的流程和步骤 故障抢修（FC）响应报修"
    for label in ("怎样答复的", "答复方式"):
        pages.engine.run(publish_form, ENGINE, pages.client_id, changed(label, "responded_how"))
    page = auditor.get("/forms/fc_respond")
    assert [" ".join(one.text_content().split()) for one in page.page.xpath("//details[@class='form-part']//li")] == [
        "“答复方式”的名称：“怎样答复的” → “答复方式”。",
        "“怎样答复的”的名称：“怎么响应的” → “怎样答复的”。",
    ]
    assert auditor.post("/forms/fc_respond/try", {}).errors() == {"responded_how": "此项必填。"}
    assert auditor.get("/forms/nothing").status == 404
    pages.engine.run(give_role, ENGINE, "stranger", "process_owner")
    assert "随产品提供" in pages.visitor("stranger").get("/forms/fc_respond").text("//main")
    assert "答复方式" not in pages.visitor("stranger").get("/forms/fc_respond").text("//main")


def test_an_old_case_keeps_its_form_and_a_new_one_shows_the_new(pages: Pages) -> None:
    engineer, respond = pages.visitor("field_engineer"), "responded_how"
    old = pages.dispatched()
    pages.engine.run(publish_form, ENGINE, pages.client_id, changed("怎样答复的", respond))
    new = pages.dispatched()
    paths = {ticket: f"/tasks/{pages.task(ticket, 'respond')}" for ticket in (old, new)}
    labels = {ticket: engineer.get(path).text("//*[@id='box-responded_how']/legend") for ticket, path in paths.items()}
    assert labels == {old: "怎么响应的", new: "怎样答复的"}
    for ticket, path in paths.items():
        with pages.app.test_request_context():
            told = engineer.client.get(path.replace("/tasks", "/api/v1/tasks"))
        assert told.json is not None
        assert [one["label"] for one in told.json["form"]["items"] if one["key"] == respond] == [labels[ticket]]
        assert engineer.post(path + "/complete", {respond: "phone"}).status == 303
    pages.engine.run(publish_form, ENGINE, pages.client_id, changed("第三种叫法", respond))
    for ticket, label in labels.items():
        assert label in pages.visitor("line_officer").get(f"/tickets/{ticket}").text("//*[contains(@class, 'filled')]")


def test_the_start_form_is_the_clients_own(pages: Pages) -> None:
    reporter = pages.visitor("reporter")
    assert reporter.get("/report").text("//label[@for='field-symptom']") == "故障现象"
    pages.engine.run(publish_form, ENGINE, pages.client_id, changed("看到了什么", "symptom", "fault_report"))
    assert reporter.get("/report").text("//label[@for='field-symptom']") == "看到了什么"
    ticket = pages.report(reporter)
    assert "看到了什么" in pages.visitor("line_officer").get(f"/tickets/{ticket}").text(
        "//*[contains(@class, 'filled')]"
    )


def test_what_is_sent_after_signing_out_is_named_as_it_was_shown(pages: Pages) -> None:
    pages.engine.run(publish_form, ENGINE, pages.client_id, changed("怎样答复的", "responded_how"))
    path, engineer = f"/tasks/{pages.task(pages.dispatched(), 'respond')}", pages.visitor("field_engineer")
    shown = engineer.get(path).value("_form")
    assert len(shown) == 64
    token = engineer.token()
    engineer.post("/sign-out")
    late = Visitor(engineer.client, engineer.headers)
    with late.client.session_transaction() as session:
        session["csrf"] = token
    answer = late.post(path + "/complete", {"_form": shown, "responded_how": "phone"})
    assert answer.status == 401
    assert "怎样答复的" in answer.text()
