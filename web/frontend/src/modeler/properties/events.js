// What an event waits for or raises: time, messages, signals, errors, escalations.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { definitionOf } from '../edit.js';
import { inWords } from '../words.js';
import { choice, line, tick } from './entries.js';

const TIMES = [['timeDuration', 'after a duration'], ['timeDate', 'at a time'], ['timeCycle', 'again and again']];
const EXAMPLES = { timeDuration: 'PT4H', timeDate: '${sla.next_breach()}', timeCycle: 'R3/PT10M' };
const NEW = '+';

export function timer({ element, edit, say, catalogue }) {
  const trigger = isAny(element, ['bpmn:Event']) && definitionOf(element);
  if (!trigger || !is(trigger, 'bpmn:TimerEventDefinition')) return null;
  const kind = TIMES.map(([name]) => name).find((name) => trigger.get(name)) ?? 'timeDuration';
  const text = trigger.get(kind)?.get('body') ?? '';
  const write = (name, value) => {
    const nothing = Object.fromEntries(TIMES.map(([one]) => [one, undefined]));
    const made = edit.make('bpmn:FormalExpression', { body: value }, trigger);
    edit.set(element, { ...nothing, [name]: made }, trigger);
  };
  return {
    id: 'timer', label: say('Timer'), shouldOpen: true,
    entries: [
      choice({ id: 'timerKind', label: say('It fires'), get: () => kind, set: (value) => write(value, text), options: TIMES.map(([value, words]) => ({ value, label: say(words) })) }),
      line({
        id: 'timerValue', label: say('Value'), get: () => text, set: (value) => write(kind, value ?? ''), placeholder: EXAMPLES[kind],
        hint: inWords(text, say, catalogue) || say('ISO 8601, such as {example}, or an expression.', { example: EXAMPLES[kind] }),
      }),
      ...interrupting({ element, edit, say }),
    ],
  };
}

function interrupting({ element, edit, say }) {
  if (!is(element, 'bpmn:BoundaryEvent')) return [];
  return [tick({
    id: 'cancelActivity', label: say('It ends what it stands on'), get: () => element.businessObject.get('cancelActivity'),
    set: (value) => edit.set(element, { cancelActivity: value }),
  })];
}

const REFERENCES = {
  'bpmn:MessageEventDefinition': ['messageRef', 'bpmn:Message', 'Message', 'name'],
  'bpmn:SignalEventDefinition': ['signalRef', 'bpmn:Signal', 'Signal', 'name'],
  'bpmn:ErrorEventDefinition': ['errorRef', 'bpmn:Error', 'Error', 'errorCode'],
  'bpmn:EscalationEventDefinition': ['escalationRef', 'bpmn:Escalation', 'Escalation', 'escalationCode'],
};
const CAUGHT = {
  'bpmn:ErrorEventDefinition': [['errorCodeVariable', 'Its code is kept as'], ['errorMessageVariable', 'Its words are kept as']],
  'bpmn:EscalationEventDefinition': [['escalationCodeVariable', 'Its code is kept as']],
};

/** What refers to a message or its like, and how. */
function reference(element) {
  if (isAny(element, ['bpmn:SendTask', 'bpmn:ReceiveTask'])) return [element.businessObject, ...REFERENCES['bpmn:MessageEventDefinition']];
  const trigger = isAny(element, ['bpmn:Event']) && definitionOf(element);
  return trigger && REFERENCES[trigger.$type] ? [trigger, ...REFERENCES[trigger.$type]] : null;
}

export function trigger({ element, edit, say, catalogue }) {
  const found = reference(element);
  if (!found) return null;
  const [holder, slot, type, label, key] = found;
  const present = holder.get(slot);
  const all = edit.declared(type);
  const pick = (value) => {
    if (value === NEW) edit.declare(element, holder, slot, type, { name: say(label), ...(key === 'name' ? {} : { [key]: '' }) });
    else edit.set(element, { [slot]: all.find((one) => one.id === value) }, holder);
  };
  const options = [{ value: '', label: say('(none)') }, ...all.map((one) => ({ value: one.id, label: one.get(key) || one.name || one.id })), { value: NEW, label: say('＋ New') }];
  const entries = [choice({ id: slot, label: say(label), get: () => present?.id ?? '', set: pick, options })];
  if (present) entries.push(...details({ element, edit, say, present, key, catalogue, type }));
  if (is(element, 'bpmn:BoundaryEvent')) {
    for (const [name, words] of CAUGHT[holder.$type] ?? []) {
      entries.push(line({ id: name, label: say(words), get: () => holder.get(`camunda:${name}`) ?? '', set: (value) => edit.set(element, { [`camunda:${name}`]: value }, holder) }));
    }
    if (type !== 'bpmn:Error') entries.push(...interrupting({ element, edit, say }));
  }
  return { id: 'trigger', label: say(label), shouldOpen: true, entries };
}

function details({ element, edit, say, present, key, catalogue, type }) {
  const own = [line({
    id: 'declaredName', label: key === 'name' ? say('Name') : say('Code'), get: () => present.get(key) ?? '', set: (value) => edit.set(element, { [key]: value }, present),
    hint: type === 'bpmn:Message' && catalogue.messages.length ? say('In use: {names}', { names: catalogue.messages.join(', ') }) : '',
  })];
  if (type !== 'bpmn:Message') return own;
  const property = (name, label, hint) => line({ id: name, label: say(label), hint: say(hint), get: () => edit.property(element, name), set: (value) => edit.setProperty(element, name, value) });
  own.push(property('message.key', 'Key', 'Sender and receiver meet where their keys are equal. Empty: within the same ticket.'));
  if (isAny(element, ['bpmn:ThrowEvent', 'bpmn:SendTask'])) own.push(property('message.ttl', 'Kept for', 'How long it waits for a receiver, such as P1D.'));
  return own;
}
