"""What the token mover refuses."""

from __future__ import annotations

from engine.errors import EngineError


class TaskNotReady(EngineError):
    """The step is not open in the execution: the command must be run again on the present state."""

    code, status = "task_not_ready", 409
    zh = "该步骤当前未打开，请刷新后重试。"


class NoConditionHolds(EngineError):
    """No condition of the flows out of “{element}” holds, and it has no default flow."""

    code, status = "no_condition_holds", 422
    zh = "“{element}”的各分支条件都不成立，且没有默认分支。"


class NothingGoesOn(EngineError):
    """The case cannot go on: “{element}” waits for branches that will not come."""

    code, status = "nothing_goes_on", 422
    zh = "流程无法继续：“{element}”等待的其他分支不会再来。"


class NoCollection(EngineError):
    """“{text}” is neither a list nor a whole number: it is not known how often the activity runs."""

    code, status = "no_collection", 422
    zh = "“{text}”既不是列表，也不是整数，无法确定执行几次。"


class TooManyRuns(EngineError):
    """The activity would run {count} times; at most {limit} are allowed."""

    code, status = "too_many_runs", 422
    zh = "该活动要执行 {count} 次，上限是 {limit} 次。"


class ErrorNotCaught(EngineError):
    """The error “{error}” was raised, and nothing in the diagram catches it."""

    code, status = "error_not_caught", 422
    zh = "出现错误“{error}”，流程图中没有捕获它的边界事件。"


class EventNotAwaited(EngineError):
    """The case does not wait for this event any more."""

    code, status = "event_not_awaited", 409
    zh = "工单已不再等待这一事件。"


class ExecutionLimit(EngineError):
    """The case exceeded the limit of {limit} {what} in one command; nothing was done."""

    code, status = "execution_limit", 422
    zh = "流程一次执行超过上限（{limit} {what}），已全部撤回。"


class UnknownStateFormat(EngineError):
    """The saved state has the unknown format {format}."""

    code, status = "unknown_state_format", 500
    zh = "无法识别已保存的流程状态格式 {format}。"


class NotPlainData(EngineError):
    """“{name}” is no plain value and cannot be kept as data of a case."""

    code, status = "not_plain_data", 422
    zh = "“{name}”不是普通数据，不能保存为流程数据。"
