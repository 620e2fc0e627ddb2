"""What may be wrong with a form file: finding codes with their words, and the refusal that carries them all."""

from __future__ import annotations

from typing import Any

from engine.definition.findings import DesignRefused, Finding
from engine.errors import EngineError, fill

FINDINGS: dict[str, tuple[str, str]] = {
    "form_too_large": ("表单文件超过 {limit} KB。", "The form file is larger than {limit} KB."),
    "form_not_json": ("表单文件不是 UTF-8 编码的 JSON。", "The form file is not JSON in UTF-8."),
    "form_repeated_name": ("同一对象中“{name}”写了两次。", "“{name}” is written twice in one object."),
    "form_not_a_form": ("缺少或写错“{name}”。", "“{name}” is missing or wrong."),
    "form_id_wrong": (
        "表单标识须以小写字母开头，只含小写字母、数字、下划线，不超过 64 个字符。",
        "The form's id must begin with a-z and hold only a-z, 0-9 and _, at most 64.",
    ),
    "form_id_not_file_name": ("表单标识应与文件名“{name}”一致。", "The form's id must be the file name “{name}”."),
    "form_id_duplicate": ("表单标识“{key}”已被“{file}”使用。", "The form id “{key}” is already used by “{file}”."),
    "form_title_missing": (
        "第一个组件应为标题：类型 text，内容以“# ”开头。",
        "The first component must be the title: a text that begins with “# ”.",
    ),
    "form_too_many_components": ("组件超过 {limit} 个。", "There are more than {limit} components."),
    "component_wrong": ("组件应为对象，并有唯一的 id。", "A component must be an object with a unique id."),
    "component_type_unknown": ("不支持组件类型“{type}”。", "The component type “{type}” is not supported."),
    "attribute_unknown": ("此处不支持属性“{name}”。", "The attribute “{name}” is not supported here."),
    "attribute_wrong": ("属性“{name}”的值不对。", "The value of the attribute “{name}” is wrong."),
    "template_text": ("“{name}”不得含模板或公式。", "“{name}” may not hold a template or formula."),
    "key_wrong": (
        "字段名须以小写字母开头，只含小写字母、数字、下划线，不超过 64 个字符，且不是保留字。",
        "A key must begin with a-z, hold only a-z, 0-9 and _, at most 64, and not be a reserved word.",
    ),
    "key_duplicate": ("字段名“{key}”已被使用。", "The key “{key}” is already used."),
    "label_missing": ("缺少字段名称。", "The label is missing."),
    "choices_wrong": (
        "选项应为 1 至 100 个，值不重复，各有名称。",
        "There must be 1 to 100 choices with distinct values and labels.",
    ),
    "options_unknown": ("不支持选项来源“{source}”。", "The option source “{source}” is not supported."),
    "read_only_required": ("只读字段不能是必填。", "A read-only field cannot be required."),
    "required_twice": ("“必填”与“条件必填”只能写一个。", "Write either required or requiredIf."),
    "columns_wrong": ("表格应有 1 至 {limit} 列。", "A table must have 1 to {limit} columns."),
    "column_not_supported": ("表格的列不能是“{type}”。", "A column of a table cannot be “{type}”."),
    "accept_wrong": (
        "accept 应为以逗号分隔的后缀，如“.pdf,.docx”；照片只能写“image/*”。",
        "accept must be endings with commas, as in “.pdf,.docx”; of a photo only “image/*”.",
    ),
    "count_wrong": ("数量应不超过 {limit}，且下限不大于上限。", "Counts may not pass {limit}, nor minCount maxCount."),
    "condition_wrong": ("条件写法有误：{zh}", "The condition is not right: {en}"),
    "condition_not_supported": (
        "条件只能用 字段 == 值（或 !=、<、<=、>、>=）、字段 in [值]、值 in 多选字段、字段、not 字段，以 and、or 连接。",
        "A condition may only compare a field (==, !=, <, <=, >, >=, in) with values, joined by and, or, not.",
    ),
    "condition_later_field": (
        "条件只能用排在前面的字段，不能用“{name}”。",
        "A condition may only use fields above; “{name}” is not one.",
    ),
    "form_renews_process": (
        "发布后，流程“{process}”将产生第 {version} 版，从此使用新表单（{steps_zh}）；在办的工单仍用原来的表单。",
        "“{process}” gets version {version} with it and shows the new form ({steps_en}); running cases keep theirs.",
    ),
    "condition_value_wrong": ("字段“{name}”不可能等于该值。", "The field “{name}” can never have that value."),
}


def finding(code: str, element_id: str | None = None, element_name: str | None = None, **params: Any) -> Finding:
    """An error in a form file. `element_id`: the component's key or id; `help`: a heading in docs/owner/forms.md."""
    zh, en = FINDINGS[code]
    return Finding(code, "error", element_id, element_name, fill(zh, params), fill(en, params), code)


def remark(code: str, **params: Any) -> Finding:
    """Something to know before a form is published."""
    zh, en = FINDINGS[code]
    return Finding(code, "remark", None, None, fill(zh, params), fill(en, params), code)


class FormRefused(DesignRefused):
    """The form {form} has {count} things to mend."""

    code, status = "form_refused", 422
    zh = "表单{form}有 {count} 处需要修改。"

    def __init__(self, findings: list[Finding], form: str = "") -> None:
        super().__init__(tuple(findings), form=form)


class UnknownForm(EngineError):
    """There is no form “{form}”."""

    code, status = "unknown_form", 404
    zh = "没有表单“{form}”。"
