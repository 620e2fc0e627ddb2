"""What may be wrong with a submitted value: codes with their words, as engine.errors.Invalid carries them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from engine.errors import fill

FORM = "_form"
"""The key of problems that concern the submission as a whole; no field may have it."""

PROBLEMS: dict[str, tuple[str, str]] = {
    "required": ("此项必填。", "This field is required."),
    "unknown_field": ("表单没有这一项。", "The form has no such field."),
    "not_text": ("应填写文字。", "Text is expected."),
    "bad_character": ("含有不能保存的字符。", "It contains characters that cannot be stored."),
    "too_long": ("最多 {limit} 个字。", "At most {limit} characters."),
    "too_short": ("至少 {limit} 个字。", "At least {limit} characters."),
    "not_a_number": ("应填写数字。", "A number is expected."),
    "too_small": ("不得小于 {limit}。", "It may not be less than {limit}."),
    "too_large": ("不得大于 {limit}。", "It may not be more than {limit}."),
    "too_many_decimals": ("最多 {limit} 位小数。", "At most {limit} decimals."),
    "not_yes_or_no": ("应为是或否。", "Yes or no is expected."),
    "not_a_choice": ("不在可选范围内。", "It is not one of the choices."),
    "not_a_time": ("应填写日期和时间，如 2026-05-01T08:30。", "A date and time is expected, as in 2026-05-01T08:30."),
    "not_a_date": ("应填写日期，如 2026-05-01。", "A date is expected, as in 2026-05-01."),
    "not_a_list": ("应为列表，最多 {limit} 项。", "A list is expected, of at most {limit} items."),
    "time_out_of_range": ("日期应在 2000 年至 2100 年之间。", "The date must lie between the years 2000 and 2100."),
    "too_few": ("至少 {limit} 项。", "At least {limit} are needed."),
    "too_many": ("最多 {limit} 项。", "At most {limit} are allowed."),
    "not_an_upload": ("应为已上传的照片或文件。", "Uploaded photos or files are expected."),
    "upload_missing": (
        "照片或文件已不在，或您无权使用，请删去后重新上传。",
        "The upload is gone or not yours; upload it again.",
    ),
    "upload_wrong_kind": ("这里不能放这一种文件。", "An upload of this kind does not belong here."),
    "file_type_wrong": ("只接受这些文件：{accept}。", "Only these files are accepted: {accept}."),
    "not_a_location": (
        "应填写纬度和经度，如 32.05 和 118.78。",
        "Latitude and longitude are expected, as in 32.05 and 118.78.",
    ),
    "location_half": ("纬度和经度要一起填写。", "Latitude and longitude belong together."),
    "location_out_of_range": (
        "纬度应在 ±90 之间，经度应在 ±180 之间。",
        "Latitude lies within ±90, longitude within ±180.",
    ),
    "not_rows": ("应为若干行，每行一组字段。", "Rows are expected, each an object of fields."),
    "not_a_file": ("应为文件。", "A file is expected."),
    "one_of_two": ("{one} 与 {other} 须填且只填一项。", "Give either {one} or {other}."),
    "not_an_object": ("提交的内容格式不对。", "The submission must be an object of fields."),
    "too_many_fields": ("提交的项目超过 {limit} 个。", "More than {limit} fields were submitted."),
    "not_with": ("不能与 {other} 同时填写。", "It cannot be given together with {other}."),
    "only_with": ("须与 {other} 一同填写。", "It is given together with {other} only."),
    "submission_too_large": ("提交的内容超过 {limit} KB。", "The submission is larger than {limit} KB."),
}

Problem = dict[str, str]


def problem(code: str, **params: Any) -> Problem:
    """One entry of Invalid.fields: {"code", "zh", "en"}."""
    zh, en = PROBLEMS[code]
    return {"code": code, "zh": fill(zh, params), "en": fill(en, params)}


def refusal(code: str, **params: Any) -> ValidationError:
    """The problem as marshmallow's exception, for use inside a Schema's fields."""
    return ValidationError([problem(code, **params)])


def problems_of(error: ValidationError) -> dict[str, list[Problem]]:
    """The problems a Schema collected, by field key."""
    messages = error.messages
    return {str(key): list(found) for key, found in messages.items()} if isinstance(messages, dict) else {}
