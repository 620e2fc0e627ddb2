"""What every refusal of the house looks like: a class with a code, an HTTP status and its words in zh and en."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Words:
    """A parameter of a message that has words in both languages."""

    zh: str
    en: str


def fill(template: str, params: dict[str, Any], language: str = "zh") -> str:
    """Replace each `{name}` by its parameter; nothing else in a template has a meaning."""
    for name, value in params.items():
        text = getattr(value, language) if isinstance(value, Words) else str(value)
        template = template.replace("{" + name + "}", text)
    return template


class SignalboxError(Exception):
    """Something was refused."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    zh: ClassVar[str] = "操作被拒绝。"

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The words for a person; `language` is "zh" or "en". The English text is the docstring's first line."""
        template = self.zh if language == "zh" else (type(self).__doc__ or "").strip().splitlines()[0]
        return fill(template, self.params, language)


class EngineError(SignalboxError):
    """The engine refused the command."""

    code = "engine_refused"
    zh = "引擎拒绝了该操作。"


class NotFound(EngineError):
    """There is no such {what}, or you may not see it."""

    code, status = "not_found", 404
    zh = "找不到该{what}，或您无权查看。"


class Forbidden(EngineError):
    """You may not do this: {reason}."""

    code, status = "forbidden", 403
    zh = "您无权执行该操作：{reason}。"


class TaskNotOpen(EngineError):
    """The task is no longer open: somebody has completed or cancelled it."""

    code, status = "task_not_open", 409
    zh = "任务已不是待办：已被完成或取消。"


class TaskTaken(EngineError):
    """The task has been claimed by {assignee}."""

    code, status = "task_taken", 409
    zh = "任务已由{assignee}签收。"


class InstanceNotActive(EngineError):
    """The case is {state}; it can no longer be changed."""

    code, status = "instance_not_active", 409
    zh = "流程已{state}，不能再操作。"


class InstanceSuspended(EngineError):
    """The case is suspended: {reason}. It can be worked on again when an operator resumes it."""

    code, status = "instance_suspended", 409
    zh = "工单已挂起：{reason}。运行管理员恢复后方可继续操作。"


class SeparationOfDuties(EngineError):
    """Who has done “{element}” may not do this step."""

    code, status = "separation_of_duties", 403
    zh = "职责分离：已办理“{element}”的人员不得办理本步骤。"


class Conflict(EngineError):
    """Somebody else changed the case at the same moment. Nothing was saved; please try again."""

    code, status = "conflict", 409
    zh = "他人同时修改了该流程，本次未保存，请重试。"


class Invalid(EngineError):
    """Some fields are not right."""

    code, status = "invalid", 422
    zh = "部分内容填写有误。"

    def __init__(self, fields: dict[str, list[dict[str, str]]], **params: Any) -> None:
        """`fields`: field key -> [{"code", "zh", "en"}]."""
        self.fields = fields
        super().__init__(**params)
