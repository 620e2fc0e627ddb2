"""Every finding code with its severity and its words in both languages: the only place where a finding is worded."""

from __future__ import annotations

from typing import NamedTuple

from engine.definition.findings import Severity


class Wording(NamedTuple):
    """The severity of a code and its templates; `{name}` is replaced by a parameter."""

    severity: Severity
    zh: str
    en: str


def _error(zh: str, en: str) -> Wording:
    return Wording("error", zh, en)


def _remark(zh: str, en: str) -> Wording:
    return Wording("remark", zh, en)


_FILE = {
    "file_empty": _error("文件是空的。", "The file is empty."),
    "file_too_large": _error(
        "文件超过 {limit} 字节（实际 {size} 字节）。", "The file has {size} bytes; at most {limit} are allowed."
    ),
    "encoding_unknown": _error(
        "声明的编码“{declared}”不受支持，请另存为 UTF-8。",
        "The declared encoding “{declared}” is not supported; save the file as UTF-8.",
    ),
    "encoding_mismatch": _error(
        "文件声明为 {declared} 编码，内容却是 {actual}。请改正声明，或按声明的编码另存。",
        "The file declares {declared}, but its bytes are {actual}. Correct the declaration or save it as declared.",
    ),
    "encoding_invalid": _error(
        "文件内容不是有效的 {declared} 编码。", "The bytes of the file are not valid {declared}."
    ),
    "doctype": _error("文件含有 DOCTYPE 声明，不予接受。", "The file has a DOCTYPE, which is not accepted."),
    "stylesheet": _error(
        "文件含有样式表处理指令（xml-stylesheet），不予接受。",
        "The file has a style sheet instruction (xml-stylesheet), which is not accepted.",
    ),
    "not_xml": _error(
        "文件不是完整的 XML：第 {line} 行附近有误。", "The file is not well-formed XML, near line {line}."
    ),
    "too_many_elements": _error("XML 元素超过 {limit} 个。", "The file has more than {limit} XML elements."),
    "too_many_attributes": _error(
        "第 {line} 行有一个元素的属性超过 {limit} 个。", "An element at line {line} has more than {limit} attributes."
    ),
    "too_deep": _error("XML 嵌套超过 {limit} 层。", "XML elements are nested more than {limit} deep."),
    "too_many_findings": _error(
        "问题超过 {limit} 个，其余未列出。", "There are more than {limit} findings; the rest is not listed."
    ),
    "not_bpmn": _error("文件不是 BPMN 2.0 流程图。", "The file is not a BPMN 2.0 diagram."),
}

_PROCESS = {
    "no_process": _error("文件中没有流程。", "There is no process in the file."),
    "several_processes": _error(
        "一个文件只能有一个可执行流程，这是多出的一个。",
        "A file holds one executable process; this is one too many.",
    ),
    "process_ignored": _remark(
        "该流程未标记为可执行，仅作图示，不会运行。",
        "This process is not marked executable; it is only a drawing and will not run.",
    ),
    "not_marked_executable": _remark(
        "流程未标记为可执行；发布后仍会按可执行流程运行。",
        "The process is not marked executable; when published it runs all the same.",
    ),
}

_PROFILE = {
    "element_not_in_profile": _error("暂不支持{kind}。", "Not yet part of the profile: {kind}."),
    "link_event": _error(
        "暂不支持链接事件：流程会停在这里。请直接用顺序流连接。",
        "A link event is not supported: the case would stop here. Draw a sequence flow instead.",
    ),
    "compensation": _error("暂不支持补偿（{kind}）。", "Compensation is not supported ({kind})."),
    "event_subprocess": _error(
        "暂不支持事件子流程，请改用边界事件。", "An event sub-process is not supported; use boundary events instead."
    ),
    "complex_gateway": _error("暂不支持复杂网关。", "A complex gateway is not supported."),
    "ad_hoc_subprocess": _error("暂不支持自由子流程。", "An ad-hoc sub-process is not supported."),
    "several_event_definitions": _error("一个事件只能有一种触发方式。", "An event may have one event definition only."),
    "part_twice": _error("{kind}写了不止一次。", "There is more than one {kind}."),
    "token_quantity": _error("不支持令牌数量属性“{attribute}”。", "The token quantity “{attribute}” must be 1."),
    "unknown_attribute": _error(
        "{kind}上的属性“{attribute}”不被支持。", "The attribute “{attribute}” is not supported on a {kind}."
    ),
    "attribute_value": _error(
        "属性“{attribute}”的值“{value}”无效，只能是：{allowed}。",
        "The attribute “{attribute}” has the value “{value}”; allowed: {allowed}.",
    ),
    "unsupported_attribute": _error(
        "{kind}上的扩展属性“{attribute}”会改变执行方式，但不被支持，请删除。",
        "The extension attribute “{attribute}” on a {kind} would change how it runs and is not supported; remove it.",
    ),
    "unsupported_extension": _error(
        "{kind}上的扩展“{extension}”会改变执行方式，但不被支持，请删除。",
        "The extension “{extension}” on a {kind} would change how it runs and is not supported; remove it.",
    ),
    "ignored_attribute": _remark(
        "扩展属性“{attribute}”目前不起作用。", "The extension attribute “{attribute}” has no effect at present."
    ),
    "unknown_extension": _remark(
        "扩展“{extension}”不属于本产品，不起作用。",
        "The extension “{extension}” does not belong to this product and has no effect.",
    ),
}

