"""The page of a trial as a browser without scripts uses it: each button carries the story so far."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine.commands.create_design import create_design
from engine.models import Organisation, ProcessDefinition, ProcessInstance
from maintenance.models import Story
from tests.web.house import REPORT, Answer, Form, Pages, Visitor

START = {"_by": "reporter", "_at": "2026-11-20T10:00", **REPORT}


@pytest.fixture
def path(pages: Pages) -> str:
    with pages.engine.read() as connection:
        query = select(ProcessDefinition.id).where(ProcessDefinition.key == "fault_repair_fc")
        return f"/processes/definitions/{connection.scalar(query)}/trial"


@pytest.fixture
def owner(pages: Pages) -> Visitor:
    return pages.visitor("process_owner")


def carried(answer: Answer) -> Form:
    """The hidden fields of the page's one form."""
    found = answer.page.xpath("//form[@id='trial']//input[@type='hidden']")
    return {str(one.get("name")): str(one.get("value") or "") for one in found if one.get("name") != "csrf_token"}


def story(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(carried(answer)["_story"])
    return told


def button(answer: Answer, words: str) -> str:
    """What the button of these words asks for."""
    found = answer.page.xpath(f"//button[@form='trial'][starts-with(normalize-space(), '{words}')]/@value")
    assert found, words
    return str(found[0])


def started(owner: Visitor, path: str) -> Answer:
    return owner.post(path, carried(owner.get(path)) | START)


def press(owner: Visitor, path: str, answer: Answer, words: str, **typed: str) -> Answer:
    return owner.post(path, carried(answer) | typed | {"_act": button(answer, words)})


def test_a_trial_begins_with_the_start_form(owner: Visitor, path: str) -> None:
    answer = owner.get(path)
    assert answer.status == 200
    assert "试跑：故障抢修（FC）" in answer.text()
    assert "故障现象" in answer.text("//form[@id='trial']")
    assert story(answer) == {"at": "2026-11-20T10:00:00+08:00", "steps": []}
    refused = owner.post(path, carried(answer) | {"_by": "reporter", "_at": "2026-11-20T10:00", "point": "QC001"})
    assert refused.status == 422
    assert refused.errors()["symptom"] == "此项必填。"
    assert refused.value("point") == "QC001"
    assert "start" not in story(refused)


def test_hours_pass_and_the_red_light_comes(owner: Visitor, path: str, pages: Pages) -> None:
    answer = started(owner, path)
    assert answer.status == 200, answer.text()
    assert "核实派单" in answer.text("//*[contains(@class,'trial-steps')]")
    assert button(answer, "到下一个定时") == "wait:PT8M"
    yellow = press(owner, path, answer, "到下一个定时")
    assert "2026-11-20 10:08:00" in yellow.text("//*[contains(@class,'trial-now')]")
    assert "黄灯： “响应”将超时" in yellow.text("//ol[@class='timeline']")
    red = press(owner, path, yellow, "+15 分钟")
    assert "红灯： “响应”已超时，已告知项目经理" in red.text("//ol[@class='timeline']")
    assert "报修 10:00:00 起，响应未完成，限时 10 分钟，超 13 分钟" in red.text("//table[@class='clocks']")
    (figure,) = red.page.xpath("//figure[@data-viewer]")
    assert "dispatch" in json.loads(figure.get("data-active"))
    assert "reported" in json.loads(figure.get("data-passed"))
    with pages.engine.read() as connection:
        assert connection.scalar(select(ProcessInstance.id)) is None


def test_what_is_typed_stays_while_the_time_goes_on(owner: Visitor, path: str) -> None:
    answer = started(owner, path)
    later = press(owner, path, answer, "+1 小时", note="带备用电源", engineer="field_engineer")
    assert later.value("note").strip() == "带备用电源"
    assert later.value("engineer") == "field_engineer"


def test_steps_are_done_undone_and_gone_back_to(owner: Visitor, path: str) -> None:
    answer = started(owner, path)
    done = owner.post(path, carried(answer) | {"_by": "dispatcher", "engineer": "field_engineer"})
    assert "响应报修" in done.text("//form[@id='trial']/..")
    assert story(done)["steps"] == [
        {"complete": {"task": "dispatch", "by": "dispatcher", "with": {"engineer": "field_engineer"}}}
    ]
    assert "服务值班办理“核实派单”" in done.text("//section[@id='story']")
    later = press(owner, path, done, "+1 天")
    assert len(story(later)["steps"]) == 2
    assert story(press(owner, path, later, "撤销上一步")) == story(done)
    assert story(press(owner, path, later, "回到此处"))["steps"] == []
    assert "start" not in story(press(owner, path, later, "重新开始"))


def test_a_given_time_is_reached_and_the_past_is_not(owner: Visitor, path: str) -> None:
    answer = started(owner, path)
    there = owner.post(path, carried(answer) | {"_act": "until", "_until": "2026-11-20T12:30"})
    assert "2026-11-20 12:30:00" in there.text("//*[contains(@class,'trial-now')]")
    back = owner.post(path, carried(there) | {"_act": "until", "_until": "2026-11-20T09:00"})
    assert back.status == 422
    assert story(back) == story(there)
    never = owner.post(path, carried(there) | {"_act": "until", "_until": "sometime"})
    assert never.status == 422
    assert story(never) == story(there)


def test_somebody_who_may_not_is_refused_as_in_life(owner: Visitor, path: str) -> None:
    answer = started(owner, path)
    refused = owner.post(path, carried(answer) | {"_by": "auditor", "engineer": "field_engineer"})
    assert refused.status == 422
    assert "被拒绝" in refused.text("//*[@role='alert']")
    assert refused.value("engineer") == "field_engineer"


def test_a_case_is_cancelled_with_a_reason(owner: Visitor, path: str) -> None:
    answer = started(owner, path)
    ended = press(owner, path, answer, "确认撤销", _canceller="dispatcher", _reason="误报")
    assert "已撤销" in ended.text("//*[contains(@class,'case-title')]")
    assert "流程已结束" in ended.text("//form[@id='trial']")
    none = press(owner, path, answer, "确认撤销", _canceller="dispatcher", _reason="")
    assert none.status == 422


def test_a_story_is_kept_with_what_stands_and_fails_when_it_stands_no_more(
    owner: Visitor, path: str, pages: Pages
) -> None:
    answer = press(owner, path, started(owner, path), "到下一个定时")
    nameless = press(owner, path, answer, "保存用例", _name=" ")
    assert nameless.status == 422
    assert "请填写" in nameless.text("//*[@id='story-name-errors']")
    form = carried(answer) | {"_act": "save", "_name": "一级黄灯", "csrf_token": owner.token()}
    ticked = MultiDict([*form.items(), ("_expect", "lights"), ("_expect", "tasks")])
    kept = Answer(owner.client.post(path, data=ticked, headers=owner.headers))
    assert "已保存用例“一级黄灯”。" in kept.text("//*[contains(@class,'notices')]")
    with pages.engine.read() as connection:
        content = connection.scalar(select(Story.content))
    assert content is not None
    assert "respond warn 10:08:00" in content
    played = press(owner, path, kept, "全部播放")
    assert "符合" in played.text("//section[@id='stories']")
    opened = press(owner, path, owner.get(path), "打开")
    assert story(opened)["steps"][-1]["expect"]["tasks"] == ["dispatch"]
    assert "期望：" in opened.text("//section[@id='story']")
    gone = press(owner, path, opened, "删除")
    assert "还没有" in gone.text("//section[@id='stories']")


def test_a_story_that_fails_says_at_which_step(owner: Visitor, path: str) -> None:
    answer = started(owner, path)
    told = story(answer) | {"steps": [{"expect": {"tasks": ["repair"]}}]}
    wrong = owner.post(path, carried(answer) | {"_story": json.dumps(told), "_act": "open:task:dispatch"})
    assert wrong.status == 422
    assert "待办：应为 repair，实为 dispatch" in wrong.text("//*[@role='alert']")


@pytest.mark.parametrize(
    "told",
    ["", "no story", "[]", '{"at":"never"}', '{"at":"2026-11-20T10:00","steps":[{"dance":{}}]}', "{" * 5_000],
)
def test_a_story_that_no_page_of_ours_has_written_is_refused(owner: Visitor, path: str, told: str) -> None:
    answer = owner.post(path, {"_story": told, "_act": "undo"})
    assert answer.status == 422
    assert answer.text("//*[@role='alert']")
    assert "试跑：" in answer.text("//h1")


def test_a_process_of_others_cannot_be_tried(pages: Pages, owner: Visitor, path: str) -> None:
    assert owner.get("/processes/definitions/999999/trial").status == 404
    assert owner.get("/processes/designs/999999/trial").status == 404
    assert pages.visitor("reporter").get(path).status == 403
    with pages.engine.read() as connection:
        assert connection.scalar(select(Organisation.id).where(Organisation.key == "other")) is not None
    assert pages.visitor("auditor").post(path, {}).status == 403


def test_the_page_speaks_english(pages: Pages, path: str) -> None:
    answer = pages.visitor("process_owner", "en").get(path)
    assert "Trial run: " in answer.text("//h1")
    assert "Begins at" in answer.text()


PLATE = {"type": "textfield", "id": "plate", "key": "plate", "label": "复核车牌", "validate": {"required": True}}
CHECK_FORM = {
    "schemaVersion": 19,
    "id": "own_check",
    "type": "default",
    "components": [{"type": "text", "id": "title", "text": "# 复核"}, PLATE],
}
CHECKED = """<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
  <bpmn:process id="own" name="复核" isExecutable="true">
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="check" name="复核车牌" camunda:candidateGroups="dispatcher" camunda:formKey="own_check"/>
    <bpmn:endEvent id="done"/>
    <bpmn:sequenceFlow id="a" sourceRef="begin" targetRef="check"/>
    <bpmn:sequenceFlow id="b" sourceRef="check" targetRef="done"/>
  </bpmn:process>
</bpmn:definitions>"""


def test_a_design_is_tried_with_a_form_that_is_only_a_design(owner: Visitor, pages: Pages) -> None:
    actor, run = pages.actor("process_owner", "process_owner"), pages.engine.run
    content = json.dumps(CHECK_FORM, ensure_ascii=False).encode()
    run(create_design, actor, pages.client_id, "form", content=content)
    design = run(create_design, actor, pages.client_id, "process", content=CHECKED.encode())
    path = f"/processes/designs/{design.id}/trial"
    begun = owner.post(path, carried(owner.get(path)) | {"_by": "reporter", "_at": "2026-11-20T10:00"})
    assert begun.status == 200, begun.text()
    assert "复核车牌" in begun.text("//form[@id='trial']")
    empty = owner.post(path, carried(begun) | {"_by": "dispatcher"})
    assert empty.errors() == {"plate": "此项必填。"}
    ended = owner.post(path, carried(begun) | {"_by": "dispatcher", "plate": "苏A00001"})
    assert story(ended)["steps"][-1]["complete"]["with"] == {"plate": "苏A00001"}
    assert "已办结" in ended.text("//*[contains(@class,'case-title')]")
