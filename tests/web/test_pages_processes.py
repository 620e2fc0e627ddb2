"""流程: lists, versions, designs, imports; who may look and who may edit; what the editor is given."""

from __future__ import annotations

import json

import pytest

from accounts.headers import CONTENT_SECURITY_POLICY
from engine.commands.save_design import save_design
from engine.queries.design_detail import design_content
from maintenance.packs.load import shipped_tables
from tests.web.house import Answer, Pages, Visitor

FC = "/processes/fault_repair_fc"
D22 = shipped_tables("FC")[1]


def begun(visitor: Visitor, key: str = "fault_repair_fc") -> str:
    """The address of a new design that goes on from the newest version."""
    (base,) = visitor.get("/processes").page.xpath(f"//li[@id='row-{key}']//input[@name='base']/@value")
    answer = visitor.post(f"/processes/{key}/designs", {"base": base, "kind": "process"})
    assert answer.status == 303, answer.text()
    return answer.location


def number(address: str) -> int:
    """The id at the end of an address."""
    return int(address.rpartition("/")[2])


def imported(visitor: Visitor, name: str, content: bytes) -> Answer:
    given = f'--end\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    headers = {**visitor.headers, "X-CSRFToken": visitor.token(), "Content-Type": "multipart/form-data; boundary=end"}
    data = given + content + b"\r\n--end--\r\n"
    answer = Answer(visitor.client.post("/processes/import", data=data, headers=headers))
    return visitor.follow(answer) if answer.status == 303 else answer


def test_the_list_says_what_is_published_designed_and_in_progress(pages: Pages) -> None:
    pages.dispatched()
    owner = pages.visitor("process_owner")
    design = begun(owner)
    answer = owner.get("/processes")
    row = answer.text("//li[@id='row-fault_repair_fc']")
    first = "故障抢修（FC）fault_repair_fc 第 1 版 今天 10:00"
    assert row.startswith(f"{first} 设计稿 {number(design)} 流程管理员 · 今天 10:00"), row
    assert row.endswith("1")  # one ticket in progress
    assert answer.text("//li[@id='row-delay_approval']").endswith("0")
    assert design in answer.links()
    assert "延时审批" not in owner.get("/processes?q=故障").text("//ul[@class='rows']")
    assert owner.get("/processes?q=nothing").text("//div[@class='empty']//h2") == "没有找到"


def test_who_may_only_look_is_offered_no_change(pages: Pages) -> None:
    auditor = pages.visitor("auditor")
    answer = auditor.get("/processes")
    assert answer.status == 200
    assert answer.page.xpath("//main//form[@method='post']") == []
    assert auditor.get(FC).page.xpath("//main//form[@method='post']") == []
    design = begun(pages.visitor("process_owner"))
    shown = auditor.get(design)
    assert "您可以查看这份设计稿，修改由流程管理员进行。" in shown.text()
    assert shown.page.xpath("//figure/@data-source") == [f"/api/v1/designs/{number(design)}/content"]
    assert shown.page.xpath("//*[@data-modeler]") == []
    assert pages.visitor("reporter").get("/processes").status == 403


def test_another_organisation_sees_none_of_it(pages: Pages) -> None:
    design = begun(pages.visitor("process_owner"))
    stranger = pages.visitor("stranger")
    assert stranger.get("/processes").page.xpath("//ul[@class='rows']") == []
    for path in (FC, design, f"{design}/comparison", f"{FC}/comparison?old=1&new=1"):
        assert stranger.get(path).status == 404, path


