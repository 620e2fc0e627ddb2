"""What evaluating a decision may be refused for: every error names the decision, and the rules or the cell."""

from __future__ import annotations

from engine.definition.findings import DesignRefused
from engine.errors import EngineError


class DecisionError(EngineError):
    """The decision “{decision}” could not be made."""

    code, status = "decision", 422
    zh = "无法作出决策“{decision}”。"


class DecisionsRefused(DesignRefused):
    """The decision file has {count} findings that must be mended before it is used."""

    code, status = "decisions_refused", 422
    zh = "决策文件有 {count} 处问题，改正后才能使用。"


class NotUnique(DecisionError):
    """The decision “{decision}” allows one rule to hit, but rules {rules} do."""

    code = "decision_not_unique"
    zh = "决策“{decision}”只允许命中一条规则，但规则 {rules} 同时命中。"


class NotTheSame(DecisionError):
    """The rules {rules} of the decision “{decision}” hit together and must give the same outputs, but they differ."""

    code = "decision_not_the_same"
    zh = "决策“{decision}”的规则 {rules} 同时命中，输出必须相同，实际不同。"


class CellFailed(DecisionError):
    """The decision “{decision}”, {place}: {reason}"""

    code = "decision_cell"
    zh = "决策“{decision}”的{place}：{reason}"


class ValueRefused(DecisionError):
    """The decision “{decision}”, {place}: the value “{value}” is not one of those allowed there."""

    code = "decision_value"
    zh = "决策“{decision}”的{place}：值“{value}”不在允许的范围内。"


class TypeRefused(DecisionError):
    """The decision “{decision}”, {place}: the value “{value}” is not of the type {type}."""

    code = "decision_type"
    zh = "决策“{decision}”的{place}：值“{value}”不是 {type} 类型。"


class MappingRefused(DecisionError):
    """The result of the decision “{decision}” cannot be taken as {mapping}: {rows} rows, {columns} outputs."""

    code = "decision_mapping"
    zh = "决策“{decision}”的结果不能按 {mapping} 取用：共 {rows} 行、{columns} 个输出。"
