"""任务办理: claim, draft, errors with what was typed, and what is said when somebody else was faster."""

from __future__ import annotations

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.models import ProcessInstance, UserTask
from forms.layout import Item, Layout
from tests.web.house import Answer, Pages, give_role
from web.posted import posted

WRONG = {"cause": "x" * 300, "finding": "没有输出", "repairable_on_site": "maybe"}


def draft_of(pages: Pages, task: str) -> str | None:
    with pages.engine.read() as connection:
        return connection.scalar(select(UserTask.draft).where(UserTask.id == task))


def at_diagnosis(pages: Pages) -> str:
    """The path of a diagnosis that waits for the field engineer."""
    ticket = pages.dispatched()
    engineer = pages.visitor("field_engineer")
    engineer.post(f"/tasks/{pages.task(ticket, 'respond')}/complete", {"responded_how": "phone"})
    engineer.post(f"/tasks/{pages.task(ticket, 'arrive')}/complete")
    return f"/tasks/{pages.task(ticket, 'diagnose')}"


def test_claim_and_give_back(pages: Pages) -> None:
    task = pages.task(pages.report(pages.visitor("reporter")), "dispatch")
    desk = pages.visitor("dispatcher")
    assert "尚无人签收" in desk.get(f"/tasks/{task}").text("//div[@class='claim']")
    claimed = desk.follow(desk.post(f"/tasks/{task}/claim"))
    assert claimed.text("//div[@class='claim']/p") == "由您办理。"
    back = desk.follow(desk.post(f"/tasks/{task}/unclaim"))
    assert "任务已退回，等待他人签收。" in back.text("//*[@class='notices']")
    watcher = pages.visitor("line_officer").get(f"/tasks/{task}")
    assert watcher.text("//div[@class='claim']/p") == "等待服务值班签收。"
    assert watcher.page.xpath("//form[@data-staff-form]") == []


def test_what_the_steps_before_have_said_stands_beside_the_form(pages: Pages) -> None:
    path = at_diagnosis(pages)
    earlier = "//aside//details[@class='filled']"
    page = pages.visitor("field_engineer").get(path)
    titles = [element.text for element in page.page.xpath(f"{earlier}/summary/b")]
    assert titles == ["到场签到", "响应报修", "核实派单"]
    assert pages.visitor("reporter").get(path).page.xpath(earlier) == []


