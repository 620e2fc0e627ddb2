"""Bad input ends in a page that says what happened and how to go on; nothing typed is lost. No script is needed here.

A wrong password, a locked account and a second sign-in: test_pages_sign_in.py. A form sent too late for its session:
there, and with a script in tests/browser/test_kept_forms.py.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.authorization import ENGINE
from tests.web.house import REPORT, Pages
from tests.web.test_pages_approvals import apply
from tests.web.test_pages_deferral import FORM, switch_on
from web.kept import COOKIE

RESPOND = {"responded_how": "phone", "note": "已联系路口值班员"}


def cookie(answer_headers: list[str]) -> str:
    return next((one for one in answer_headers if one.startswith(f"{COOKIE}=")), "")


def test_a_form_shown_again_judges_and_saves_nothing(pages: Pages) -> None:
    """What a browser has kept is drawn by the server, also where it is not complete."""
    ticket = pages.dispatched()
    path = f"/tasks/{pages.task(ticket, 'respond')}"
    engineer = pages.visitor("field_engineer")
    page = engineer.post(f"{path}/complete", {"_show": "1", "note": "半句"})
    assert (page.status, page.value("note").strip(), page.errors()) == (200, "半句", {})
    assert pages.task(ticket, "respond")  # still open
    reporter = pages.visitor("reporter")
    again = reporter.post("/report", {"_show": "1", "_key": "k" * 20, "point": "QC001", "symptom": "半句"})
    assert (again.status, again.value("symptom").strip(), again.value("_key")) == (200, "半句", "k" * 20)
    assert again.value("point") == "QC001"
    pages.engine.run(switch_on, ENGINE)
    lead = pages.visitor("contractor_lead")
    kept = lead.post(f"/tickets/{ticket}/deferral", {"_show": "1", "explanation": "半句"})
    assert (kept.status, kept.value("explanation").strip()) == (200, "半句")
    assert pages.visitor("owner_approver").get("/approvals").links("//ul[@class='rows']") == []


def test_each_form_is_kept_under_the_person_and_ends_when_it_is_handed_in(pages: Pages) -> None:
    pages.engine.run(switch_on, ENGINE)
    reporter = pages.visitor("reporter")
    me = pages.actor("reporter", "reporter").id
    (name,) = reporter.get("/report").page.xpath("//form/@data-keep")
    assert name == f"{me}.report.{pages.client_id}"
    refused = reporter.post("/report", REPORT | {"symptom": ""})
    assert cookie(refused.response.headers.getlist("Set-Cookie")) == ""
    sent = reporter.post("/report", REPORT)
    told = cookie(sent.response.headers.getlist("Set-Cookie"))
    assert told.startswith(f"{COOKIE}={name};")
    assert "HttpOnly" not in told  # the script of the next page reads it and takes it away
    assert "SameSite=Lax" in told
    ticket = pages.dispatched()
    path = f"/tasks/{pages.task(ticket, 'respond')}"
    engineer = pages.visitor("field_engineer")
    (task,) = engineer.get(path).page.xpath("//form/@data-keep")
    done = engineer.post(f"{path}/complete", RESPOND)
    assert cookie(done.response.headers.getlist("Set-Cookie")).startswith(f"{COOKIE}={task};")
    answer = pages.visitor("contractor_lead").post(f"/tickets/{ticket}/deferral", FORM)
    assert f".deferral.{ticket};" in cookie(answer.response.headers.getlist("Set-Cookie"))


def test_back_after_completing_is_a_page_that_says_so(pages: Pages) -> None:
    ticket = pages.dispatched()
    path = f"/tasks/{pages.task(ticket, 'respond')}"
    engineer = pages.visitor("field_engineer")
    assert engineer.post(f"{path}/complete", RESPOND).status == 303
    page = engineer.get(path)
    said = page.page.xpath("//*[@role='status'][contains(@class,'notice-success')]")[-1]
    assert "您已办结该任务" in said.text_content()
    assert page.page.xpath("//form[@data-staff-form]") == []
    assert {"/tasks", f"/tickets/{ticket}"} <= set(page.links("//section[contains(@class,'notice-success')]"))
    assert "已联系路口值班员" in page.text("//section[.//h2='办理']")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "该任务已办结" in pages.visitor("engineer2").get(path).text()


def test_a_double_submit_has_one_effect(pages: Pages) -> None:
    ticket = pages.dispatched()
    path = f"/tasks/{pages.task(ticket, 'respond')}/complete"
    engineer = pages.visitor("field_engineer")
    assert engineer.post(path, RESPOND).status == 303
    second = engineer.post(path, RESPOND)
    assert (second.status, second.text("//h1")) == (409, "您已办结该任务")
    assert "已联系路口值班员" in second.text("//dl")
    history = pages.visitor("line_officer").get(f"/tickets/{ticket}").text("//ol[@class='timeline']")
    assert history.count("办结“响应报修”") == 1


def test_a_task_taken_meanwhile_says_by_whom_and_keeps_the_words(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    path = f"/tasks/{pages.task(ticket, 'dispatch')}"
    mine, other = pages.visitor("dispatcher"), pages.visitor("dispatcher2")
    form = mine.get(path)
    other.post(f"{path}/claim")
    answer = mine.post(f"{path}/complete", {"_form": form.value("_form"), "engineer": "field_engineer"})
    assert answer.status == 409
    assert "第二值班" in answer.text()
    assert "技术工程师" in answer.text("//dl")
    assert "本浏览器也保存了这些内容，再次打开表单时可以恢复。" in answer.text()
    draft = mine.post(f"{path}/draft", {"engineer": "field_engineer"}, Accept="application/json")
    assert (draft.status, "第二值班" in str(draft.response.json)) == (409, True)


@pytest.mark.parametrize("path", ["/report", "/tickets/1/deferral"])
def test_words_of_a_session_that_ended_are_shown(pages: Pages, path: str) -> None:
    pages.engine.run(switch_on, ENGINE)
    ticket = pages.dispatched()
    lead, path = pages.visitor("contractor_lead"), path.replace("1", str(ticket))
    form = {"_form": lead.get(path).value("_form"), "symptom": "没人应", "explanation": "没人应"}
    pages.clock.move_to(pages.clock.now() + timedelta(minutes=31))
    answer = lead.post(path, form)
    assert (answer.status, answer.text("//h1")) == (401, "登录已失效，本次提交没有保存")
    assert "没人应" in answer.text("//dl")
    assert answer.page.xpath("//main//a/@href") == [f"/sign-in?next={path}"]


def test_an_application_sent_twice_is_one(pages: Pages) -> None:
    pages.engine.run(switch_on, ENGINE)
    ticket = pages.dispatched()
    apply(pages, ticket)
    apply(pages, ticket)
    assert len(pages.visitor("owner_approver").get("/approvals").links("//ul[@class='rows']")) == 1
