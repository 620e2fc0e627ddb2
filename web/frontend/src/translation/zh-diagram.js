// The diagram editor's own texts in Chinese: events are put together from what triggers them and where they stand.
const TRIGGERS = {
  Message: '消息', Timer: '定时', Conditional: '条件', Signal: '信号', Error: '错误', Escalation: '升级',
  Compensation: '补偿', Compensate: '补偿', Cancel: '取消', Terminate: '终止', Link: '链接',
};
const EVENTS = {
  'start event': '开始事件', 'boundary event': '边界事件', 'end event': '结束事件',
  'intermediate catch event': '中间捕获事件', 'intermediate throw event': '中间抛出事件',
};
const SHAPES = {
  'Task': '任务', 'User task': '用户任务', 'Service task': '服务任务', 'Send task': '发送任务', 'Receive task': '接收任务',
  'Manual task': '人工任务', 'Business rule task': '规则任务', 'Script task': '脚本任务', 'Call activity': '调用活动', 'Transaction': '事务',
  'Exclusive gateway': '排他网关', 'Parallel gateway': '并行网关', 'Inclusive gateway': '包容网关', 'Complex gateway': '复杂网关', 'Event based gateway': '事件网关',
  'Sequence flow': '顺序流', 'Default flow': '默认流', 'Conditional flow': '条件流', 'Message flow': '消息流', 'Data object reference': '数据对象', 'Data store reference': '数据存储',
  'Text annotation': '文字注释', 'Start event': '开始事件', 'End event': '结束事件', 'Intermediate throw event': '中间事件', 'Intermediate catch event': '中间捕获事件', 'Boundary event': '边界事件',
  'Process': '流程', 'Participant': '泳池', 'Lane': '泳道', 'Collaboration': '流程', 'Group': '分组', 'Association': '关联', 'Label': '标签',
  'Expanded sub process': '子流程', 'Collapsed sub process': '收起的子流程', 'Event sub process': '事件子流程', 'Sub process': '子流程', 'Data input association': '数据输入', 'Data output association': '数据输出',
};

/** "User task" also as the panel calls it: "User Task". */
const capitals = (text) => text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

const events = {};
for (const [trigger, zhTrigger] of Object.entries(TRIGGERS)) {
  for (const [event, zhEvent] of Object.entries(EVENTS)) {
    const [english, chinese] = [`${trigger} ${event}`, `${zhTrigger}${zhEvent}`];
    Object.assign(events, {
      [english]: chinese, [`${english} (non-interrupting)`]: `${chinese}（不中断）`,
      [capitals(english)]: chinese, [`${capitals(english)} (Non Interrupting)`]: `${chinese}（不中断）`,
    });
  }
}
const shapes = Object.fromEntries(Object.entries(SHAPES).flatMap(([english, chinese]) => [[english, chinese], [capitals(english), chinese]]));

const ALIGN = { left: '左对齐', center: '水平居中', right: '右对齐', top: '顶端对齐', middle: '垂直居中', bottom: '底端对齐' };
const align = Object.fromEntries(Object.entries(ALIGN).map(([side, chinese]) => [`Align elements ${side}`, chinese]));

export const zhDiagram = {
  ...shapes,
  ...events,
  ...align,
  'Event-based gateway': '事件网关', 'Event based instantiating Gateway': '启动流程的事件网关', 'Parallel Event based instantiating Gateway': '启动流程的并行事件网关',
  'Sub-process': '子流程', 'Sub-process (collapsed)': '子流程（收起）', 'Sub-process (expanded)': '子流程（展开）', 'Event sub-process': '事件子流程',
  'Ad-hoc sub-process': '自由子流程', 'Ad-hoc sub-process (collapsed)': '自由子流程（收起）', 'Ad-hoc sub-process (expanded)': '自由子流程（展开）',
  'Expanded pool/participant': '展开的泳池', 'Empty pool/participant': '空的泳池',

  'Activate hand tool': '抓手：移动画布', 'Activate lasso tool': '套索：框选元素', 'Activate create/remove space tool': '推移：增减空白', 'Activate global connect tool': '连线',
  'Create start event': '添加开始事件', 'Create intermediate/boundary event': '添加中间事件、边界事件', 'Create end event': '添加结束事件', 'Create gateway': '添加网关',
  'Create task': '添加任务', 'Create user task': '添加用户任务', 'Create service task': '添加服务任务', 'Create rule task': '添加规则任务', 'Create call activity': '添加调用活动',
  'Create expanded sub-process': '添加子流程（阶段）', 'Create pool/participant': '添加泳池', 'Create group': '添加分组',
  'Create data object reference': '添加数据对象', 'Create data store reference': '添加数据存储',

  'Append end event': '接结束事件', 'Append gateway': '接网关', 'Append task': '接任务', 'Append user task': '接用户任务', 'Append service task': '接服务任务',
  'Append intermediate/boundary event': '接中间事件', 'Append receive task': '接接收任务', 'Append message intermediate catch event': '接消息事件',
  'Append timer intermediate catch event': '接定时事件', 'Append conditional intermediate catch event': '接条件事件', 'Append signal intermediate catch event': '接信号事件',
  'Append compensation activity': '接补偿任务', 'Add text annotation': '加注释', 'Change element': '更改类型', 'Delete': '删除',
  'Connect to other element': '连到另一个元素', 'Connect using association': '用关联线连接', 'Connect using data input association': '用数据输入连接',
  'Add lane above': '在上方加泳道', 'Add lane below': '在下方加泳道', 'Divide into two lanes': '分成两条泳道', 'Divide into three lanes': '分成三条泳道',
  'Align elements': '对齐', 'Distribute elements horizontally': '水平等距', 'Distribute elements vertically': '垂直等距', 'Resize': '调整大小',
  'Parallel multi-instance': '多实例，同时进行', 'Sequential multi-instance': '多实例，依次进行', 'Loop': '循环', 'Collection': '集合',
  'Participant multiplicity': '多个参与者', 'Toggle non-interrupting': '中断 / 不中断', 'Open {element}': '打开 {element}', 'Search in diagram': '在图中查找',
  'flow elements must be children of pools/participants': '图形要放在泳池里', 'Data object must be placed within a pool/participant.': '数据对象要放在泳池里',
};
