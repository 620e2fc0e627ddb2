"""Runs the command behind a request, once for each Idempotency-Key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import orjson
from flask import request

from accounts.house import house
from accounts.people import current_actor
from engine.commands.run_once import run_once
from engine.errors import Invalid
from engine.unit_of_work import UnitOfWork

P = ParamSpec("P")

HEADER = "Idempotency-Key"
MAX_KEY = 100  # printable ASCII characters


def act(command: Callable[Concatenate[UnitOfWork, P], Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
    """Run a command as the actor of this request; its answer as JSON data.

    With an Idempotency-Key the same request sent again gets the first answer and changes nothing. Raises Invalid for a
    key that is none, IdempotencyKeyReused, and what the command refuses.
    """
    engine, actor = house().engine, current_actor()
    key = request.headers.get(HEADER)
    if key is None:
        return orjson.loads(orjson.dumps(engine.run(command, actor, *args, **kwargs)))
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        words = {"zh": f"须为 1 至 {MAX_KEY} 个可见字符。", "en": f"1 to {MAX_KEY} printable characters."}
        raise Invalid({HEADER: [{"code": "format", **words}]})
    return engine.run(run_once, actor, key, _fingerprint(), command, *args, **kwargs)


def _fingerprint() -> str:
    """SHA-256 of what is asked: method, path with query, and body."""
    asked = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        asked.update(_parts())
    else:
        asked.update(request.get_data())
    return asked.hexdigest()


def _parts() -> bytes:
    """The parts of a multipart body without its boundary: a sender makes up another one each time."""
    fields = sorted(request.form.items(multi=True))
    files = []
    for name, file in sorted(request.files.items(multi=True), key=lambda one: one[0]):
        file.stream.seek(0)
        files.append((name, file.filename, hashlib.sha256(file.stream.read()).hexdigest()))
    return orjson.dumps([fields, files])
