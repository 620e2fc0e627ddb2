"""Every shipped diagram is clear to read, and the measuring notices a drawing that is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from lxml import etree

from tests.layout.codes import Code
from tests.layout.drawing import read_drawings
from tests.layout.geometry import Box, Stretch, diamond_distance, meeting
from tests.layout.letters import wrap
from tests.layout.measure import MOST_NODES, count_nodes, measure, parse
from tests.layout.spoiling import Sheet

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "bpmn").rglob("*.bpmn"))

# What is spoilt, how, and exactly the findings it must cause: code and ids.
SPOILT: list[tuple[str, Callable[[Sheet], None], set[str]]] = [
    ("a flow not drawn", lambda s: s.erase("f_photo_filed"), {"not_drawn f_photo_filed"}),
    ("a shape of nothing", lambda s: s.drawn("hint").set("bpmnElement", "gone"), {"not_in_the_process gone"}),
    (
        "a shape on another",
        lambda s: s.resize("hint", 280, 40),
        {"edge_through_shape f_split_photo hint", "shapes_overlap hint photo"},
    ),
    (
        "a shape near another",
        lambda s: s.resize("hint", 270, 40),
        {"edge_through_shape f_split_photo hint", "shapes_too_close hint photo"},
    ),
    (
        "a node outside its phase",
        lambda s: s.move("opened", right=-23),
        {"edge_not_docked f_opened_visit opened", "outside_its_phase opened work"},
    ),
    (
        "a collapsed phase",
        lambda s: s.drawn("work").set("isExpanded", "false"),
        {
            "edge_not_mid_side f_again_work work",
            "edge_not_mid_side f_work_check work",
            "outside_its_lane work lane_desk",
            "phase_hidden work",
        },
    ),
    (
        "a timer off the border",
        lambda s: s.move("late", down=5),
        {
            "boundary_event_off_the_border late work",
            "edge_not_docked f_late_note late",
            "edge_through_shape f_late_note late",
        },
    ),
    ("a node in the wrong lane", lambda s: s.change_lane("told", "lane_field"), {"outside_its_lane told lane_field"}),
    ("a node in no lane", lambda s: s.change_lane("told", None), {"in_no_lane told"}),
    (
        "a low lane",
        lambda s: s.resize("lane_lead", 1196, 99),
        {"label_on_lane_line told lane_lead", "lane_too_low lane_lead", "outside_its_lane note lane_lead"},
    ),
    (
        "a long lane name",
        lambda s: s.rename("lane_lead", "督办超时工单的项目经理"),
        {"lane_name_does_not_fit lane_lead"},
    ),
    ("a task without name", lambda s: s.unname("visit"), {"no_name visit"}),
    ("an end without name", lambda s: s.unname("told"), {"no_name told"}),
    (
        "a shape on the phase's name",
        lambda s: s.move("split", down=-20),
        {
            "edge_not_docked f_split_photo split",
            "edge_not_mid_side f_split_mend split",
            "edge_not_mid_side f_visit_split split",
            "phase_name_covered work split",
        },
    ),
    (
        "too long a name",
        lambda s: s.rename("visit", "勘查现场并且核对全部设备与线路情况再上报给值班"),
        {"name_does_not_fit visit"},
    ),
    ("a last line of one letter", lambda s: s.rename("visit", "勘查全部现场情况"), {"name_breaks_badly visit"}),
    ("a figure in a name", lambda s: s.rename("late", "超过4小时"), {"name_holds_a_figure late"}),
    ("a vague task", lambda s: s.rename("mend", "处理故障"), {"name_is_vague mend"}),
    (
        "a long note",
        lambda s: s.rewrite("hint", "照片留作凭证，一张不少，交验时逐张核对。"),
        {"note_does_not_fit hint"},
    ),
    ("a gateway that asks nothing", lambda s: s.rename("good", "结果"), {"gateway_is_no_question good"}),
    (
        "a named parallel gateway",
        lambda s: s.rename("split", "同时"),
        {"edge_through_label f_split_photo split", "gateway_must_not_be_named split", "label_unplaced split"},
    ),
    ("an unnamed answer", lambda s: s.unname("f_good_done"), {"answer_without_label f_good_done"}),
    ("a long answer", lambda s: s.rename("f_good_again", "结果不合格"), {"answer_too_long f_good_again"}),
    (
        "an answer far from its gateway",
        lambda s: s.move_label("f_good_again", right=-300, down=-48),
        {"answer_far_from_its_gateway f_good_again good"},
    ),
    (
        "an undocked flow",
        lambda s: s.reroute("f_work_check", (876, 145), (895, 145)),
        {"edge_not_docked f_work_check check"},
    ),
    (
        "a flow off the middle",
        lambda s: s.reroute("f_work_check", (876, 130), (901, 130)),
        {"edge_not_mid_side f_work_check check"},
    ),
    (
        "a short stub",
        lambda s: s.reroute("f_work_check", (876, 130), (884, 130), (884, 145), (901, 145)),
        {"edge_stub_too_short f_work_check"},
    ),
    (
        "four bends",
        lambda s: s.reroute(
            "f_check_good", (1021, 145), (1035, 145), (1035, 160), (1050, 160), (1050, 145), (1081, 145)
        ),
        {"too_many_bends f_check_good"},
    ),
    (
        "a slanting flow",
        lambda s: s.reroute("f_split_photo", (575, 170), (560, 350), (645, 350)),
        {"not_orthogonal f_split_photo"},
    ),
    (
        "a flow through a shape",
        lambda s: s.reroute("f_work_check", (876, 145), (1021, 145)),
        {"edge_through_shape f_work_check check"},
    ),
    (
        "a flow through letters",
        lambda s: s.move_label("f_good_done", down=12),
        {"edge_through_label f_good_done f_good_done"},
    ),
    (
        "a flow out of its phase",
        lambda s: s.reroute("f_photo_filed", (705, 386), (705, 424), (850, 424), (850, 350), (846, 350)),
        {"edge_leaves_its_phase f_photo_filed work"},
    ),
    (
        "crossing flows",
        lambda s: s.reroute("f_work_check", (876, 300), (1050, 300), (1050, 90), (961, 90), (961, 109)),
        {"edges_cross f_work_check f_check_good"},
    ),
    (
        "flows on each other",
        lambda s: s.reroute("f_split_mend", (575, 170), (575, 230), (705, 230), (705, 181)),
        {"edges_cross f_split_mend f_split_photo", "edges_share_a_stretch f_split_mend f_split_photo"},
    ),
    ("a label without place", lambda s: s.drop_label("done"), {"label_unplaced done"}),
    ("a label of three lines", lambda s: s.rename("told", "已经提醒责任人"), {"label_too_many_lines told"}),
    (
        "a label on a label",
        lambda s: s.move_label("f_good_again", right=15, down=72),
        {"label_far_from_its_edge f_good_again", "labels_overlap f_good_again good"},
    ),
    ("a label on a shape", lambda s: s.move_label("told", down=-15), {"label_on_shape told told"}),
    ("a label on the phase's border", lambda s: s.move_label("late", down=-16), {"label_on_a_border late work"}),
    (
        "a label on a lane line",
        lambda s: s.move_label("late", down=20),
        {"label_on_lane_line late lane_field", "label_on_lane_line late lane_lead"},
    ),
    ("a label far from its shape", lambda s: s.move_label("told", right=100), {"label_far_from_its_shape told"}),
    (
        "a label far from its flow",
        lambda s: s.move_label("f_good_done", down=-50),
        {"label_far_from_its_edge f_good_done"},
    ),
    ("26 nodes", lambda s: s.add_tasks(16), {"too_many_nodes"}),
    ("a drawing too wide", lambda s: s.resize("sample_pool", 1900, 550), {"bad_aspect", "letters_too_small"}),
]


def test_diagrams_are_shipped() -> None:
    assert ROOT / "bpmn/fault_repair_fc/fault_repair_fc.bpmn" in SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_diagram_is_clear(path: Path) -> None:
    root = parse(path)
    assert measure(root) == []
    assert all(0 < count_nodes(drawing) <= MOST_NODES for drawing in read_drawings(root))


def test_sample_is_clear() -> None:
    assert Sheet().findings() == []


@pytest.mark.parametrize(("spoil", "expected"), [case[1:] for case in SPOILT], ids=[case[0] for case in SPOILT])
def test_spoilt_drawing_is_noticed(spoil: Callable[[Sheet], None], expected: set[str]) -> None:
    sheet = Sheet()
    spoil(sheet)
    assert sheet.findings_in_words() == expected


def test_25_nodes_are_not_too_many() -> None:
    sheet = Sheet()
    sheet.add_tasks(15)
    assert sheet.findings() == []


def test_file_without_drawing_is_noticed() -> None:
    empty = etree.fromstring(b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>")
    assert [finding.code for finding in measure(empty)] == ["no_drawing"]


def test_every_code_is_caused_by_a_spoilt_drawing() -> None:
    caused = {finding.split()[0] for *_, expected in SPOILT for finding in expected}
    assert caused | {"no_drawing"} == set(get_args(Code))


def test_every_code_is_explained_to_owners() -> None:
    paper = (ROOT / "docs/owner/drawing.md").read_text("utf-8")
    assert [code for code in get_args(Code) if f"`{code}`" not in paper] == []


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("诊断故障", 106, ["诊断故障"]),
        ("启用备件 或临时方案", 106, ["启用备件", "或临时方案"]),  # a blank is a wished break
        ("勘查全部现场情况", 106, ["勘查全部现场情", "况"]),
        ("第一行\n第二行", 106, ["第一行", "第二行"]),
    ],
)
def test_names_break_as_the_viewer_breaks_them(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, width, 14) == lines


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Stretch((50, -10), (50, 10)), "crossing"),
        (Stretch((50, 0), (150, 0)), "shared"),
        (Stretch((100, 0), (200, 0)), "apart"),  # one goes on where the other ends
        (Stretch((0, 0), (0, 50)), "apart"),  # a common dock
        (Stretch((0, 9), (100, 9)), "apart"),
    ],
)
def test_meeting_of_two_stretches(other: Stretch, expected: str) -> None:
    assert meeting(Stretch((0, 0), (100, 0)), other) == expected


def test_a_label_may_lie_in_the_free_corner_of_a_diamond() -> None:
    diamond = Box(0, 0, 50, 50)
    assert diamond_distance(Box(30, -6, 30, 16), diamond) == pytest.approx(0.8)
    assert diamond_distance(Box(40, -10, 30, 16), diamond) == pytest.approx(1.36)
