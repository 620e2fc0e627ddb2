"""What owners call the kinds of fields and the cells of the table, in both languages."""

from __future__ import annotations

KIND_WORDS: dict[str, tuple[str, str]] = {
    "textfield": ("一行文字", "short text"),
    "textarea": ("多行文字", "long text"),
    "number": ("数字", "number"),
    "radio": ("单选", "choice"),
    "select": ("下拉单选", "drop-down"),
    "checklist": ("多选", "checklist"),
    "checkbox": ("勾选", "tick box"),
    "datetime": ("日期时间", "date and time"),
    "photo": ("照片", "photo"),
    "file": ("文件", "file"),
    "location": ("位置", "place"),
    "signature": ("签名", "signature"),
    "rows": ("表格", "table of rows"),
    "text": ("说明文字", "text on the form"),
}
"""Kind -> zh, en; in the order in which they are offered."""

CELL_WORDS: dict[str, tuple[str, str]] = {
    "kind": ("类型", "type"),
    "label": ("名称", "label"),
    "key": ("字段名", "key"),
    "text": ("文字", "text"),
    "required": ("必填", "required"),
    "read_only": ("只读", "read-only"),
    "multiple": ("可传多个", "several files"),
    "help": ("提示", "hint"),
    "choices": ("选项", "choices"),
    "options": ("选项来源", "source of choices"),
    "required_when": ("必填条件", "condition for required"),
    "hide": ("隐藏条件", "condition for hiding"),
    "default": ("预填", "default"),
    "min_length": ("最少字数", "least characters"),
    "max_length": ("最多字数", "most characters"),
    "min": ("最小值", "smallest value"),
    "max": ("最大值", "largest value"),
    "decimals": ("小数位", "decimals"),
    "min_count": ("最少数量", "least count"),
    "max_count": ("最多数量", "largest count"),
    "accept": ("文件后缀", "file endings"),
    "other": ("其他属性", "other attributes"),
}
