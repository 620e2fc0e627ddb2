// An activity that runs several times: for each item of a list, a number of times, or while a condition holds.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { line, tick } from './entries.js';

export function repeats({ element, edit, say }) {
  const loop = is(element, 'bpmn:Activity') && element.businessObject.get('loopCharacteristics');
  if (!loop) return null;
  const attribute = (name, label, placeholder, hint) => line({
    id: name, label: say(label), placeholder, hint: hint && say(hint), get: () => loop.get(name) ?? '', set: (value) => edit.set(element, { [name]: value }, loop),
  });
  const expression = (name, label, placeholder) => line({
    id: name, label: say(label), placeholder, get: () => loop.get(name)?.get('body') ?? '',
    set: (value) => edit.set(element, { [name]: value ? edit.make('bpmn:FormalExpression', { body: value }, loop) : undefined }, loop),
  });
  const entries = is(loop, 'bpmn:StandardLoopCharacteristics')
    ? [expression('loopCondition', 'Again while', '${left > 0}'), number(element, edit, say, loop),
      tick({ id: 'testBefore', label: say('Asked also before the first time'), get: () => loop.get('testBefore'), set: (value) => edit.set(element, { testBefore: value }, loop) })]
    : [attribute('camunda:collection', 'For each of the list', '${devices}', 'Each item of this list, or a number of times below.'), attribute('camunda:elementVariable', 'Item is called', 'device'),
      expression('loopCardinality', 'Number of times', '3'), expression('completionCondition', 'Ends early when', '${nrOfCompletedInstances >= 2}'),
      tick({ id: 'isSequential', label: say('One after the other'), get: () => loop.get('isSequential') ?? false, set: (value) => edit.set(element, { isSequential: value }, loop) })];
  return { id: 'repeats', label: say('Repeated'), shouldOpen: true, entries };
}

function number(element, edit, say, loop) {
  return line({
    id: 'loopMaximum', label: say('At most'), placeholder: '10', get: () => String(loop.get('loopMaximum') ?? ''),
    set: (value) => edit.set(element, { loopMaximum: value ? Number.parseInt(value, 10) || undefined : undefined }, loop),
    validate: (value) => (value && !/^\d+$/.test(value) ? say('A whole number') : undefined),
  });
}
