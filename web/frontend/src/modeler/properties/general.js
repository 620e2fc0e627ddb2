// Name, number and description: every element has them.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { subject } from '../edit.js';
import { line, lines } from './entries.js';

const ID = /^[A-Za-z_][\w.-]{0,99}$/;

export function general({ element, edit, say, modeling, catalogue, taken }) {
  const found = subject(element);
  const entries = [];
  if (is(found, 'bpmn:TextAnnotation')) entries.push(text(element, found, { say, modeling }));
  else if (!is(found, 'bpmn:Collaboration')) entries.push(name(element, found, { say, modeling, edit }));
  entries.push(number(element, found, { say, modeling, catalogue, taken, edit }));
  entries.push(documentation(element, found, { say, edit }));
  return { id: 'general', label: say('General'), shouldOpen: true, entries };
}

function name(element, found, { say, modeling, edit }) {
  const write = (value) => {
    if (found === element.businessObject) modeling.updateProperties(element, { name: value || undefined });
    else edit.set(element, { name: value });
  };
  return lines({ id: 'name', label: say('Name'), rows: 1, get: () => found.get('name') ?? '', set: write });
}

function text(element, found, { say, modeling }) {
  return lines({
    id: 'text', label: say('Text'), get: () => found.get('text') ?? '',
    set: (value) => modeling.updateProperties(element, { text: value || undefined }),
  });
}

/** Ids stand in forms, clocks and history: one that has been published stays. */
function number(element, found, { say, modeling, catalogue, taken, edit }) {
  const locked = catalogue.locked.includes(found.id);
  const write = (value, error) => {
    if (error) return;
    if (found === element.businessObject) modeling.updateProperties(element, { id: value });
    else edit.set(element, { id: value });
  };
  return line({
    id: 'id', label: say('ID'), disabled: locked, get: () => found.id, set: write,
    hint: locked ? say('Published: history, forms and running cases name it so. It stays.') : say('Letters, digits, _ - . ; it stays once published.'),
    validate: (value) => {
      if (!ID.test(value ?? '')) return say('A letter first, then letters, digits, _ - .');
      return value !== found.id && taken(value) ? say('This ID is taken.') : undefined;
    },
  });
}

function documentation(element, found, { say, edit }) {
  return lines({
    id: 'documentation', label: say('Description'), get: () => found.get('documentation')[0]?.text ?? '',
    set: (value) => edit.set(element, { documentation: value ? [edit.make('bpmn:Documentation', { text: value }, found)] : [] }),
  });
}
