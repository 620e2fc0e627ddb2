"""What the token mover refuses."""

from __future__ import annotations

from engine.errors import EngineError


class TaskNotReady(EngineError):
    """The step is not open in the execution: the command must be run again on the present state."""

    code, status = "task_not_ready", 409
    zh = "该步骤当前未打开，请刷新后重试。"


class TimerNotWaiting(EngineError):
    """The timer no longer waits in the execution."""

    code, status = "timer_not_waiting", 409
    zh = "该定时器已不在等待。"


class ServiceNotStarted(EngineError):
    """The call is no longer waited for in the execution."""

    code, status = "service_not_started", 409
    zh = "该外部调用已不在等待。"


class NoConditionHolds(EngineError):
    """No condition of the flows out of “{element}” holds, and it has no default flow."""

    code, status = "no_condition_holds", 422
    zh = "“{element}”的各分支条件都不成立，且没有默认分支。"


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
