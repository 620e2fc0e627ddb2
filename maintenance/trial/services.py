"""Services of a trial: those inside run as ever, those outside are never called; the story says what they answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from engine.extensions import Call, Extensions


class CalledInTrial(RuntimeError):
    """A programming error: nothing outside is ever called in a trial."""


def closed(extensions: Extensions) -> Extensions:
    """The same, with every door to the outside shut."""
    services = {
        name: service if service.inside else replace(service, function=_shut)
        for name, service in extensions.services.items()
    }
    return replace(extensions, services=services)


def _shut(call: Call, /, **parameters: Any) -> NoReturn:
    raise CalledInTrial(call.key)