_IDS = {
    "missing_id": _error("{kind}没有编号（id）。", "A {kind} has no id."),
    "invalid_id": _error(
        "编号“{id}”无效：以字母、汉字或下划线开头，只含字母、汉字、数字、“_”“-”“.”，不超过 {limit} 个字符。",
        "The id “{id}” is not valid: it begins with a letter or underscore, holds only letters, digits, “_”, “-” and "
        "“.”, and has at most {limit} characters.",
    ),
    "duplicate_id": _error("编号“{id}”重复使用。", "The id “{id}” is used more than once."),
    "reserved_id": _error("编号“{id}”是系统保留的，请换一个。", "The id “{id}” is reserved; choose another."),
}

_STRUCTURE = {
    "no_start_event": _error("没有开始事件。", "There is no start event."),
    "two_start_events": _error(
        "只能有一个无触发的开始事件，这是多出的一个。",
        "Only one start event without a trigger is allowed; this is one more.",
    ),
    "no_end_event": _error("没有结束事件。", "There is no end event."),
    "start_with_incoming": _error("开始事件不能有进入的顺序流。", "A start event cannot have an incoming flow."),
    "end_with_outgoing": _error("结束事件不能有离开的顺序流。", "An end event cannot have an outgoing flow."),
    "unreachable": _error("从开始事件走不到这里。", "This cannot be reached from the start event."),
    "no_way_on": _error(
        "这里没有离开的顺序流，流程会停住。请连到下一步或结束事件。",
        "There is no flow out of here. Connect it to the next step or to an end event.",
    ),
    "dangling_flow": _error("顺序流的{end}没有连到任何元素。", "The {end} of the sequence flow is not connected."),
    "flow_crosses_border": _error(
        "顺序流不能穿过子流程或流程的边界。", "A sequence flow cannot cross the border of a sub-process or process."
    ),
    "boundary_detached": _error(
        "边界事件没有附着在同一层的任务或子流程上。",
        "The boundary event is not attached to a task or sub-process of its own level.",
    ),
    "boundary_with_incoming": _error("边界事件不能有进入的顺序流。", "A boundary event cannot have an incoming flow."),
    "boundary_without_outgoing": _error("边界事件没有离开的顺序流。", "The boundary event has no outgoing flow."),
    "nested_too_deep": _error("子流程嵌套超过 {limit} 层。", "Sub-processes are nested more than {limit} deep."),
    "too_many_nodes": _error(
        "流程有 {count} 个节点，最多 {limit} 个。", "The process has {count} nodes; {limit} are allowed."
    ),
    "too_many_gateways": _error(
        "流程连同没有画出的汇合与分支有 {count} 个节点，最多 {limit} 个。",
        "With the merges and splits that are not drawn the process has {count} nodes; {limit} are allowed.",
    ),
    "parallel_explosion": _error(
        "连续的并行分支会产生 {count} 条以上的路径（上限 {limit}）。请减少并行，或先合并再分。",
        "The parallel splits from here on make {count} paths or more; {limit} are allowed.",
    ),
    "lane_reference_unknown": _remark(
        "泳道引用了不存在的元素“{id}”。", "The lane refers to “{id}”, which does not exist."
    ),
}

