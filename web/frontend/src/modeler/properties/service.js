// Work without people: services with their parameters, decisions, scripts, other processes.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { definitionOf } from '../edit.js';
import { choice, line, lines, note, optionsOf, tick } from './entries.js';

/** A task or a thrown message that may name a service: where the name stands. */
function callerOf(element) {
  if (isAny(element, ['bpmn:ServiceTask', 'bpmn:SendTask'])) return element.businessObject;
  const thrown = isAny(element, ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent']) && definitionOf(element);
  return thrown && is(thrown, 'bpmn:MessageEventDefinition') ? thrown : null;
}

export function service({ element, edit, say, catalogue }) {
  const caller = callerOf(element);
  if (!caller) return null;
  const present = caller.get('camunda:topic') ?? '';
  const found = catalogue.services.find((one) => one.key === present);
  const write = (value) => edit.set(element, { 'camunda:type': value && 'external', 'camunda:topic': value }, caller);
  const given = Object.fromEntries(edit.mappings(element, 'in').map((row) => [row.name, row.value]));
  return {
    id: 'service', label: say('Service'), shouldOpen: true,
    entries: [
      choice({ id: 'topic', label: say('Service'), get: () => present, set: write, options: optionsOf(catalogue.services, present, say('(none)')), hint: found?.words }),
      ...(found ? [note({ id: 'when', kind: 'quiet', text: found.inside ? say('Done at once, together with the step.') : say('Called after the step is saved; the token waits for the answer.') })] : []),
      ...(found?.parameters ?? []).map((one) => line({
        id: `parameter-${one.name}`, label: one.required ? `${one.name} *` : one.name, hint: one.words,
        get: () => given[one.name] ?? '', set: (value) => edit.setInput(element, one.name, value),
      })),
    ],
  };
}

const RESULTS = [['singleEntry', 'one value'], ['singleResult', 'one row'], ['collectEntries', 'a list of values'], ['resultList', 'a list of rows']];

export function decision({ element, edit, say, catalogue }) {
  if (!is(element, 'bpmn:BusinessRuleTask')) return null;
  const task = element.businessObject;
  const present = task.get('camunda:decisionRef') ?? '';
  const read = (name) => () => task.get(`camunda:${name}`) ?? '';
  const write = (name) => (value) => edit.set(element, { [`camunda:${name}`]: value });
  return {
    id: 'decision', label: say('Decision'), shouldOpen: true,
    entries: [
      choice({ id: 'decisionRef', label: say('Decision table'), get: () => present, set: write('decisionRef'), options: optionsOf(catalogue.decisions, present, say('(none)')) }),
      choice({
        id: 'mapDecisionResult', label: say('The result is'), get: read('mapDecisionResult'), set: write('mapDecisionResult'),
        options: [{ value: '', label: say('(a list of rows)') }, ...RESULTS.map(([value, words]) => ({ value, label: say(words) }))],
      }),
      line({ id: 'resultVariable', label: say('Kept as'), get: read('resultVariable'), set: write('resultVariable'), hint: say('Empty: each output is kept under its own name.') }),
    ],
  };
}

export function script({ element, edit, say }) {
  if (!is(element, 'bpmn:ScriptTask')) return null;
  return {
    id: 'script', label: say('Script'), shouldOpen: true,
    entries: [lines({
      id: 'script', label: say('Lines'), code: true, rows: 5, get: () => element.businessObject.get('script') ?? '',
      set: (value) => edit.set(element, { script: value }), placeholder: 'total = count + 1', hint: say('Each line: name = expression.'),
    })],
  };
}

export function call({ element, edit, say, catalogue }) {
  if (!is(element, 'bpmn:CallActivity')) return null;
  const present = element.businessObject.get('calledElement') ?? '';
  const all = (way, label) => tick({
    id: `all-${way}`, label: say(label), get: () => edit.passed(element, way).all,
    set: (value) => edit.setPassed(element, way, { ...edit.passed(element, way), all: value }),
  });
  return {
    id: 'call', label: say('Called process'), shouldOpen: true,
    entries: [
      choice({
        id: 'calledElement', label: say('Process'), get: () => present, options: optionsOf(catalogue.processes, present, say('(none)')),
        set: (value) => edit.set(element, { calledElement: value }), hint: say('Its newest version is called.'),
      }),
      all('in', 'Hand over every variable'),
      all('out', 'Take every variable back'),
    ],
  };
}
