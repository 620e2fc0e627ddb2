"""What an expression may be refused for: every class has a code, words in zh and en, a name and a position."""

from __future__ import annotations

from typing import Any

from engine.errors import SignalboxError

KINDS = {
    "null": ("空值", "null"),
    "boolean": ("是否值", "boolean"),
    "number": ("数字", "number"),
    "text": ("文本", "text"),
    "list": ("列表", "list"),
    "group": ("字段组", "group of fields"),
    "date": ("日期", "date"),
    "time": ("时间", "time"),
    "local_time": ("无时区的时间", "time without a zone"),
    "duration": ("时长", "duration"),
    "other": ("不支持的数据", "unsupported data"),
}
"""Kind of a value -> how it is called in zh and en."""

LIMITS = {
    "steps": ("步骤过多", "too many steps"),
    "text": ("文本过长", "a text is too long"),
    "list": ("列表或字段组过大", "a list or group is too big"),
    "number": ("数字过大", "a number is too large"),
    "depth": ("数据嵌套过深", "data is nested too deeply"),
    "parts": ("表达式组成部分过多", "the expression has too many parts"),
}
"""Which limit was passed -> its words in zh and en."""


class ExpressionError(SignalboxError):
    """The expression cannot be used (character {position})."""

    code, status = "expression", 422
    zh = "表达式无法使用（第{position}个字符）。"

    def __init__(self, name: str = "", position: int | None = None, **params: Any) -> None:
        """`name`: what it is about. `position`: 1-based character of the source; None until the place is known."""
        super().__init__(name=name[:60], position=position, **params)

    def at(self, position: int) -> None:
        """Fill in the place, unless it is known already."""
        if self.params["position"] is None:
            self.params["position"] = position
            self.args = (self.message("en"),)


class BadSyntax(ExpressionError):
    """The expression cannot be read at “{name}” (character {position})."""

    code = "syntax"
    zh = "表达式在“{name}”处无法识别（第{position}个字符）。"


class TooLong(ExpressionError):
    """The expression is too long: at most {limit} characters."""

    code = "too_long"
    zh = "表达式过长：最多{limit}个字符。"


class TooDeep(ExpressionError):
    """The expression is nested too deeply (character {position})."""

    code = "too_deep"
    zh = "表达式嵌套过深（第{position}个字符）。"


class NotAllowed(ExpressionError):
    """“{name}” is not allowed here (character {position})."""

    code = "not_allowed"
    zh = "此处不允许使用“{name}”（第{position}个字符）。"


class UnknownFunction(ExpressionError):
    """There is no function “{name}” (character {position})."""

    code = "unknown_function"
    zh = "没有名为“{name}”的函数（第{position}个字符）。"


class WrongArguments(ExpressionError):
    """The function “{name}” was given the wrong arguments (character {position})."""

    code = "wrong_arguments"
    zh = "函数“{name}”的参数不正确（第{position}个字符）。"


class UnknownName(ExpressionError):
    """There is no variable or field “{name}” (character {position})."""

    code = "unknown_name"
    zh = "没有名为“{name}”的变量或字段（第{position}个字符）。"


class WrongValue(ExpressionError):
    """“{name}” has no result for these values, for instance a division by zero (character {position})."""

    code = "wrong_value"
    zh = "“{name}”对这些值没有结果，例如除数为零（第{position}个字符）。"


class WrongType(ExpressionError):
    """“{name}” does not work with {kinds_en} (character {position})."""

    code = "wrong_type"
    zh = "“{name}”不能用于{kinds_zh}（第{position}个字符）。"

    def __init__(self, name: str, *kinds: str, position: int | None = None) -> None:
        """`kinds`: keys of KINDS, the kinds of the values found."""
        words = [KINDS[kind] for kind in kinds]
        super().__init__(
            name,
            position,
            kinds=kinds,
            kinds_zh="、".join(zh for zh, _ in words),
            kinds_en=" and ".join(en for _, en in words),
        )


class OverBudget(ExpressionError):
    """The expression asks for too much: {limit_en} (character {position})."""

    code = "budget"
    zh = "表达式超出限额：{limit_zh}（第{position}个字符）。"

    def __init__(self, limit: str, position: int | None = None) -> None:
        """`limit`: a key of LIMITS."""
        limit_zh, limit_en = LIMITS[limit]
        super().__init__(limit, position, limit_zh=limit_zh, limit_en=limit_en)


class FunctionRefused(ExpressionError):
    """The function “{name}” refused: {reason_en} (character {position})."""

    code = "function_refused"
    zh = "函数“{name}”拒绝执行：{reason_zh}（第{position}个字符）。"

    def __init__(self, name: str, reason: SignalboxError, position: int | None = None) -> None:
        super().__init__(name, position, reason_zh=reason.message("zh"), reason_en=reason.message("en"))