def test_a_process_shows_its_versions_and_draws_the_chosen_one(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    answer = owner.get(FC)
    (source,) = answer.page.xpath("//figure/@data-source")
    assert owner.client.get(source).data.startswith(b"<?xml")
    assert answer.text("//tbody/tr[1]").startswith("第 1 版今天 10:00系统0")
    assert owner.get("/processes/nothing").status == 404
    assert owner.get(f"{FC}?kind=decision").status == 404


def test_the_editor_gets_what_the_check_knows(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    design = begun(owner)
    answer = owner.get(design)
    (editor,) = answer.page.xpath("//*[@data-modeler]")
    known = json.loads(editor.get("data-catalogue"))
    assert {"key": "head_office", "name": "总部技术团队"} in known["roles"]
    assert {"key": "diagnose", "name": "诊断"} in known["stages"]
    (form,) = [one for one in known["forms"] if one["key"] == "fc_respond"]
    assert (form["name"], bool(form["fields"])) == ("响应报修", True)
    assert {"dispatch", "f_dispatch_respond", "fault_repair_fc"} <= set(known["locked"])
    assert "fault.recurred" in known["messages"]
    (record,) = [one for one in known["services"] if one["key"] == "sla.record"]
    assert record["parameters"] == [{"name": "level", "words": "yellow 或 red", "required": True}]
    assert "D21_fc_level" in [one["key"] for one in known["decisions"]]
    assert [one["key"] for one in known["properties"]] == ["ledger.replace"]
    assert json.loads(editor.get("data-told")) == []
    assert (editor.get("data-revision"), editor.get("data-content")) == (
        "1",
        f"/api/v1/designs/{number(design)}/content",
    )


def test_only_the_editors_may_set_styles_of_their_own(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    design = begun(owner)
    policies = {
        path: owner.get(path).response.headers["Content-Security-Policy"] for path in (design, FC, "/processes")
    }
    assert policies.pop(design) == f"{CONTENT_SECURITY_POLICY}; style-src-attr 'unsafe-inline'"
    assert set(policies.values()) == {CONTENT_SECURITY_POLICY}


def test_a_broken_file_is_kept_with_what_is_wrong_with_it(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    answer = imported(owner, "kaputt.bpmn", b"<definitions><oops>")
    (editor,) = answer.page.xpath("//*[@data-modeler]")
    (found,) = json.loads(editor.get("data-told"))
    assert (found["severity"], found["message"]) == ("error", "文件不是完整的 XML：第 1 行附近有误。")
    assert owner.client.get(editor.get("data-content")).data == b"<definitions><oops>"
    assert imported(owner, "", b"").errors() == {"file": "请先选择文件。"}
    too_large = imported(owner, "large.bpmn", b"<a>" + b" " * 1024 * 1024)
    assert (too_large.status, "超过上限" in too_large.text()) == (413, True)


def test_an_empty_model_needs_a_key_that_can_stay(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    refused = owner.post("/processes/new", {"key": "故障", "name": "新流程", "kind": "process"})
    assert (refused.status, refused.errors(), refused.value("name")) == (
        422,
        {"key": "以字母开头，只用字母、数字、_ 和 -。"},
        "新流程",
    )
    made = owner.follow(owner.post("/processes/new", {"key": "new_one", "name": "新流程", "kind": "process"}))
    assert made.text("//h1") == "新流程"
    listed = owner.get("/processes").text("//ul[@class='rows']")
    assert "新流程new_one 还没有发布" in listed


def test_a_discarded_design_can_only_be_looked_at(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    design = begun(owner)
    answer = owner.follow(owner.post(f"{design}/discard"))
    assert "设计稿已删除，履历中留有记录。" in answer.text("//body")
    assert "这份设计稿已删除，只供查看。" in owner.get(design).text()
    assert owner.post(f"{design}/discard").status == 409


def test_changes_are_told_in_words_and_marked_on_both_drawings(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    design = begun(owner)
    actor = pages.actor("process_owner", "process_owner")
    with pages.engine.read() as connection:
        content = design_content(connection, actor, number(design)).content
    changed = content.replace("总部支援诊断".encode(), "总部远程支援".encode())
    pages.engine.run(save_design, actor, number(design), 1, changed)
    answer = owner.get(f"{design}/comparison")
    assert answer.text("//header/h2") == "1 处改动"
    (change,) = answer.page.xpath("//ol[@class='changes']/li//button")
    assert "总部远程支援" in change.text_content()
    assert change.get("data-centre") == "support"
    assert answer.page.xpath("//figure/@data-changed") == ['["support"]', '["support"]']
    other = begun(owner)
    against = owner.get(f"{other}/comparison?with=design:{number(design)}")
    assert (against.text("//header/h2"), f"设计稿 {number(design)} → 设计稿 {number(other)}" in against.text()) == (
        "1 处改动",
        True,
    )
    assert owner.get(f"{design}/comparison?with=nonsense").status == 404


@pytest.mark.parametrize(
    ("value", "told"),
    [("1", "respond_min 10 arrive_min 30"), ("3", "respond_min 30"), ("", "没有命中的规则。")],
)
def test_a_decision_is_tried_before_it_is_published(pages: Pages, value: str, told: str) -> None:
    owner = pages.visitor("process_owner")
    answer = imported(owner, "D22.dmn", D22)
    assert answer.page.xpath("//*[@data-tables]/@data-told") == ["[]"]
    (url,) = answer.page.xpath("//*[@data-try]/@hx-get")
    assert owner.get(url).page.xpath("//label/text()") == ["level"]
    assert told in owner.get(f"{url}?go=1&value.level={value}").text("//body")
    assert pages.visitor("stranger").get(url).status == 404


def test_a_value_that_is_not_allowed_is_told(pages: Pages) -> None:
    owner = pages.visitor("process_owner")
    (url,) = imported(owner, "D22.dmn", D22).page.xpath("//*[@data-try]/@hx-get")
    assert "值“9”不在允许的范围内" in owner.get(f"{url}?go=1&value.level=9").text("//body")


def test_pages_speak_english_too(pages: Pages) -> None:
    owner = pages.visitor("process_owner", "en")
    design = begun(owner)
    known = json.loads(owner.get(design).page.xpath("//*[@data-modeler]/@data-catalogue")[0])
    assert {"key": "head_office", "name": "head office"} in known["roles"]
    assert known["properties"] == [{"key": "ledger.replace", "name": ""}]
    assert owner.get("/processes").text("//h1") == "Processes"
    assert owner.get(FC).text("//main//button") == "New design from this version"
