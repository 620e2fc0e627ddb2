"""A ticket that waits for a message: who may bring it from the ticket's page, what is refused, what history shows."""

from __future__ import annotations

from accounts.roles import ROLES
from engine.authorization import ENGINE
from engine.commands.cancel_instance import cancel_instance
from engine.commands.complete_task import complete_task
from tests.web.house import Pages, text

HANDLING: tuple[tuple[str, dict[str, str]], ...] = (
    ("respond", {"responded_how": "phone"}),
    ("arrive", {}),
    ("diagnose", {"cause": "雷击", "finding": "主板烧毁", "repairable_on_site": "yes"}),
    ("repair", {"procedure": "更换主板", "result": "fixed"}),
)


def observed(pages: Pages) -> int:
    """A ticket that is repaired and watched."""
    ticket = pages.dispatched()
    engineer = pages.actor("field_engineer", "field_engineer")
    for element, form in HANDLING:
        pages.engine.run(complete_task, engineer, pages.task(ticket, element), form)
    return ticket


def test_who_may_send_messages_finds_a_form_named_after_the_event(pages: Pages) -> None:
    ticket = observed(pages)
    for role in sorted(role.key for role in ROLES if role.key != "admin"):
        page = pages.visitor(role).get(f"/tickets/{ticket}")
        buttons = [text(one) for one in page.page.xpath(f"//form[@action='/tickets/{ticket}/messages']//button")]
        assert buttons == (["故障复发"] if role in {"dispatcher", "operator"} else []), role
    other = pages.dispatched()
    assert pages.visitor("dispatcher").get(f"/tickets/{other}").page.xpath("//form[contains(@action,'messages')]") == []


def test_a_recurrence_opens_the_ticket_again_and_the_pages_say_so(pages: Pages) -> None:
    ticket = observed(pages)
    pages.later(hours=5)
    desk = pages.visitor("dispatcher")
    path, sent = f"/tickets/{ticket}", {"name": "fault.recurred", "note": "又黑屏 <b>1</b>"}
    page = desk.follow(desk.post(f"{path}/messages", sent))
    assert "已记录，工单继续办理。" in page.text("//*[@class='notices']")
    titles = [text(one) for one in page.page.xpath("//table[@class='clocks']/caption")]
    assert titles == ["第 1 次复发，自 今天 15:00 起", "初次报修，自 今天 10:00 起"]
    first = page.page.xpath("(//table[@class='clocks'])[1]//td[@data-label='到期']")
    assert [text(one) for one in first] == ["今天 15:10", "今天 15:30", "今天 17:00", "今天 19:00"]
    assert "复发 观察期内 1 次" in page.text("//aside")
    told = [text(one) for one in page.page.xpath("//div[contains(@class,'timeline-words')]")]
    assert told[:2] == ["第 1 次复发：工单重新打开，时限重新计时", "服务值班 报告“故障复发”"]
    assert "又黑屏 <b>1</b>" in page.text("//div[@class='timeline-detail']")
    progress = pages.visitor("reporter").get(path).text("//ol[@class='timeline']")
    assert "第 1 次复发" in progress
    assert "又黑屏" not in progress
    task = desk.get(f"/tasks/{pages.task(ticket, 'dispatch')}")
    assert "等级 一级" in task.text("//aside")
    assert "复发 观察期内 1 次" in task.text("//aside")
    assert len(task.page.xpath("//div[contains(@class,'clock-list')]/*")) == 4
    again = desk.post(f"{path}/messages", sent)
    assert (again.status, again.text("//*[@role='alert']")) == (
        409,
        "工单已有新的进展，不再等待此消息，本次提交没有记录。",
    )
    assert again.text("//h1").endswith("夜间画面全黑")


def test_a_note_is_needed_and_what_was_typed_stays(pages: Pages) -> None:
    ticket = observed(pages)
    desk = pages.visitor("dispatcher")
    for note, said in (
        ("  ", "请填写 1 至 500 字。"),
        ("长" * 501, "请填写 1 至 500 字。"),
        ("a\0b", "含有无法保存的字符。"),
    ):
        refused = desk.post(f"/tickets/{ticket}/messages", {"name": "fault.recurred", "note": note})
        assert (refused.status, refused.text("//*[starts-with(@id,'note-errors')]")) == (422, said)
        assert refused.value("note").strip() == note.strip().replace("\0", "�")
    assert desk.post(f"/tickets/{ticket}/messages").status == 422
    assert pages.visitor("line_officer").post(f"/tickets/{ticket}/messages", {"name": "x", "note": "x"}).status == 403


def test_no_other_message_and_no_foreign_or_ended_ticket_takes_it(pages: Pages) -> None:
    ticket = observed(pages)
    desk = pages.visitor("dispatcher")
    note = {"note": "又黑屏"}
    assert desk.post(f"/tickets/{ticket}/messages", note | {"name": "no.such.message"}).status == 409
    assert desk.post(f"/tickets/{ticket}/messages", note | {"name": "x" * 5000}).status == 409
    assert pages.visitor("alien").post(f"/tickets/{ticket}/messages", note | {"name": "fault.recurred"}).status == 404
    assert desk.post("/tickets/999999/messages", note | {"name": "fault.recurred"}).status == 404
    pages.engine.run(cancel_instance, ENGINE, ticket, "误报")
    assert desk.post(f"/tickets/{ticket}/messages", note | {"name": "fault.recurred"}).status == 409


def test_an_english_reader(pages: Pages) -> None:
    ticket = observed(pages)
    desk = pages.visitor("dispatcher", "en")
    desk.post(f"/tickets/{ticket}/messages", {"name": "fault.recurred", "note": "dark again"})
    page = desk.get(f"/tickets/{ticket}")
    assert page.text("(//table[@class='clocks'])[1]/caption") == "Recurrence 1, since Today 10:00"
    assert "Recurred 1 time within its observation" in page.text("//aside")
    assert "Recurrence 1: the ticket is open again, its clocks begin anew" in page.text("//ol[@class='timeline']")
