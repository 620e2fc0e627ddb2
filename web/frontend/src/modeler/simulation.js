// Token simulation in the reader's words. It puts its texts, names of elements among them, into markup: here they are text.
import tokenSimulation from 'bpmn-js-token-simulation';
import Log from 'bpmn-js-token-simulation/lib/features/log/Log';
import Notifications from 'bpmn-js-token-simulation/lib/features/notifications/Notifications';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import { translateFixed } from '../translation/fixed.js';
import { translator } from '../translation/index.js';
import { zhSimulation } from '../translation/zh-simulation.js';

const say = translator(zhSimulation);
const SIGNS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const asText = (text) => String(text).replace(/[&<>"']/g, (sign) => SIGNS[sign]);
const known = (text) => (text in zhSimulation ? say(text) : text);

class PlainLog extends Log {
  log(options) {
    super.log({ ...options, text: asText(known(options.text)) });
  }
}
PlainLog.$inject = Log.$inject;

class PlainNotifications extends Notifications {
  showNotification(options) {
    super.showNotification({ ...options, text: asText(known(options.text)) });
  }
}
PlainNotifications.$inject = Notifications.$inject;

class Words {
  constructor(canvas) {
    translateFixed(canvas.getContainer(), '[class*="bts-"]', zhSimulation, say);
  }
}
Words.$inject = ['canvas'];

export default {
  __depends__: [tokenSimulation],
  __init__: ['simulationWords'],
  simulationWords: ['type', Words],
  log: ['type', PlainLog],
  notifications: ['type', PlainNotifications],
};
