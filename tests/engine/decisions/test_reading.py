"""Reading DMN files: dialects, requirements, and a finding for everything that is not run."""

from __future__ import annotations

import pytest

from engine.decisions.check import compile_decisions
from engine.decisions.errors import CellFailed, DecisionsRefused, TypeRefused
from engine.decisions.evaluation import evaluate
from tests.engine.decisions.tables import (
    DMN11,
    DMN12,
    DMN13,
    LANGUAGE,
    codes,
    decision,
    file,
    literal,
    made,
    numbers,
    one,
    report,
    table,
)

SMALL = table(["n"], ["x"], ["> 5 => 1", "<= 5 => 2"])
CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
 xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1" name="DRD" namespace="http://camunda.org/schema/1.0/dmn"
 exporter="Camunda Modeler" exporterVersion="5.20.0" modeler:executionPlatform="Camunda Platform" >
  <decision id="urgency" name="Urgency" camunda:historyTimeToLive="P180D" camunda:versionTag="1">
    <variable id="v1" name="urgency" typeRef="string" />
    <informationRequirement id="i1"><requiredInput href="#cameras_data" /></informationRequirement>
    <authorityRequirement id="a1"><requiredAuthority href="#source" /></authorityRequirement>
    <decisionTable id="t1" hitPolicy="FIRST">
      <input id="in1" label="Cameras" camunda:inputVariable="cameras">
        <inputExpression id="e1" typeRef="integer" expressionLanguage="juel"><text>${cameras}</text></inputExpression>
      </input>
      <output id="o1" label="Urgency" name="urgency" typeRef="string" />
      <annotation name="why" />
      <rule id="DecisionRule_1"><description>more than ten</description>
        <inputEntry id="c1"><text>&gt; 10</text></inputEntry>
        <outputEntry id="c2"><text>"urgent"</text></outputEntry>
        <annotationEntry><text>BZ 10</text></annotationEntry>
      </rule>
      <rule id="DecisionRule_2"><inputEntry id="c3"><text></text></inputEntry>
        <outputEntry id="c4" expressionLanguage="feel"><text>"normal"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <inputData id="cameras_data" name="cameras" /><knowledgeSource id="source" name="BZ" />
  <dmndi:DMNDI><dmndi:DMNDiagram>
  <dmndi:DMNShape dmnElementRef="urgency"><dc:Bounds height="80" width="180" x="1" y="1" />
  </dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>"""


def test_a_file_of_camunda_modeler() -> None:
    assert codes(CAMUNDA.encode()) == []
    compiled_file = compile_decisions(CAMUNDA.encode(), LANGUAGE)
    assert (compiled_file.key, compiled_file.name, list(compiled_file.decisions)) == (
        "Definitions_1",
        "DRD",
        ["urgency"],
    )
    found = evaluate(compiled_file.decisions["urgency"], {"cameras": 11})
    assert found.as_fact() == {
        "decision": "urgency",
        "name": "Urgency",
        "inputs": {"${cameras}": 11},
        "outputs": {"urgency": "urgent"},
        "rules": [1],
        "rule_ids": ["DecisionRule_1"],
        "required": [],
    }
    assert numbers(made(CAMUNDA.encode(), "urgency", cameras=10)) == [2]


@pytest.mark.parametrize("dmn", [DMN11, DMN12, DMN13])
def test_three_versions_of_the_standard(dmn: str) -> None:
    assert made(file(decision(SMALL), dmn=dmn), n=6).outputs == {"x": 1}
    typed = decision(table(["n: feel:number"], ["x: feel:number"], ["- => n"]))
    assert codes(file(typed, dmn=dmn)) == []


def test_chinese_bytes_in_gb18030() -> None:
    text = one(["等级"], ["结果"], ['> 5 => "高"']).decode()
    content = f'<?xml version="1.0" encoding="GB18030"?>{text}'.encode("gb18030")
    assert made(content, 等级=6).outputs == {"结果": "高"}


def test_required_decisions_are_made_first_and_once_and_hide_data() -> None:
    content = file(
        decision(table(["a"], ["level"], ["> 0 => 1", "<= 0 => 2"]), "first"),
        decision(literal("level * 10"), "second", ["first"], "ten"),
        decision(
            table(["ten", "level"], ["x"], ["10 ; - => ten + level", "20 ; - => 0"]), "third", ["second", "first"]
        ),
    )
    assert set(codes(content)) == {"gap"}
    found = made(content, "third", a=5, level=99, ten=98)
    assert found.outputs == {"x": 11}
    assert [(part.decision_id, part.outputs) for part in found.required] == [
        ("first", {"level": 1}),
        ("second", {"ten": 10}),
    ]
    assert [part["rules"] for part in found.as_fact()["required"]] == [[1], []]


def test_a_literal_expression_speaks_feel() -> None:
    content = file(decision(literal('if n = 1 then "one" else "more"')))
    assert [made(content, n=n).outputs for n in (1, 2)] == [{"d": "one"}, {"d": "more"}]
    typed = file(decision(literal("n")).replace("<literal", "<variable name='d' typeRef='string'/><literal"))
    with pytest.raises(TypeRefused):
        made(typed, n=1)


def test_null_is_no_and_a_missing_variable_is_named() -> None:
    content = one(["a or b"], ["x"], ["true => 1", "false => 2"])
    assert [made(content, a=a, b=b).outputs["x"] for a, b in ((None, True), (None, None))] == [1, 2]
    with pytest.raises(CellFailed, match="input column 1 “a or b”: There is no variable or field “b”"):
        made(content, a=False)


BROKEN = {
    "not_dmn": b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
    "file_empty": b"",
    "not_xml": b"<definitions",
    "doctype": b"<!DOCTYPE a [<!ENTITY b 'c'>]><definitions/>",
    "file_too_large": b"<a>" + b" " * 1_000_001,
    "no_decision": file(),
    "too_many_decisions": file(*(decision(literal("1"), f"d{number}") for number in range(101))),
    "unsupported_element": file("<businessKnowledgeModel id='k'/>", decision(SMALL)),
    "expression_language": file(decision(SMALL.replace("<inputEntry>", "<inputEntry expressionLanguage='groovy'>", 1))),
    "decision_id_missing": file(decision(SMALL).replace(" id='d'", "")),
    "decision_id_twice": file(decision(SMALL), decision(literal("1"))),
    "decision_id_long": file(decision(SMALL, "d" * 101)),
    "decision_logic": file(decision("")),
    "required_missing": file(decision(SMALL, requires=["nobody"])),
    "required_circle": file(decision(literal("1"), "a", ["b"]), decision(literal("1"), "b", ["a"])),
    "required_too_deep": file(
        decision(literal("1"), "d0"), *(decision(literal("1"), f"d{n}", [f"d{n - 1}"]) for n in range(1, 51))
    ),
    "required_same_name": file(decision(SMALL, "a"), decision(SMALL, "b"), decision(literal("x"), "c", ["a", "b"])),
    "literal_missing": file(decision(literal(" "))),
    "no_output": one(["n"], [], ["> 5 =>"]),
    "no_rules": one(["n"], ["x"], []),
    "too_many_rules": one(["n"], ["x"], ["1 => 1"] * 1_001),
    "too_many_columns": one([f"n{number}" for number in range(50)], ["x"], []),
    "rule_width": file(decision(SMALL.replace("<inputEntry><text>&gt; 5</text></inputEntry>", ""))),
    "hit_policy": one(["n"], ["x"], ["1 => 1"], "NONSENSE"),
    "aggregation": one(["n"], ["x"], ["1 => 1"], "COLLECT", "MEAN"),
    "aggregation_not_collect": one(["n"], ["x"], ["1 => 1"], "RULE ORDER", "SUM"),
    "aggregation_outputs": one(["n"], ["x", "y"], ["1 => 1;2"], "COLLECT", "SUM"),
    "output_order_missing": one(["n"], ["x"], ["1 => 1"], "PRIORITY"),
    "output_name": one(["n"], ["not a name"], ["1 => 1"]),
    "output_twice": one(["n"], ["x", "x"], ["1 => 1;2"]),
    "unknown_type": one(["n: tItem"], ["x"], ["1 => 1"]),
    "input_expression_missing": one([""], ["x"], ["1 => 1"]),
    "values_not_fixed": one(["n = 1,limit"], ["x"], ["1 => 1"]),
    "column_mixed": one(["n"], ["x"], ["1 => 1", '"a" => 2']),
    "cell_invalid": one(["n"], ["x"], ["? => 1"]),
    "cell_type": one(["n: integer"], ["x"], ['"1" => 1']),
    "decision_expression": one(["n"], ["x"], ["1 => cuont(n)"]),
    "output_not_listed": one(["n"], ["x = 1,2"], ["1 => 3"]),
}


@pytest.mark.parametrize("code", BROKEN)
def test_each_fault_is_its_finding_and_refuses(code: str) -> None:
    result = report(BROKEN[code])
    assert code in {finding.code for finding in result.findings if finding.severity == "error"}
    assert result.file is None
    with pytest.raises(DecisionsRefused) as refused:
        compile_decisions(BROKEN[code], LANGUAGE)
    assert refused.value.params["count"] > 0


@pytest.mark.parametrize(
    "part",
    [
        "<import/>",
        "<itemDefinition id='i'/>",
        "<decisionService id='s'/>",
        "<decision id='e'><context/></decision>",
        "<decision id='e'><relation/></decision>",
        "<decision id='e'><invocation/></decision>",
        "<decision id='e'><knowledgeRequirement/><literalExpression><text>1</text></literalExpression></decision>",
    ],
)
def test_what_is_not_supported_is_said(part: str) -> None:
    assert "unsupported_element" in codes(file(decision(SMALL), part))


def test_all_findings_come_at_once_with_the_place_of_the_cell() -> None:
    content = one(["n: integer", "t"], ["x"], ['"1" ; bad bad => 1', "? ; - => cuont(1)"])
    found = report(content).findings
    assert [finding.code for finding in found] == ["cell_type", "cell_invalid", "cell_invalid", "decision_expression"]
    assert {finding.element_id for finding in found} == {"d"}
    assert found[1].message_en.startswith("rule 1, input column 2 “t”: the cell “bad bad”: ")
    assert found[3].message_zh == "规则 2 输出列 1“x”的表达式“cuont(1)”有误：没有名为“cuont”的函数（第1个字符）。"


def test_a_word_without_quotes_is_pointed_out() -> None:
    assert "bare_word" in codes(one(["t: string"], ["x"], ["urgent => 1"]))


def test_an_older_tool_meets_the_same_reader() -> None:
    """Camunda 7 wrote the id of the decision on the file, too, and left the hit policy out."""
    content = file(decision(SMALL.replace(' hitPolicy="UNIQUE"', ""), "same"), key="same", dmn=DMN11)
    assert codes(content) == []
