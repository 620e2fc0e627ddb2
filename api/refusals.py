"""What the machine doors refuse before a command runs: addresses, methods, bodies, headers."""

from __future__ import annotations

from werkzeug.exceptions import HTTPException

from engine import nouns
from engine.commands.save_design import Beside
from engine.errors import SignalboxError, Words

HOW = {"saved": Words("修改", "changed"), **nouns.DESIGN_ENDS}


class RequestRefused(SignalboxError):
    """The request is not right."""

    code, status = "request_refused", 400
    zh = "请求有误。"


class NoSuchAddress(RequestRefused):
    """There is nothing at this address."""

    code, status = "no_such_address", 404
    zh = "没有这个地址。"


class MethodNotAllowed(RequestRefused):
    """This address does not know the method {method}."""

    code, status = "method_not_allowed", 405
    zh = "该地址不支持 {method} 方法。"


class BodyTooLarge(RequestRefused):
    """The body is too large."""

    code, status = "body_too_large", 413
    zh = "请求体过大。"


class UnsupportedMediaType(RequestRefused):
    """The body must be sent as {expected}."""

    code, status = "unsupported_media_type", 415
    zh = "请求体的类型应为 {expected}。"


class IfMatchNeeded(RequestRefused):
    """Say with If-Match which revision is saved over, so that nobody's work is lost."""

    code, status = "if_match_needed", 428
    zh = "请用 If-Match 注明所依据的修订号，以免覆盖他人的修改。"


class DesignChanged(SignalboxError):
    """The design has been {how} by {changed_by} meanwhile. What you sent is kept as design {kept}."""

    code, status = "design_changed", 412
    zh = "设计稿已被{changed_by}{how}。您提交的内容已另存为设计稿 {kept}。"

    def __init__(self, kept: int, beside: Beside) -> None:
        self.beside = beside
        by = beside.changed_by or Words("系统", "the system")
        super().__init__(kept=kept, how=HOW[beside.how], changed_by=by)


class Unexpected(SignalboxError):
    """Something went wrong on our side. It has been written to the log."""

    code, status = "unexpected", 500
    zh = "系统内部出错，已记入日志。"


def refusal_of(error: HTTPException, method: str) -> SignalboxError:
    """What the web framework refused, in the house's words; never its own text, which may name internals."""
    if error.code == 404:
        return NoSuchAddress()
    if error.code == 405:
        return MethodNotAllowed(method=method)
    if error.code == 413:
        return BodyTooLarge()
    if error.code is None or error.code >= 500:
        return Unexpected()
    return RequestRefused()