def test_a_filled_form_is_for_who_filled_it_and_for_who_may_read_history(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    task = pages.task(ticket, "dispatch")
    note = {"engineer": "field_engineer", "note": "带钥匙"}
    pages.engine.run(complete_task, pages.actor("dispatcher2", "dispatcher"), task, note)
    assert "带钥匙" in pages.visitor("auditor").get(f"/tasks/{task}").text("//main")
    told = pages.visitor("reporter").get(f"/tasks/{task}").text("//main")
    assert "带钥匙" not in told
    assert "表单只向办理人显示。" in told


def test_errors_stand_beside_their_field_and_nothing_typed_is_lost(pages: Pages) -> None:
    path = at_diagnosis(pages)
    answer = pages.visitor("field_engineer").post(f"{path}/complete", WRONG)
    assert answer.status == 422
    assert answer.errors() == {"cause": "最多 200 个字。", "repairable_on_site": "不在可选范围内。"}
    assert (answer.value("cause"), answer.value("finding").strip()) == ("x" * 300, "没有输出")
    assert answer.page.xpath("//main//a[starts-with(@href,'#field-')]/@href") == [
        "#field-cause",
        "#field-repairable_on_site-1",
    ]
    english = pages.visitor("field_engineer", "en").post(f"{path}/complete", {})
    assert english.errors()["cause"] == "This field is required."


def test_an_unknown_field_and_a_text_of_a_megabyte_are_refused_and_the_draft_stays(pages: Pages) -> None:
    path = at_diagnosis(pages)
    task, engineer = path.rpartition("/")[2], pages.visitor("field_engineer")
    engineer.post(f"{path}/draft", {"cause": "雷击"}, Accept="application/json")
    answer = engineer.post(f"{path}/complete", {"finding": "长" * 340_000, "surprise": "<b>"})
    assert answer.status == 422
    assert answer.errors()["finding"] == "最多 1000 个字。"
    assert "surprise: 表单没有这一项。" in answer.text("//*[@role='alert']")
    assert draft_of(pages, task) == '{"cause":"雷击"}'
    assert engineer.get(path).value("cause") == "雷击"
    assert "已载入您的草稿。" in engineer.get(path).text("//*[@id='draft-state']")
    assert engineer.post(f"{path}/complete", {"finding": "长" * 600_000}).status == 413


def test_a_draft_is_kept_by_script_by_json_and_by_button(pages: Pages) -> None:
    path = at_diagnosis(pages)
    task, engineer = path.rpartition("/")[2], pages.visitor("field_engineer")
    by_script = engineer.post(f"{path}/draft", {"cause": "雷击", "repairable_on_site": "no"}, Accept="application/json")
    assert by_script.response.json == {"saved": True}
    assert draft_of(pages, task) == '{"cause":"雷击","repairable_on_site":"no"}'
    token = {"X-CSRFToken": engineer.token(), "Accept": "application/json"}
    by_json = engineer.client.put(f"{path}/draft", json={"cause": "进水"}, headers=token)
    assert (by_json.status_code, draft_of(pages, task)) == (200, '{"cause":"进水"}')
    by_button = engineer.follow(engineer.post(f"{path}/draft", {"cause": "断线"}))
    assert "草稿已保存。" in by_button.text("//*[@class='notices']")
    assert by_button.value("cause") == "断线"
    assert engineer.client.put(f"{path}/draft", json=["x"], headers=token).status_code == 422
    assert engineer.client.put(f"{path}/draft", json={"cause": "x"}).status_code == 400
    too_large = engineer.client.put(f"{path}/draft", json={"cause": "x" * 70_000}, headers=token)
    assert (too_large.status_code, too_large.json and too_large.json["code"]) == (422, "draft_too_large")
    assert draft_of(pages, task) == '{"cause":"断线"}'


def test_a_draft_holds_what_the_script_sent_and_the_page_still_opens(pages: Pages) -> None:
    path = at_diagnosis(pages)
    engineer = pages.visitor("field_engineer")
    names = ("cause", "finding", "repairable_on_site", "point", "promise", "unknown")
    for value in (None, 7, True, ["x"], {"a": 1}, "<b>", "2026-11-20T10:00"):
        sent = engineer.client.put(
            f"{path}/draft", json=dict.fromkeys(names, value), headers={"X-CSRFToken": engineer.token()}
        )
        assert (sent.status_code, engineer.get(path).status) == (200, 200), value


@pytest.mark.parametrize(
    "body",
    [
        '{"cause": "\\ud800"}',
        '{"cause": "\\u0000"}',
        '{"cause": NaN}',
        f'{{"cause": {"9" * 30}}}',
        "[" * 300 + "]" * 300,
        "{",
    ],
    ids=["half a letter", "U+0000", "NaN", "30 digits", "300 lists", "no JSON"],
)
def test_a_draft_that_cannot_be_kept_is_refused_in_words(pages: Pages, body: str) -> None:
    path = at_diagnosis(pages)
    task, engineer = path.rpartition("/")[2], pages.visitor("field_engineer")
    engineer.post(f"{path}/draft", {"cause": "雷击"}, Accept="application/json")
    headers = engineer.headers | {"X-CSRFToken": engineer.token()}
    sent = engineer.client.put(f"{path}/draft", data=body, content_type="application/json", headers=headers)
    assert sent.status_code == 400
    assert sent.json is not None
    assert (sent.json["saved"], sent.json["code"]) == (False, "malformed_json")
    assert sent.json["message"].startswith("请求体不是可用的 JSON：")
    assert draft_of(pages, task) == '{"cause":"雷击"}'


def test_a_typed_number_of_any_size_can_be_kept(app: Flask) -> None:
    layout = Layout("f", "", (Item("number", "Field_1", "n"),))
    for text, value in (
        ("9" * 30, 1e30),
        ("9007199254740991", 2**53 - 1),
        ("12", 12),
        ("1.5", 1.5),
        ("1e999", "1e999"),
    ):
        with app.test_request_context("/", method="POST", data={"n": text}):
            assert posted(layout) == {"n": value}
            assert orjson.loads(orjson.dumps(posted(layout))) == {"n": value}


def test_somebody_else_s_draft_is_refused_in_words(pages: Pages) -> None:
    path = at_diagnosis(pages)
    other = pages.visitor("engineer2")
    assert other.post(f"{path}/draft", {"cause": "x"}, Accept="application/json").response.status_code == 409
    answer = other.post(f"{path}/draft", {"cause": "我的诊断"})
    assert (answer.status, answer.text("//h1")) == (409, "该任务由他人办理")
    assert "我的诊断" in answer.text("//dl")


def test_taken_by_another_while_open(pages: Pages) -> None:
    task = pages.task(pages.report(pages.visitor("reporter")), "dispatch")
    desk = pages.visitor("dispatcher")
    assert desk.get(f"/tasks/{task}").page.xpath("//form[@data-staff-form]")
    pages.engine.run(claim_task, pages.actor("dispatcher2", "dispatcher"), task)
    answer = desk.post(f"/tasks/{task}/complete", {"engineer": "field_engineer", "note": "带 <电源>"})
    assert (answer.status, answer.text("//h1")) == (409, "该任务由他人办理")
    assert "任务已由第二值班签收。" in answer.text()
    assert "派给谁 技术工程师 交代事项 带 <电源>" in answer.text("//dl")
    assert desk.post(f"/tasks/{task}/claim").status == 409
    assert "第二值班 正在办理。" in desk.get(f"/tasks/{task}").text("//div[@class='claim']")


def test_completed_by_another_while_open(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    task = pages.task(ticket, "dispatch")
    second = pages.actor("dispatcher2", "dispatcher")
    desk = pages.visitor("dispatcher")
    pages.engine.run(complete_task, second, task, {"engineer": "field_engineer"})
    answer = desk.post(f"/tasks/{task}/complete", {"engineer": "engineer2", "note": "急"})
    assert (answer.status, answer.text("//h1")) == (409, "任务已由他人办结")
    assert "第二值班 已办结“核实派单”，您这次提交没有保存。" in answer.text()
    assert answer.links() == [f"/tickets/{ticket}", "/tasks"]
    assert "交代事项 急" in answer.text("//dl")
    assert "第二值班 已于 今天 10:00 办结。" in desk.get(f"/tasks/{task}").text("//div[@class='claim']")


def test_cancelled_while_open(pages: Pages) -> None:
    path = at_diagnosis(pages)
    pages.engine.run(cancel_instance, ENGINE, _only_ticket(pages), "误报")
    answer = pages.visitor("field_engineer").post(f"{path}/complete", {"cause": "电源"})
    assert (answer.status, answer.text("//h1")) == (409, "任务已不需要办理")
    assert "故障原因 电源" in answer.text("//dl")
    assert "该任务未办理即已结束。" in pages.visitor("field_engineer").get(path).text("//div[@class='claim']")


def test_a_double_submit_says_it_is_done(pages: Pages) -> None:
    ticket = pages.dispatched()
    path, engineer = f"/tasks/{pages.task(ticket, 'respond')}", pages.visitor("field_engineer")
    assert engineer.post(f"{path}/complete", {"responded_how": "phone"}).status == 303
    answer = engineer.post(f"{path}/complete", {"responded_how": "phone"})
    assert (answer.status, answer.text("//h1")) == (409, "您已办结该任务")
    assert "怎么响应的 已电话联系" in engineer.get(path).text("//section[.//h2='办理']")


def test_performer_does_not_accept(pages: Pages) -> None:
    """Who repaired does not recheck. The page stays with its form and says why."""
    ticket = pages.dispatched("field_engineer")
    engineer = pages.visitor("field_engineer")
    for element, form in (
        ("respond", {"responded_how": "phone"}),
        ("arrive", {}),
        ("diagnose", {"cause": "x", "finding": "y", "repairable_on_site": "yes"}),
        ("repair", {"procedure": "z", "result": "fixed"}),
    ):
        assert engineer.post(f"/tasks/{pages.task(ticket, element)}/complete", form).status == 303
    pages.later(hours=24)
    pages.engine.run(give_role, ENGINE, "field_engineer", "dispatcher")
    engineer = pages.visitor("field_engineer")
    answer = engineer.post(f"/tasks/{pages.task(ticket, 'recheck')}/complete", {"recheck_ok": "yes"})
    assert answer.status == 403
    assert "职责分离：已办理“修复故障”的人员不得办理本步骤。" in answer.text("//*[@role='alert']")
    assert answer.page.xpath("//form[@data-staff-form]")


def test_comments_are_kept_and_bad_ones_stay_in_the_box(pages: Pages) -> None:
    path = at_diagnosis(pages)
    engineer = pages.visitor("field_engineer")
    answer = engineer.follow(engineer.post(f"{path}/comments", {"comment": "门锁着，<b>等钥匙</b>"}))
    assert "技术工程师 今天 10:00 门锁着，<b>等钥匙</b>" in answer.text("//article").replace(
        "今天 10:00门", "今天 10:00 门"
    )
    assert answer.page.xpath("//article//b") == answer.page.xpath("//article//b[@class]")
    refused = engineer.post(f"{path}/comments", {"comment": "长" * 2001})
    assert refused.status == 422
    assert refused.value("comment").strip() == "长" * 2001
    assert "请填写 1 至 2000 字。" in refused.text("//*[@id='comment-errors']")


def test_no_such_task(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    for task in ("x", "0" * 32, "..%2ftickets", "%00", "A" * 32, "9" * 400):
        answers: list[Answer] = [visitor.get(f"/tasks/{task}"), visitor.post(f"/tasks/{task}/complete")]
        assert [answer.status for answer in answers] == [404, 404], task
        assert answers[0].text("//h1") == "没有找到"


def _only_ticket(pages: Pages) -> int:
    with pages.engine.read() as connection:
        return connection.scalars(select(ProcessInstance.id)).one()
