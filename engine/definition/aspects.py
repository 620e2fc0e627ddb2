"""What people call the things that are said of an element of a drawing."""

from __future__ import annotations

from engine.definition.vocabulary import TRIGGERS, Words

ASPECTS: dict[str, Words] = {
    "assignee": Words("办理人", "assignee"),
    "attachedToRef": Words("所附着的活动", "host"),
    "calledElement": Words("调用的流程", "called process"),
    "cancelActivity": Words("是否中断所附着的活动", "interrupting"),
    "candidateGroups": Words("候选组", "candidate groups"),
    "candidateStarterGroups": Words("可发起的岗位", "candidate starter groups"),
    "candidateUsers": Words("候选人", "candidate users"),
    "collection": Words("集合", "collection"),
    "completionCondition": Words("完成条件", "completion condition"),
    "condition": Words("条件", "condition"),
    "decisionRef": Words("决策", "decision"),
    "default": Words("默认去向", "default flow"),
    "documentation": Words("说明", "documentation"),
    "dueDate": Words("到期时间", "due date"),
    "elementVariable": Words("每项的变量", "item variable"),
    "error": Words("错误代码", "error code"),
    "escalation": Words("升级代码", "escalation code"),
    "followUpDate": Words("跟进时间", "follow-up date"),
    "formKey": Words("表单", "form"),
    "formRef": Words("表单", "form"),
    "isExecutable": Words("是否可执行", "executable"),
    "isSequential": Words("是否逐个进行", "sequential"),
    "lane": Words("泳道", "lane"),
    "loopCardinality": Words("次数", "cardinality"),
    "loopCondition": Words("循环条件", "loop condition"),
    "loopMaximum": Words("最多次数", "maximum of runs"),
    "mapDecisionResult": Words("决策结果的取法", "mapping of the decision's result"),
    "message": Words("消息", "message"),
    "priority": Words("优先级", "priority"),
    "processRef": Words("流程", "process"),
    "resultVariable": Words("结果变量", "result variable"),
    "scope": Words("所在的子流程", "sub-process around it"),
    "script": Words("脚本", "script"),
    "signal": Words("信号", "signal"),
    "sourceRef": Words("来自", "source"),
    "targetRef": Words("去向", "target"),
    "text": Words("文字", "text"),
    "timer": Words("定时", "timer"),
    "timerKind": Words("定时方式", "kind of timer"),
    "topic": Words("服务", "service"),
    "trigger": Words("触发方式", "trigger"),
    "type": Words("实现方式", "implementation"),
}
_PARTS = {
    "property": Words("属性“{name}”", "property “{name}”"),
    "input": Words("输入“{name}”", "input “{name}”"),
    "output": Words("输出“{name}”", "output “{name}”"),
    "in": Words("传入“{name}”", "passed in “{name}”"),
    "out": Words("传出“{name}”", "passed out “{name}”"),
}
_VALUES = {
    "timeDuration": Words("时长", "duration"),
    "timeDate": Words("时刻", "date"),
    "timeCycle": Words("周期", "cycle"),
    "true": Words("是", "yes"),
    "false": Words("否", "no"),
}
_YES_OR_NO = frozenset({"cancelActivity", "isExecutable", "isSequential"})


def aspect_words(aspect: str) -> Words:
    """ "candidateGroups" -> 候选组; "property:sla.stop" -> 属性“sla.stop”. What is not known is called by its name."""
    part, _, name = aspect.partition(":")
    if name and part in _PARTS:
        words = _PARTS[part]
        return Words(words.zh.replace("{name}", name), words.en.replace("{name}", name))
    return ASPECTS.get(aspect, Words(f"“{aspect}”", f"“{aspect}”"))


def value_words(aspect: str, value: str) -> Words:
    """A value as people read it; most are read as they are written."""
    if aspect in _YES_OR_NO or aspect == "timerKind":
        return _VALUES.get(value, Words(value, value))
    if aspect == "trigger":
        return trigger_words(value)
    return Words(value, value)


def trigger_words(trigger: str) -> Words:
    """ "timer" -> 定时."""
    from_kind = TRIGGERS.get(f"{trigger}EventDefinition", Words(trigger, trigger))
    return Words(from_kind.zh, from_kind.en)
