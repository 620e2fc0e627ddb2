"""发布申请: submitted with a note, read by a second person, published, returned, withdrawn; every refusal in words."""

from __future__ import annotations

from engine.authorization import ENGINE
from engine.commands.publish_definition import publish_definition
from engine.commands.save_design import save_design
from engine.queries.design_detail import design_content
from engine.queries.published_list import version_list
from tests.web.house import Pages, Visitor, give_role
from tests.web.test_pages_processes import FC, begun, number

RENAMED = ("总部支援诊断".encode(), "总部远程支援".encode())


def changed(pages: Pages, *, old: bytes = RENAMED[0], new: bytes = RENAMED[1]) -> tuple[Visitor, str]:
    """The owner with a design that differs from the published version."""
    owner = pages.visitor("process_owner")
    design = begun(owner)
    actor = pages.actor("process_owner", "process_owner")
    with pages.engine.read() as connection:
        held = design_content(connection, actor, number(design))
    pages.engine.run(save_design, actor, number(design), held.revision, held.content.replace(old, new))
    return owner, design


def submitted(pages: Pages) -> tuple[Visitor, str]:
    """The owner, and the address of the release."""
    owner, design = changed(pages)
    shown = owner.get(f"{design}/submit")
    assert shown.text("//header/h2") == "1 处改动 · 从第 1 版开始"
    sent = owner.post(f"{design}/submit", {"design": shown.value("design"), "note": "改名，与合同一致"})
    assert sent.status == 303, sent.text()
    return owner, sent.location


def second(pages: Pages) -> Visitor:
    """Somebody else who may publish."""
    pages.engine.run(give_role, ENGINE, "line_officer", "process_owner")
    return pages.visitor("line_officer")


def version(pages: Pages) -> int:
    actor = pages.actor("process_owner", "process_owner")
    with pages.engine.read() as connection:
        return version_list(connection, actor, "process", "fault_repair_fc")[0].version


def test_a_second_person_reads_and_publishes(pages: Pages) -> None:
    owner, release = submitted(pages)
    mine = owner.get(release)
    assert "改名，与合同一致" in mine.text()
    assert "须由另一人发布" in mine.text()
    assert [one.text_content() for one in mine.page.xpath("//main//button[@class='btn btn-primary']")] == []
    assert owner.post(f"{release}/publish").status == 403
    other = second(pages)
    assert "流程1" in other.get("/processes").text("//nav")  # what waits for a publisher is counted in the menu
    seen = other.get(release)
    assert "总部远程支援" in seen.text("//ol[@class='changes']")
    assert len(seen.page.xpath(f"//figure[2][starts-with(@data-source, '/api/v1{release}/designs/')]")) == 1
    done = other.follow(other.post(f"{release}/publish"))
    assert "已发布：fault_repair_fc 第 2 版。" in done.text("//body")
    assert version(pages) == 2
    assert "责任民警 · 今天 10:00: 已发布" in done.text()
    versions = owner.get(FC)
    assert "第 2 版" in versions.text("//tbody/tr[1]")
    new, old = versions.page.xpath("//input[@name='new']/@value")
    assert owner.get(f"{FC}/comparison?old={old}&new={new}&kind=process").text("//header/h2") == "1 处改动"


def test_a_release_is_returned_for_a_reason(pages: Pages) -> None:
    owner, release = submitted(pages)
    other = second(pages)
    refused = other.post(f"{release}/return", {"reason": " "})
    assert (refused.status, "reason" in refused.errors()) == (422, True)
    answer = other.follow(other.post(f"{release}/return", {"reason": "名称请按合同附件"}))
    assert "已退回 – 名称请按合同附件" in answer.text()
    assert version(pages) == 1
    assert "提交发布" in owner.get(owner.get(release).page.xpath("//h2/following-sibling::a/@href")[0]).text()
    assert other.post(f"{release}/publish").status == 409


def test_who_has_submitted_takes_it_back(pages: Pages) -> None:
    owner, release = submitted(pages)
    other = second(pages)
    assert other.post(f"{release}/withdraw").status == 403
    assert "已撤回" in owner.follow(owner.post(f"{release}/withdraw")).text()
    assert "已撤回" in owner.get("/releases").text()


def test_what_would_be_refused_is_said_before_and_after(pages: Pages) -> None:
    owner, design = changed(pages, old=b'camunda:topic="sla.record"', new=b'camunda:topic="sla.recrod"')
    shown = owner.get(f"{design}/submit")
    assert "还有要改的地方，提交会被拒绝。" in shown.text()
    refused = owner.post(f"{design}/submit", {"design": shown.value("design"), "note": "试试"})
    assert refused.status == 422
    assert "sla.recrod" in refused.text("//div[@role='alert']")
    assert refused.value("note") == "试试"
    assert owner.get("/releases").text("//div[@class='empty']//h2") == "还没有提交过"


def test_a_version_published_meanwhile_stops_it_with_a_way_on(pages: Pages) -> None:
    owner, design = changed(pages)
    actor = pages.actor("process_owner", "process_owner")
    with pages.engine.read() as connection:
        content = design_content(connection, actor, number(design)).content
    meanwhile = content.replace("已督办".encode(), "督办完毕".encode())
    pages.engine.run(publish_definition, ENGINE, pages.client_id, meanwhile)
    shown = owner.get(f"{design}/submit")
    assert "其间已发布第 2 版" in shown.text()
    assert any("comparison?with=" in link for link in shown.links())
    refused = owner.post(f"{design}/submit", {"design": shown.value("design"), "note": ""})
    assert (refused.status, "第 2 版已在此期间发布" in refused.text("//div[@role='alert']")) == (409, True)


def test_a_design_saved_meanwhile_is_not_submitted_unseen(pages: Pages) -> None:
    owner, design = changed(pages)
    refused = owner.post(f"{design}/submit", {"design": f"{number(design)}:1", "note": ""})
    assert (refused.status, "请查看后再提交" in refused.text("//div[@role='alert']")) == (409, True)
    assert owner.post(f"{design}/submit", {"design": "nonsense"}).status == 422
