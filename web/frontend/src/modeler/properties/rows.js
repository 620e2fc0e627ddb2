// Tables of two columns: inputs, outputs, and what a call activity hands over and takes back.
import { ListGroup } from '@bpmn-io/properties-panel';
import { isAny } from 'bpmn-js/lib/util/ModelUtil';
import { definitionOf } from '../edit.js';
import { line } from './entries.js';

/** `columns`: [[key, label, placeholder], …] of a row; `write` gets all rows. */
function table({ id, label, rows, columns, say, write }) {
  const items = rows.map((row, place) => ({
    id: `${id}-${place}`,
    label: columns.map(([key]) => row[key]).filter(Boolean).join(' → ') || say('(empty)'),
    entries: columns.map(([key, words, placeholder]) => line({
      id: `${id}-${place}-${key}`, label: say(words), placeholder, get: () => row[key],
      set: (value) => write(rows.map((one, at) => (at === place ? { ...one, [key]: value ?? '' } : one))),
    })),
    remove: (event) => { event.stopPropagation(); write(rows.filter((_, at) => at !== place)); },
  }));
  const empty = Object.fromEntries(columns.map(([key]) => [key, '']));
  return { id, label: say(label), component: ListGroup, items, add: (event) => { event.stopPropagation(); write([...rows, empty]); }, translate: say };
}

const INPUT = [['name', 'Name', 'level'], ['value', 'Value', '${level}']];
const OUTPUT = [['name', 'Variable', 'light'], ['value', 'Value', '${result}']];
const HANDED = [['source', 'From here', 'level'], ['target', 'To', 'level']];

/** Which ways data may be mapped: what comes in and what goes out of the element. */
function ways(element) {
  if (isAny(element, ['bpmn:ServiceTask', 'bpmn:BusinessRuleTask'])) return { in: 'Inputs', out: 'Outputs' };
  if (isAny(element, ['bpmn:SendTask'])) return { in: 'Sent along' };
  if (isAny(element, ['bpmn:ReceiveTask'])) return { out: 'Kept of the message' };
  const trigger = isAny(element, ['bpmn:Event']) && definitionOf(element);
  if (!trigger || !isAny(trigger, ['bpmn:MessageEventDefinition', 'bpmn:SignalEventDefinition'])) return {};
  return isAny(element, ['bpmn:ThrowEvent']) ? { in: 'Sent along' } : { out: 'Kept of the message' };
}

export function mappings({ element, edit, say, catalogue }) {
  const described = catalogue.services.find((one) => one.key === element.businessObject.get?.('camunda:topic'));
  const parameters = (described?.parameters ?? []).map((one) => one.name); // they have rows of their own
  return Object.entries(ways(element)).map(([way, label]) => {
    const all = edit.mappings(element, way);
    const apart = way === 'in' ? all.filter((row) => row.name && parameters.includes(row.name)) : [];
    const rows = all.filter((row) => !apart.includes(row));
    const write = (made) => edit.setMappings(element, way, [...apart, ...made]);
    return table({ id: `mapping-${way}`, label, rows, columns: way === 'in' ? INPUT : OUTPUT, say, write });
  });
}

export function passing({ element, edit, say }) {
  if (!isAny(element, ['bpmn:CallActivity'])) return [];
  return [['in', 'Handed over'], ['out', 'Taken back']].map(([way, label]) => {
    const { all, rows } = edit.passed(element, way);
    return table({ id: `passed-${way}`, label, rows, columns: HANDED, say, write: (made) => edit.setPassed(element, way, { all, rows: made }) });
  });
}
