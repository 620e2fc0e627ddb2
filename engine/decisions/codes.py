"""Every finding about decisions with its severity and its words; docs/owner/decisions.md explains each."""

from __future__ import annotations

from engine.definition.codes import Wording


def _error(zh: str, en: str) -> Wording:
    return Wording("error", zh, en)


def _remark(zh: str, en: str) -> Wording:
    return Wording("remark", zh, en)


_FILE = {
    "not_dmn": _error(
        "文件不是 DMN 1.1、1.2 或 1.3 决策文件。", "The file is no decision file of DMN 1.1, 1.2 or 1.3."
    ),
    "no_decision": _error("文件中没有决策。", "There is no decision in the file."),
    "too_many_decisions": _error(
        "文件有 {count} 个决策，最多 {limit} 个。", "The file has {count} decisions; at most {limit} are allowed."
    ),
    "unsupported_element": _error("不支持元素“{kind}”。", "The element “{kind}” is not supported."),
    "expression_language": _error(
        "不支持表达式语言“{language}”，请用 FEEL。", "The expression language “{language}” is not supported; use FEEL."
    ),
    "decision_id_missing": _error("决策没有编号。", "The decision has no id."),
    "decision_id_twice": _error("编号“{id}”重复。", "The id “{id}” is used twice."),
    "decision_id_long": _error("编号超过 {limit} 个字符。", "The id has more than {limit} characters."),
    "decision_elsewhere": _error(
        "决策“{id}”已由文件“{key}”发布，一个决策只能属于一个文件。",
        "The decision “{id}” is published by the file “{key}”; a decision belongs to one file.",
    ),
}

_REQUIREMENTS = {
    "required_missing": _error(
        "所引用的决策或输入数据“{href}”不在本文件中。", "The required decision or input “{href}” is not in this file."
    ),
    "required_circle": _error("决策相互引用成环，永远得不出结果。", "The decisions require each other in a circle."),
    "required_too_deep": _error(
        "决策逐级引用超过 {limit} 层。", "More than {limit} decisions require one another in a row."
    ),
    "required_same_name": _error(
        "所引用的两个决策有同名输出“{name}”。", "Two required decisions give an output of the same name, “{name}”."
    ),
}

_TABLE = {
    "decision_logic": _error(
        "决策必须且只能有一张决策表或一个表达式。", "A decision has exactly one decision table or literal expression."
    ),
    "literal_missing": _error("决策的表达式是空的。", "The expression of the decision is empty."),
    "no_output": _error("决策表没有输出列。", "The decision table has no output."),
    "no_rules": _error("决策表没有规则。", "The decision table has no rules."),
    "too_many_rules": _error(
        "决策表有 {count} 条规则，最多 {limit} 条。", "The table has {count} rules; at most {limit} are allowed."
    ),
    "too_many_columns": _error(
        "决策表有 {count} 列，最多 {limit} 列。", "The table has {count} columns; at most {limit} are allowed."
    ),
    "too_many_values": _error(
        "决策文件的单元格中的值超过 {limit} 个。", "The cells of the file hold more than {limit} values."
    ),
    "rule_width": _error(
        "规则 {rule} 的单元格数与列数不同。", "Rule {rule} has not as many cells as the table has columns."
    ),
    "hit_policy": _error("没有名为“{policy}”的命中策略。", "There is no hit policy “{policy}”."),
    "aggregation": _error("没有名为“{name}”的汇总方式。", "There is no aggregation “{name}”."),
    "aggregation_not_collect": _error(
        "汇总方式“{name}”只能用于命中策略 COLLECT。", "The aggregation “{name}” goes with the hit policy COLLECT only."
    ),
    "aggregation_outputs": _error(
        "汇总方式“{name}”只能用于一个输出列。", "The aggregation “{name}” goes with one output only."
    ),
    "output_order_missing": _error(
        "命中策略 {policy} 需要在输出列按优先顺序列出输出值。",
        "The hit policy {policy} needs the output values listed in the order of their priority.",
    ),
    "output_name": _error(
        "输出名“{name}”无效：以字母或汉字开头，只含字母、汉字、数字和下划线。",
        "“{name}” cannot be an output: it begins with a letter and holds letters, digits and underscores only.",
    ),
    "output_twice": _error("输出名“{name}”重复。", "The output “{name}” stands twice."),
    "unknown_type": _error("{place}的类型“{type}”不受支持。", "{place}: the type “{type}” is not supported."),
    "input_expression_missing": _error("{place}没有输入表达式。", "{place}: there is no input expression."),
    "values_not_fixed": _error(
        "{place}的取值范围只能写固定的值。", "{place}: the values that are allowed must be fixed ones."
    ),
    "column_mixed": _error(
        "{place}的单元格与不同类型的值比较。", "{place}: its cells compare with values of different types."
    ),
}

_CELLS = {
    "cell_invalid": _error("{place}的单元格“{text}”有误：{reason}", "{place}: the cell “{text}”: {reason}"),
    "cell_type": _error(
        "{place}的值 {value} 不是 {type} 类型。", "{place}: the value {value} is not of the type {type}."
    ),
    "decision_expression": _error(
        "{place}的表达式“{text}”有误：{reason}", "{place}: the expression “{text}”: {reason}"
    ),
    "output_not_listed": _error(
        "{place}的值 {value} 不在该列列出的输出值中。",
        "{place}: the value {value} is not among the listed output values.",
    ),
    "bare_word": _remark(
        "{place}中“{name}”没有引号，按变量读取；若是文本请加双引号。",
        "{place}: “{name}” has no quotes and is read as a variable; a text is written with double quotes.",
    ),
}

_COVERAGE = {
    "rules_overlap": _error(
        "规则 {one} 与规则 {other} 同时命中（例如 {example}），而命中策略为 UNIQUE。",
        "Rules {one} and {other} hit together (for instance {example}), but the hit policy is UNIQUE.",
    ),
    "rules_differ": _error(
        "规则 {one} 与规则 {other} 同时命中（例如 {example}）但输出不同，而命中策略为 ANY。",
        "Rules {one} and {other} hit together (for instance {example}) with different outputs; the hit policy is ANY.",
    ),
    "more_overlaps": _remark(
        "同时命中的规则多于 {count} 对，其余未列出。",
        "More than {count} pairs of rules hit together; the rest is not listed.",
    ),
    "gap": _remark("没有规则适用于：{example}。", "No rule for {example}."),
    "more_gaps": _remark("另有 {count} 处没有规则适用。", "There are {count} more gaps."),
    "rule_unreachable": _remark(
        "规则 {rule} 永远轮不到：前面的规则已覆盖其全部情形。",
        "Rule {rule} is never reached: the rules before it take all its cases.",
    ),
    "rule_never": _remark("规则 {rule} 永远不会命中。", "Rule {rule} can never hit."),
    "not_examined_variable": _remark(
        "规则 {rule} 的单元格与变量比较，未检查遗漏与重叠。",
        "A cell of rule {rule} compares with a variable: gaps and overlaps were not looked for.",
    ),
    "not_examined_size": _remark(
        "决策表过大，未检查遗漏与重叠。", "The table is too big: gaps and overlaps were not looked for to the end."
    ),
}

WORDINGS: dict[str, Wording] = {**_FILE, **_REQUIREMENTS, **_TABLE, **_CELLS, **_COVERAGE}