_EVENTS = {
    "event_reference_unknown": _error(
        "事件引用的消息、信号、错误或升级在文件中没有声明。",
        "The message, signal, error or escalation that the event refers to is not declared in the file.",
    ),
    "event_name_missing": _error(
        "没有写消息或信号的名称，无法知道在等什么、发什么。", "The message or signal has no name."
    ),
    "event_code_missing": _error(
        "抛出的错误或升级没有写代码，无法知道谁来捕获。", "The error or escalation that is thrown has no code."
    ),
    "event_name_expression": _error(
        "名称“{name}”不能是表达式：等待的一方按固定名称找。",
        "The name “{name}” cannot be an expression: who waits for it must know it.",
    ),
    "event_name_too_long": _error("名称超过 {limit} 个字符。", "The name has more than {limit} characters."),
    "event_gateway_alone": _error(
        "事件网关后至少要有两个事件，先到先走。", "An event-based gateway has at least two events to wait for."
    ),
    "event_gateway_target": _error(
        "事件网关之后只能是捕获事件或接收任务，且只能从网关进入；这里是{kind}。",
        "Only catching events and receive tasks, entered from nowhere else, may follow an event-based gateway; "
        "this is a {kind}.",
    ),
    "event_gateway_receive_task": _error(
        "事件网关之后的接收任务不能带边界事件，也不能执行多次。",
        "A receive task after an event-based gateway has no boundary events and runs once.",
    ),
    "error_not_interrupting": _error("错误边界事件必须是中断的。", "An error boundary event is always interrupting."),
    "error_not_caught": _remark(
        "错误“{name}”在本流程中没有边界事件捕获：若调用方也不捕获，流程会停下并报引擎异常。",
        "No boundary event of this process catches the error “{name}”; unless the caller does, the case stops with an "
        "incident.",
    ),
}

_REPEATS = {
    "repeats_twice": _error("多实例和循环只能选一种。", "An activity is multi-instance or a loop, not both."),
    "runs_unknown": _error(
        "多实例要写集合或次数，只写其中一个。",
        "A multi-instance has a collection or a cardinality, exactly one of them.",
    ),
    "results_incomplete": _error(
        "结果列表和每次的结果要一起写。", "The variable for the results and the result of a run belong together."
    ),
    "run_variable": _error(
        "变量名“{name}”由多实例自己使用，请换一个。",
        "The variable “{name}” is the multi-instance's own; choose another name.",
    ),
    "loop_maximum": _error(
        "循环次数“{text}”应为 1 到 {limit} 的整数。", "The loop maximum “{text}” must be a number from 1 to {limit}."
    ),
    "loop_endless": _error(
        "循环没有条件，也没有最多次数：不会停下。", "The loop has neither a condition nor a maximum: it would not end."
    ),
}

_BRANCHING = {
    "conditional_flow_out_of_task": _error(
        "任务之后的条件分支含义不明确，请在任务后画一个排他网关。",
        "Conditional or default flows out of a task are ambiguous; draw an exclusive gateway after it.",
    ),
    "condition_not_here": _error(
        "条件只能写在排他网关或包容网关之后的顺序流上。",
        "Only flows out of an exclusive or inclusive gateway may have a condition.",
    ),
    "missing_condition": _error(
        "网关的这条分支既没有条件，也不是默认分支。",
        "This branch of the gateway has no condition and is not the default.",
    ),
    "default_not_found": _error(
        "默认分支“{flow}”不是从这里离开的顺序流。", "The default flow “{flow}” does not leave from here."
    ),
    "condition_on_default": _error("默认分支不能再带条件。", "The default flow cannot have a condition."),
    "no_default_flow": _remark(
        "没有默认分支：若所有条件都不成立，流程会停下并报引擎异常。",
        "There is no default flow: if no condition holds, the case stops with an incident.",
    ),
}

_EXPRESSIONS = {
    "expression_invalid": _error(
        "{place}的表达式“{text}”有误：{reason}", "The expression “{text}” of {place}: {reason}"
    ),
    "script_missing": _error("脚本任务没有脚本。", "The script task has no script."),
    "script_invalid": _error("脚本有误：{reason}", "The script is not right: {reason}"),
    "script_language": _error(
        "不支持语言“{language}”，只能用本产品的表达式。",
        "The language “{language}” is not supported; use the expressions of this product.",
    ),
    "timer_missing": _error(
        "定时事件必须且只能写一种时间（时刻、时长或周期）。",
        "A timer has exactly one time: a date, a duration or a cycle.",
    ),
    "timer_negative": _error("时间“{text}”不能是负数。", "The time “{text}” cannot be negative."),
    "timer_invalid": _error("定时“{text}”有误：{reason}", "The timer “{text}”: {reason}"),
    "due_date_invalid": _error("到期时间“{text}”有误：{reason}", "The due date “{text}”: {reason}"),
    "priority_invalid": _error(
        "优先级“{text}”必须是 0 到 100 的整数。", "The priority “{text}” must be a whole number from 0 to 100."
    ),
    "variable_name": _error(
        "变量名“{name}”无效：以字母或汉字开头，只含字母、汉字、数字和下划线。",
        "“{name}” cannot be a variable: it begins with a letter and holds letters, digits and underscores only.",
    ),
    "field_declaration": _error(
        "业务字段“{name}”的声明有误：写成“名称”或“名称:类型”，类型为 text、number 或 boolean，"
        "名称不超过 {limit} 个字符。",
        "The business field “{name}” is declared wrongly: write “name” or “name:type” with the type text, number or "
        "boolean, and at most {limit} characters in the name.",
    ),
    "too_many_fields": _error(
        "业务字段太多：一个流程最多 {limit} 个。", "Too many business fields: a process has at most {limit}."
    ),
}

