// Offers only what may be published: the palette, the menu round an element and the menu of other kinds of it.
// The server's profile (engine/definition/profile.py) has the last word; here it is a list of what is shown.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import RuleProvider from 'diagram-js/lib/features/rules/RuleProvider';

const SIZE = { width: 120, height: 72 }; // of a task, as all our diagrams have it
const LAST = 500; // below the editor's own providers: their entries are there already
const NOT_IN_PALETTE = ['create.task', 'create.data-object', 'create.data-store', 'create.group'];
const NOT_APPENDED = ['append.append-task', 'append.condition-intermediate-event', 'append.compensation-activity'];
const TASKS = [
  ['bpmn:UserTask', 'bpmn-icon-user-task', 'user task'],
  ['bpmn:ServiceTask', 'bpmn-icon-service-task', 'service task'],
  ['bpmn:BusinessRuleTask', 'bpmn-icon-business-rule-task', 'rule task'],
  ['bpmn:CallActivity', 'bpmn-icon-call-activity', 'call activity'],
];
const KINDS = [
  'none-start', 'none-end', 'none-intermediate-throwing', 'none-intermediate-throw',
  'message-start', 'timer-start', 'signal-start',
  'message-intermediate-catch', 'timer-intermediate-catch', 'signal-intermediate-catch',
  'message-intermediate-throw', 'signal-intermediate-throw', 'escalation-intermediate-throw',
  'message-end', 'signal-end', 'error-end', 'escalation-end', 'terminate-end',
  'message-boundary', 'timer-boundary', 'signal-boundary', 'error-boundary', 'escalation-boundary',
  'non-interrupting-message-boundary', 'non-interrupting-timer-boundary', 'non-interrupting-signal-boundary', 'non-interrupting-escalation-boundary',
  'exclusive-gateway', 'parallel-gateway', 'inclusive-gateway', 'event-based-gateway',
  'user-task', 'service-task', 'send-task', 'receive-task', 'manual-task', 'rule-task', 'script-task', 'call-activity',
  'expanded-subprocess', 'subprocess', 'sequence-flow', 'default-flow', 'conditional-flow',
].map((kind) => `replace-with-${kind}`);
const MARKERS = ['toggle-parallel-mi', 'toggle-sequential-mi', 'toggle-loop', 'toggle-non-interrupting'];

const without = (entries, names) => Object.fromEntries(Object.entries(entries).filter(([name]) => !names.includes(name)));
const only = (entries, names) => Object.fromEntries(Object.entries(entries).filter(([name]) => names.includes(name)));

class Allowed {
  constructor(palette, contextPad, popupMenu, create, elementFactory, autoPlace, translate) {
    Object.assign(this, { create, elementFactory, autoPlace, popupMenu, say: translate });
    palette.registerProvider(LAST, { getPaletteEntries: () => (entries) => this._palette(entries) });
    contextPad.registerProvider(LAST, { getContextPadEntries: () => (entries) => this._pad(entries) });
    popupMenu.registerProvider('bpmn-replace', LAST, {
      getPopupMenuEntries: () => (entries) => only(entries, KINDS),
      getPopupMenuHeaderEntries: () => (entries) => only(entries, MARKERS),
    });
  }

  _palette(entries) {
    const tasks = TASKS.map(([type, icon, words]) => {
      const start = (event) => this.create.start(event, this.elementFactory.createShape({ type, ...SIZE }));
      return [`create.${type}`, { group: 'activity', className: icon, title: this.say(`Create ${words}`), action: { dragstart: start, click: start } }];
    });
    return { ...without(entries, NOT_IN_PALETTE), ...Object.fromEntries(tasks) };
  }

  /** Where a plain task could follow, a user task and a service task can. */
  _pad(entries) {
    const follows = 'append.append-task' in entries ? TASKS.slice(0, 2) : [];
    const tasks = follows.map(([type, icon, words]) => {
      const shape = () => this.elementFactory.createShape({ type, ...SIZE });
      const start = (event, element) => this.create.start(event, shape(), { source: element });
      const append = (event, element) => this.autoPlace.append(element, shape());
      return [`append.${type}`, { group: 'model', className: icon, title: this.say(`Append ${words}`), action: { dragstart: start, click: append } }];
    });
    const kept = without(entries, NOT_APPENDED);
    if (kept.replace) kept.replace = { ...kept.replace, action: { click: (event, element) => this._kinds(event, element) } };
    return { ...Object.fromEntries(tasks), ...kept };
  }

  /** The menu of other kinds, beside what was pressed. */
  _kinds(event, element) {
    const title = this.say('Change element');
    const position = { x: event.x, y: event.y + 12, cursor: { x: event.x, y: event.y } };
    this.popupMenu.open(element, 'bpmn-replace', position, { title, width: 300, search: true });
  }
}
Allowed.$inject = ['palette', 'contextPad', 'popupMenu', 'create', 'elementFactory', 'autoPlace', 'translate'];

const poolOf = (element) => {
  let found = element;
  while (found && !is(found, 'bpmn:Participant')) found = found.parent;
  return found;
};

/** No messages between pools: one process stands in a file, and messages carry names. */
class OnePool extends RuleProvider {
  init() {
    const apart = ({ source, target }) => (source && target && poolOf(source) && poolOf(target) && poolOf(source) !== poolOf(target) ? false : undefined);
    this.addRule(['connection.create', 'connection.reconnect'], 2000, apart);
  }
}
OnePool.$inject = ['eventBus'];

export default {
  __init__: ['allowed', 'onePool'], allowed: ['type', Allowed], onePool: ['type', OnePool],
};
