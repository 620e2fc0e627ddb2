"""Calls to the outside world: made in a thread of their own, given up after a time, their answers bounded."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine.errors import EngineError
from engine.extensions import Call, Service
from engine.spiff.data import plain

MAX_BYTES = 64 * 1024  # of what a service is sent, and of what it answers, as JSON
MAX_VALUES = 10_000  # values and keys within each other
MAX_GIVEN_UP = 8
"""Threads of one process that may hang in calls given up. Beyond it calls nothing more: each holds memory for ever."""


class ServiceTimedOut(EngineError):
    """The service did not answer within {seconds} seconds."""

    code, status = "service_timed_out", 504
    zh = "服务在 {seconds} 秒内没有应答。"


class ServiceDataTooLarge(EngineError):
    """What the service is sent or answers is larger than {limit} KB or {values} values."""

    code, status = "service_data_too_large", 422
    zh = "服务的参数或结果超过 {limit} KB 或 {values} 个值。"


class ServiceBusy(EngineError):
    """Too many calls of this process hang; nothing more is called until one of them ends."""

    code, status = "service_busy", 503
    zh = "本进程中挂起的外部调用过多，在其中之一结束前不再调用。"


@dataclass
class _Answer:
    came: threading.Event = field(default_factory=threading.Event)
    value: Any = None
    error: BaseException | None = None


_given_up: set[threading.Thread] = set()
_guard = threading.Lock()


def may_call() -> bool:
    """Whether this process may call anything: not too many of its calls hang."""
    with _guard:
        _given_up.difference_update([thread for thread in _given_up if not thread.is_alive()])
        return len(_given_up) < MAX_GIVEN_UP


def call(service: Service, context: Call, inputs: Mapping[str, Any]) -> Any:
    """What the service answers, as plain JSON. A late answer is thrown away.

    Raises ServiceTimedOut, ServiceDataTooLarge, ServiceBusy, NotPlainData, and whatever the service raises.
    """
    if not may_call():
        raise ServiceBusy
    answer = _Answer()

    def work() -> None:
        try:
            answer.value = bounded("result", service.function(context, **inputs))
        except BaseException as error:  # it must not end the thread unheard, not even as SystemExit
            answer.error = error
        answer.came.set()

    thread = threading.Thread(target=work, name=f"service {service.name}", daemon=True)
    thread.start()
    if not answer.came.wait(service.seconds):
        with _guard:
            _given_up.add(thread)
        raise ServiceTimedOut(seconds=f"{service.seconds:g}")
    if isinstance(answer.error, Exception):
        raise answer.error
    if answer.error is not None:
        raise RuntimeError(type(answer.error).__name__) from answer.error
    return answer.value


def bounded(name: str, value: Any) -> Any:
    """A copy in JSON values. Raises NotPlainData, and ServiceDataTooLarge before it is walked whole."""
    values, letters, stack = 0, 0, [value]
    while stack:
        one = stack.pop()
        values += 1
        if isinstance(one, str):
            letters += len(one)
        elif isinstance(one, Mapping):
            stack += [*one.keys(), *one.values()] if len(one) <= MAX_VALUES else [None] * MAX_VALUES
        elif isinstance(one, list | tuple):
            stack += one if len(one) <= MAX_VALUES else [None] * MAX_VALUES
        if values > MAX_VALUES or len(stack) > 4 * MAX_VALUES or letters > MAX_BYTES:
            raise _too_large()
    copy = plain({name: value})[name]
    if len(orjson.dumps(copy)) > MAX_BYTES:
        raise _too_large()
    return copy


def bounded_text(values: Mapping[str, Any]) -> str:
    """The JSON of what a service is sent. Raises NotPlainData, ServiceDataTooLarge."""
    return orjson.dumps(bounded("inputs", values)).decode()


def read(text: str) -> dict[str, Any]:
    """What `bounded_text` wrote."""
    found: dict[str, Any] = orjson.loads(text)
    return found


def _too_large() -> ServiceDataTooLarge:
    return ServiceDataTooLarge(limit=MAX_BYTES // 1024, values=MAX_VALUES)