_CATALOGUE = {
    "service_missing": _error(
        "服务任务没有指定服务（类型 external 和主题 topic）。",
        "The service task names no service (type external and a topic).",
    ),
    "unknown_service": _error("没有名为“{name}”的服务。{hint}", "There is no service “{name}”.{hint}"),
    "unknown_parameter": _error(
        "服务“{service}”没有参数“{name}”。{hint}", "The service “{service}” has no parameter “{name}”.{hint}"
    ),
    "missing_parameter": _error(
        "缺少服务“{service}”的参数“{name}”。", "The service “{service}” needs the parameter “{name}”."
    ),
    "parameter_type": _error(
        "参数“{name}”的值“{text}”不是{type}。", "The parameter “{name}” has the value “{text}”, which is not a {type}."
    ),
    "unknown_form": _error("没有名为“{name}”的表单。{hint}", "There is no form “{name}”.{hint}"),
    "form_not_published": _remark(
        "表单“{name}”还是设计稿，须与本流程一起发布。",
        "The form “{name}” is a design so far: publish it together with this process.",
    ),
    "unknown_group": _error("没有名为“{name}”的候选组。{hint}", "There is no candidate group “{name}”.{hint}"),
    "nobody_assigned": _remark(
        "没有办理人、候选人、候选组，也不在泳道内：无人能看到这个待办。",
        "No assignee, candidate, group or lane: nobody will find this task.",
    ),
    "unknown_property": _error("没有名为“{name}”的属性。{hint}", "There is no property “{name}”.{hint}"),
    "decision_missing": _error(
        "规则任务没有指定决策（decisionRef）。", "The business rule task names no decision (decisionRef)."
    ),
    "called_process_missing": _error(
        "调用活动没有指定被调用的流程（calledElement）。", "The call activity names no process (calledElement)."
    ),
    "called_process_expression": _error(
        "被调用的流程“{text}”必须直接写流程编号，不能是表达式。",
        "The called process “{text}” must be the id of a process, not an expression.",
    ),
    "passed_incomplete": _error(
        "{way}的变量没有写全：要么写“全部变量”，要么写来源和目标。",
        "What is passed {way} is incomplete: all variables, or a source and a target.",
    ),
    "passed_twice": _error("{way}的变量“{name}”写了两次。", "The variable “{name}” is passed {way} twice."),
    "unknown_case_kind": _error("没有名为“{name}”的工单类型。{hint}", "There is no case kind “{name}”.{hint}"),
    "unknown_separate_from": _error(
        "职责分离引用的“{name}”不是本流程的用户任务，也不是带表单的开始事件。",
        "“{name}”, which this task is kept separate from, is no user task of the process and no start event with a "
        "form.",
    ),
}

_PUBLISHED = {
    "called_process_unknown": _error(
        "被调用的流程“{name}”没有发布，请先发布它。{hint}",
        "The called process “{name}” is not published; publish it first.{hint}",
    ),
    "call_cycle": _error("流程相互调用成了循环：{way}。", "The processes call each other in a circle: {way}."),
    "decision_unknown": _error(
        "没有名为“{name}”的决策，请先发布决策表。{hint}",
        "There is no decision “{name}”; publish its table first.{hint}",
    ),
}

WORDINGS: dict[str, Wording] = {
    **_FILE,
    **_PROCESS,
    **_PROFILE,
    **_IDS,
    **_STRUCTURE,
    **_EVENTS,
    **_REPEATS,
    **_BRANCHING,
    **_EXPRESSIONS,
    **_CATALOGUE,
    **_PUBLISHED,
}
