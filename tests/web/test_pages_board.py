"""看板: every figure leads to exactly its tickets and clocks, as of now; a contractor sees its own share; periods."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.authorization import ENGINE
from engine.commands.suspend_instance import suspend_instance
from tests.web.house import Answer, Pages, Visitor, hold_contract

FIGURES = "//main//a[@data-figure]"


def act(pages: Pages, ticket: int, element: str, who: str, **form: str) -> None:
    path = f"/tasks/{pages.task(ticket, element)}/complete"
    answer = pages.visitor(who).post(path, form)
    assert answer.status == 303, answer.text()


def a_morning(pages: Pages) -> tuple[int, int, int]:
    """10:37. One was responded to in time and nobody has arrived; one late; one is nearly due and nobody was sent."""
    late = pages.report(pages.visitor("reporter"))
    good = pages.dispatched()
    pages.later(minutes=5)
    act(pages, good, "respond", "field_engineer", responded_how="phone")
    pages.later(minutes=7)
    slight = pages.report(pages.visitor("reporter"), impact="slight")
    pages.later(minutes=2)
    act(pages, late, "dispatch", "dispatcher", engineer="field_engineer")
    act(pages, late, "respond", "field_engineer", responded_how="phone")
    pages.later(minutes=23)
    return late, good, slight


def tiles(board: Answer) -> dict[str, str]:
    found = {}
    for tile in board.page.xpath("//li[starts-with(@class, 'tile')]"):
        words = [" ".join(part.text_content().split()) for part in tile.xpath("./p")]
        found[words[0]] = " | ".join(words[1:])
    return found


def table(board: Answer, key: str) -> list[str]:
    rows = board.page.xpath(f"//section[@id='by-{key}']//tbody/tr")
    return [" ".join(" ".join(cell.text_content().split()) for cell in row) for row in rows]


def counted(visitor: Visitor, address: str) -> dict[str, int]:
    """How many tickets and clocks the list says there are, having looked at each page of it."""
    answer = visitor.get(address)
    assert answer.status == 200, address
    (said,) = answer.page.xpath("//p[@data-tickets]") or [None]
    rows, clocks = 0, 0
    while True:
        rows += len(answer.page.xpath("//ul[@class='rows']/li"))
        clocks += len(answer.page.xpath("//li[@data-clock]"))
        following = answer.page.xpath("//a[@rel='next']/@href")
        if not following:
            break
        answer = visitor.get(following[0])
    if said is not None:
        assert int(said.get("data-tickets")) == rows, address
        assert said.get("data-clocks") in (None, str(clocks)), address
    return {"tickets": rows, "clocks": clocks}


def check_figures(visitor: Visitor, board: Answer) -> int:
    seen: dict[tuple[str, str], dict[str, int]] = {}
    figures = board.page.xpath(FIGURES)
    for one in figures:
        key = (one.get("href"), one.get("data-of"))
        if key not in seen:
            seen[key] = counted(visitor, one.get("href"))
        assert seen[key][one.get("data-of")] == int(one.get("data-figure")), key
    return len(figures)


def test_every_figure_leads_to_its_tickets(pages: Pages) -> None:
    late, good, slight = a_morning(pages)
    officer = pages.visitor("line_officer")
    board = officer.get("/board")
    assert tiles(board) == {
        "现在红灯": "2 | 办理中共 3 张",
        "现在黄灯": "1 | 即将到期",
        "按时": "50 % | 共 2 项计时 · 1 项超时",
        "今日新报": "3 | 期内共 3 张",
        "待派单": "1 | 还没有派人",
        "暂缓中": "0 | 0 张申请中",
    }
    assert check_figures(officer, board) > 60
    assert table(board, "level") == ["一级 2 2 0 2 2 1 0 50 %", "三级 1 0 1 1 0 0 0 –"]
    assert table(board, "contractor") == ["运维单位 3 2 1 3 2 1 0 50 %"]
    assert table(board, "clock") == ["响应 2 1 0 50 %"]
    assert f"/tickets/{late}" in board.links("//ul[@class='late-list']")
    assert f"/tickets/{good}" in board.links("//ul[@class='late-list']")
    breached = officer.get("/tickets?verdict=breached&stopped_from=2026-11-20&stopped_to=2026-11-20&clock=respond")
    assert f"/tickets/{late}" in breached.links("//ul[@class='rows']")
    assert breached.text("//li[@data-clock]").startswith("响应 红灯 超 4 分")
    assert f"/tickets/{slight}" in officer.get("/tickets?waiting=dispatch").links("//ul[@class='rows']")


def test_figures_are_of_now_and_not_of_what_was_written_last(pages: Pages) -> None:
    """No command runs and no timer fires between two looks: only the hour has changed."""
    pages.report(pages.visitor("reporter"))
    officer = pages.visitor("line_officer")
    seen = []
    for minutes in (7, 1, 2, 1):
        pages.clock.move_to(pages.clock.now() + timedelta(minutes=minutes))
        words = tiles(officer.get("/board"))
        seen.append((words["现在红灯"][0], words["现在黄灯"][0]))
    assert seen == [("0", "0"), ("0", "1"), ("0", "1"), ("1", "0")]


def test_a_suspended_ticket_is_told(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    pages.engine.run(suspend_instance, pages.actor("operator", "operator"), ticket, "等批复")
    board = pages.visitor("auditor").get("/board")
    assert tiles(board)["暂缓中"] == "0 | 0 张申请中 · 1 张挂起"
    assert check_figures(pages.visitor("auditor"), board) > 0


def test_a_contractor_sees_its_own_share(pages: Pages) -> None:
    a_morning(pages)
    assert tiles(pages.visitor("contractor_lead").get("/board"))["现在红灯"].startswith("2")
    alien = pages.visitor("alien")
    assert tiles(alien.get("/board"))["现在红灯"].startswith("0")
    pages.engine.run(hold_contract, ENGINE, "alien", "client")
    board = alien.get("/board")
    assert tiles(board)["今日新报"].startswith("0")
    assert "运维单位" not in board.text()
    assert check_figures(alien, board) > 0
    assert pages.visitor("stranger").get("/tickets?contractor=contractor").page.xpath("//ul[@class='rows']") == []
    assert "运维单位" not in pages.visitor("stranger").get("/tickets?contractor=contractor").text()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?period=today", "2026-11-20 – 2026-11-20"),
        ("?period=7", "2026-11-14 – 2026-11-20"),
        ("?period=month", "2026-11-01 – 2026-11-20"),
        ("?period=last_month", "2026-10-01 – 2026-10-31"),
        ("?from=2026-11-02&to=2026-11-05", "2026-11-02 – 2026-11-05"),
        ("?period=nonsense", "2026-10-22 – 2026-11-20"),
    ],
)
def test_periods(pages: Pages, address: str, words: str) -> None:
    assert words in pages.visitor("auditor").get(f"/board{address}").text("//section//header")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?from=2026-11-05&to=2026-11-02", "开始日期晚于结束日期。"),
        ("?from=soon", "“soon”不是日期。"),
        ("?from=2001-01-01&to=2026-01-01", "期间最长 366 天。"),
    ],
)
def test_a_bad_period_is_told_and_the_usual_one_shown(pages: Pages, address: str, words: str) -> None:
    answer = pages.visitor("auditor").get(f"/board{address}")
    assert (answer.status, answer.text("//div[@role='alert']")) == (200, words)


def test_a_filter_that_is_not_understood_is_told(pages: Pages) -> None:
    pages.report(pages.visitor("reporter"))
    answer = pages.visitor("auditor").get("/tickets?light=purple&level=1&stopped_from=x")
    assert answer.text("//div[@class='notice notice-warning']") == "无法识别、已忽略的筛选条件：light、stopped_from"
    assert answer.text("//ul[@class='chips']") == "一级 （去掉） ×"
    assert answer.text("//p[@data-tickets]") == "1 张工单"


def test_who_may_not_read_every_case_has_no_board(pages: Pages) -> None:
    assert pages.visitor("reporter").get("/board").status == 403
