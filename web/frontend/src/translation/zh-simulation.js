// The fixed texts of token simulation in Chinese.
const speeds = Object.fromEntries([['Slow', '慢'], ['Normal', '中'], ['Fast', '快']].map(([english, chinese]) => [`Set animation speed = ${english}`, `速度：${chinese}`]));

export const zhSimulation = {
  ...speeds,
  'Token Simulation': '令牌仿真', 'Simulation Log': '仿真记录', 'Toggle Simulation Log': '显示 / 隐藏仿真记录', 'No Entries': '还没有记录', 'Close': '关闭',
  'Play/Pause Simulation': '继续 / 暂停', 'Play Simulation': '继续', 'Pause Simulation': '暂停', 'Reset Simulation': '重新开始', 'Finished': '已结束',
  'Found unsupported elements': '有些图形不能仿真', 'Not supported': '不能仿真', 'Set Sequence Flow': '选择走哪条线', 'Trigger Event': '触发', 'View scopes': '查看',
  'Task': '任务', 'User Task': '用户任务', 'Service Task': '服务任务', 'Script Task': '脚本任务', 'Business Rule Task': '规则任务', 'Manual Task': '人工任务',
  'Receive Task': '接收任务', 'Send Task': '发送任务', 'Call Activity': '调用活动', 'Exclusive Gateway': '排他网关', 'Parallel Gateway': '并行网关', 'Inclusive Gateway': '包容网关',
  'Start Event': '开始事件', 'Intermediate Event': '中间事件', 'Boundary Event': '边界事件', 'End Event': '结束事件', 'Process': '流程', 'SubProcess': '子流程',
};
