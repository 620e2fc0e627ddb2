// The panel at the side in Chinese: the library's own texts first, then ours.
export const zhPanel = {
  'Select an element to edit its properties.': '选中一个元素，在这里编辑。', 'Multiple elements are selected. Select a single element to edit its properties.': '选中了多个元素，请只选一个。',
  'Toggle section': '展开 / 收起', 'Section contains an error': '此处有错误', 'Section contains edits': '此处有内容', 'Toggle list item': '展开 / 收起', 'Delete item': '删除',
  'Create new list item': '新增一项', 'Create': '新增', 'List contains {numOfItems} item': '共 {numOfItems} 项', 'List contains {numOfItems} items': '共 {numOfItems} 项', '<empty>': '（空）', 'Open documentation': '查看文档',

  'General': '基本', 'Name': '名称', 'Text': '文字', 'ID': '编号', 'Description': '说明',
  'Published: history, forms and running cases name it so. It stays.': '已发布：履历、表单和在办工单都用这个编号，不能改。',
  'Letters, digits, _ - . ; it stays once published.': '字母、数字、_ - . ，发布以后不能改。', 'A letter first, then letters, digits, _ - .': '以字母开头，只用字母、数字、_ - .', 'This ID is taken.': '这个编号已经用了。',

  'Who does it': '谁来办', 'Roles': '角色', '＋ Add a role': '＋ 添加角色', 'Everybody who holds one of these roles may take it.': '有其中一个角色的人都可以签收。', 'An expression; empty it to choose from the list.': '这是表达式；清空后可从列表选择。',
  'Person': '指定的人', 'One person, as a field of an earlier form: ${engineer}.': '指定到一个人，取前面表单的字段，如 ${engineer}。', 'Several people': '几个人', 'Not by the person of': '不能由谁的办理人办', '(anybody)': '（不限）', 'Added to the title': '标题后补充',
  'Form': '表单', 'Fields': '字段', 'Edit this form ↗': '编辑这个表单 ↗', 'New form ↗': '新建表单 ↗', '(none)': '（无）',
  'By when': '何时办完', 'By the clock': '按时限', '(no clock)': '（不按时限）', 'Limit': '期限', 'Priority': '优先级', 'A duration from the beginning of the step, such as PT4H or P1DT12H, or an expression.': '从这一步开始起算，如 PT4H、P1DT12H，或一个表达式。',

  'Clocks of the contract': '合同时限', 'Start': '起算', 'Stop': '停止', '＋ Add a clock': '＋ 添加时限', 'These clocks begin when the token comes in.': '进入时起算这些时限。', 'These clocks end when it is done.': '办结时停止这些时限。',
  'Counted from': '从何时起算', 'Empty: from that moment. ${ticket.reported_at}: from the report.': '空：从进入的时刻。${ticket.reported_at}：从报修起。', 'Further properties': '其他属性',

  'Condition': '条件', 'Default: taken when no condition holds': '默认流：条件都不成立时走这条', 'Now “{name}” is the default.': '现在的默认流是“{name}”。', 'It asks for what was just recorded, between ${ and }.': '写在 ${ 和 } 之间，只问刚刚记录的事。', 'Fields of the forms': '表单的字段', 'Functions': '可用的函数',

  'Timer': '定时', 'It fires': '何时触发', 'after a duration': '经过一段时间', 'at a time': '到某一时刻', 'again and again': '反复', 'Value': '值', 'ISO 8601, such as {example}, or an expression.': 'ISO 8601 写法，如 {example}，或一个表达式。', 'It ends what it stands on': '中断所在的活动',
  'Message': '消息', 'Signal': '信号', 'Error': '错误', 'Escalation': '升级', 'Code': '代码', '＋ New': '＋ 新建', 'In use: {names}': '已在使用：{names}', 'Key': '对应的键', 'Kept for': '保管多久',
  'Sender and receiver meet where their keys are equal. Empty: within the same ticket.': '收发两边的键相同才相认；空：同一工单之内。', 'How long it waits for a receiver, such as P1D.': '没有人等时保管多久，如 P1D。', 'Its code is kept as': '代码存到', 'Its words are kept as': '说明存到',

  'Service': '服务', 'Done at once, together with the step.': '随这一步一起完成。', 'Called after the step is saved; the token waits for the answer.': '这一步保存后才调用，令牌等它回来。',
  'Decision': '决策', 'Decision table': '决策表', 'The result is': '结果是', '(a list of rows)': '（多行的列表）', 'one value': '一个值', 'one row': '一行', 'a list of values': '值的列表', 'a list of rows': '多行的列表', 'Kept as': '存到变量', 'Empty: each output is kept under its own name.': '空：每个输出按自己的名称保存。',
  'Script': '脚本', 'Lines': '语句', 'Each line: name = expression.': '每行一句：变量 = 表达式。', 'Called process': '被调用的流程', 'Process': '流程', 'Its newest version is called.': '调用它的最新版本。', 'Hand over every variable': '传入全部变量', 'Take every variable back': '传回全部变量',
  'Inputs': '输入', 'Outputs': '输出', 'Sent along': '随消息带去', 'Kept of the message': '从消息保存', 'Handed over': '传入', 'Taken back': '传回', 'Variable': '变量', 'From here': '来源', 'To': '目标', '(empty)': '（空）',

  'Repeated': '重复进行', 'Again while': '再来一次的条件', 'Asked also before the first time': '第一次之前也问', 'For each of the list': '对列表的每一项', 'Each item of this list, or a number of times below.': '列表中每项一次；或在下面写次数。', 'Item is called': '每项的变量', 'Number of times': '次数', 'Ends early when': '提前结束的条件', 'One after the other': '依次进行', 'At most': '最多', 'A whole number': '请填整数',
  'Cases of this process': '这个流程的工单', 'Kind of case': '工单种类', '(plain)': '（普通）', 'work_order: a ticket with point, contract and clocks.': 'work_order：有点位、合同和时限的工单。', 'Number begins with': '工单号前缀', 'Title': '标题', 'Fields to search by': '可查找的字段', 'Comma separated; name:number or name:boolean where it is no text.': '逗号分隔；不是文字的写成 名称:number 或 名称:boolean。', 'Who may start it': '谁可以发起', 'Nobody named: everybody who may start cases.': '不写：有发起权限的人都可以。',

  '{n} years': '{n} 年', '{n} months': '{n} 个月', '{n} weeks': '{n} 周', '{n} days': '{n} 天', '{n} h': '{n} 小时', '{n} min': '{n} 分', '{n} s': '{n} 秒',
  'Every {every}, {n} times': '每 {every}一次，共 {n} 次', 'Every {every}, without end': '每 {every}一次，不停', 'When the clock “{stage}” is due': '“{stage}”时限到期的时刻', 'As long as the contract gives “{stage}”': '合同给“{stage}”的时长', 'Each time a clock of this phase turns yellow': '本阶段每次亮黄灯的时刻', 'Each time a clock of this phase turns red': '本阶段每次亮红灯的时刻',
};
