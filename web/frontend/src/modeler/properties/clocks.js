// Clocks of the contract: which start when the token comes in, which stop when the step is done.
import { isAny } from 'bpmn-js/lib/util/ModelUtil';
import { subject } from '../edit.js';
import { line, listed, several } from './entries.js';

const WITH_CLOCKS = ['bpmn:Activity', 'bpmn:Event'];

export function clocks({ element, edit, say, catalogue }) {
  if (!isAny(element, WITH_CLOCKS) || isAny(element, ['bpmn:BoundaryEvent'])) return null;
  const stages = catalogue.stages.map((one) => ({ value: one.key, label: `${one.name} (${one.key})` }));
  const clock = (name, label, hint) => several({
    id: name, label: say(label), hint: say(hint), values: listed(edit.property(element, name)), options: stages,
    add: say('＋ Add a clock'), set: (values) => edit.setProperty(element, name, values.join(',')),
  });
  const phase = isAny(element, ['bpmn:SubProcess']);
  const started = edit.property(element, 'sla.start');
  return {
    id: 'clocks', label: say('Clocks of the contract'), shouldOpen: phase || Boolean(started || edit.property(element, 'sla.stop')),
    entries: [
      clock('sla.start', 'Start', 'These clocks begin when the token comes in.'),
      ...(started ? [line({
        id: 'sla.from', label: say('Counted from'), get: () => edit.property(element, 'sla.from'),
        set: (value) => edit.setProperty(element, 'sla.from', value), placeholder: '${ticket.reported_at}',
        hint: say('Empty: from that moment. ${ticket.reported_at}: from the report.'),
      })] : []),
      clock('sla.stop', 'Stop', 'These clocks end when it is done.'),
    ],
  };
}

/** What other parts of the house read from the drawing. */
export function further({ element, edit, say, catalogue }) {
  if (!isAny(subject(element), WITH_CLOCKS) || !catalogue.properties.length) return null;
  const entries = catalogue.properties.map(({ key, name }) => line({
    id: key, label: key, hint: name, get: () => edit.property(element, key), set: (value) => edit.setProperty(element, key, value),
  }));
  return { id: 'further', label: say('Further properties'), entries };
}
