// The process as a whole: what its cases are called and found by, and who may start one.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { subject } from '../edit.js';
import { choice, line, listed, optionsOf, several } from './entries.js';

export function process({ element, edit, say, catalogue }) {
  const found = subject(element);
  if (!is(found, 'bpmn:Process')) return null;
  const property = (name) => ({ get: () => edit.property(element, name), set: (value) => edit.setProperty(element, name, value) });
  const kinds = catalogue.case_kinds.map((key) => ({ key, name: key }));
  return {
    id: 'case', label: say('Cases of this process'), shouldOpen: true,
    entries: [
      choice({ id: 'case.kind', label: say('Kind of case'), ...property('case.kind'), options: optionsOf(kinds, edit.property(element, 'case.kind'), say('(plain)')), hint: say('work_order: a ticket with point, contract and clocks.') }),
      line({ id: 'case.prefix', label: say('Number begins with'), ...property('case.prefix'), placeholder: 'FC' }),
      line({ id: 'case.title', label: say('Title'), ...property('case.title'), placeholder: '${point_name}：${symptom}' }),
      line({ id: 'fields', label: say('Fields to search by'), ...property('fields'), placeholder: 'symptom,level:number', hint: say('Comma separated; name:number or name:boolean where it is no text.') }),
      several({
        id: 'candidateStarterGroups', label: say('Who may start it'), values: listed(found.get('camunda:candidateStarterGroups')), add: say('＋ Add a role'),
        options: catalogue.roles.map((one) => ({ value: one.key, label: one.name })),
        set: (values) => edit.set(element, { 'camunda:candidateStarterGroups': values.join(',') }),
        hint: say('Nobody named: everybody who may start cases.'),
      }),
    ],
  };
}
