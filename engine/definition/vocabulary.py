"""BPMN namespaces, the sorts of elements and what each is called in both languages."""

from __future__ import annotations

from typing import Any, NamedTuple

Node = Any  # an lxml element: lxml ships no types

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

TASKS = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    }
)
ACTIVITIES = TASKS | {"subProcess", "callActivity"}
CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})  # flows out of these have conditions
GATEWAYS = CHOICES | {"parallelGateway", "eventBasedGateway"}
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
REFUSED_CONTAINERS = frozenset({"transaction", "adHocSubProcess"})
REFUSED_FLOW_NODES = REFUSED_CONTAINERS | {
    "task",
    "complexGateway",
    "implicitThrowEvent",
    "callChoreography",
    "choreographyTask",
    "subChoreography",
    "subConversation",
}


class Words(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


KINDS: dict[str, Words] = {
    "process": Words("流程", "process"),
    "participant": Words("池", "pool"),
    "lane": Words("泳道", "lane"),
    "task": Words("未指定类型的任务", "task without a type"),
    "userTask": Words("用户任务", "user task"),
    "manualTask": Words("人工任务", "manual task"),
    "serviceTask": Words("服务任务", "service task"),
    "scriptTask": Words("脚本任务", "script task"),
    "sendTask": Words("发送任务", "send task"),
    "receiveTask": Words("接收任务", "receive task"),
    "businessRuleTask": Words("规则任务", "business rule task"),
    "callActivity": Words("调用活动", "call activity"),
    "subProcess": Words("子流程", "sub-process"),
    "transaction": Words("事务子流程", "transaction"),
    "adHocSubProcess": Words("自由子流程", "ad-hoc sub-process"),
    "exclusiveGateway": Words("排他网关", "exclusive gateway"),
    "parallelGateway": Words("并行网关", "parallel gateway"),
    "inclusiveGateway": Words("包容网关", "inclusive gateway"),
    "eventBasedGateway": Words("事件网关", "event-based gateway"),
    "complexGateway": Words("复杂网关", "complex gateway"),
    "startEvent": Words("开始事件", "start event"),
    "endEvent": Words("结束事件", "end event"),
    "boundaryEvent": Words("边界事件", "boundary event"),
    "intermediateCatchEvent": Words("中间捕获事件", "intermediate catch event"),
    "intermediateThrowEvent": Words("中间抛出事件", "intermediate throw event"),
    "multiInstanceLoopCharacteristics": Words("多实例", "multi-instance"),
    "standardLoopCharacteristics": Words("循环标记", "standard loop"),
    "sequenceFlow": Words("顺序流", "sequence flow"),
    "messageFlow": Words("消息流", "message flow"),
    "dataObject": Words("数据对象", "data object"),
    "dataObjectReference": Words("数据对象引用", "data object reference"),
    "dataStore": Words("数据存储", "data store"),
    "dataStoreReference": Words("数据存储引用", "data store reference"),
    "ioSpecification": Words("输入输出规格", "input/output specification"),
    "textAnnotation": Words("文本注释", "text annotation"),
    "timerEventDefinition": Words("定时器", "timer"),
    "conditionExpression": Words("条件表达式", "condition"),
    "script": Words("脚本", "script"),
    "loopCondition": Words("循环条件", "loop condition"),
    "loopCardinality": Words("次数", "cardinality"),
    "loopDataInputRef": Words("集合", "collection"),
    "loopDataOutputRef": Words("结果列表", "variable for results"),
    "inputDataItem": Words("每项的变量", "item variable"),
    "outputDataItem": Words("每次的结果", "result of a run"),
    "completionCondition": Words("完成条件", "completion condition"),
    "extensionElements": Words("扩展", "set of extensions"),
    "import": Words("导入", "import"),
}

TRIGGERS: dict[str, Words] = {
    "": Words("空", "none"),
    "messageEventDefinition": Words("消息", "message"),
    "timerEventDefinition": Words("定时", "timer"),
    "signalEventDefinition": Words("信号", "signal"),
    "errorEventDefinition": Words("错误", "error"),
    "escalationEventDefinition": Words("升级", "escalation"),
    "conditionalEventDefinition": Words("条件", "conditional"),
    "compensateEventDefinition": Words("补偿", "compensation"),
    "cancelEventDefinition": Words("取消", "cancel"),
    "terminateEventDefinition": Words("终止", "terminate"),
    "linkEventDefinition": Words("链接", "link"),
}


def local_name(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]


def namespace(name: str) -> str:
    """The namespace of a `{namespace}local` name; "" if it has none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def bpmn(name: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def is_bpmn(node: Node, name: str) -> bool:
    return bool(node.tag == bpmn(name))


def bpmn_children(node: Node, *names: str) -> list[Node]:
    """The child elements in the BPMN namespace, all or only of these names, in document order."""
    return [child for child in node if namespace(child.tag) == BPMN and (not names or local_name(child) in names)]


def kind_words(kind: str) -> Words:
    """What people call an element of this BPMN name; an unknown one is called by its name."""
    return KINDS.get(kind, Words(f"元素“{kind}”", f"element “{kind}”"))


def event_words(kind: str, trigger: str) -> Words:
    """What people call an event with this event definition."""
    event = kind_words(kind)
    how = TRIGGERS.get(trigger, Words(f"“{trigger}”", f"“{trigger}”"))
    return Words(f"{how.zh}{event.zh}", f"{how.en} {event.en}")


def text_of(node: Node | None) -> str:
    """The stripped text of an element; "" for none."""
    return (node.text or "").strip() if node is not None else ""
