// A step done by people: who, with which form, by when.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { inWords } from '../words.js';
import { choice, line, listed, note, optionsOf, several } from './entries.js';

export function people({ element, edit, say, catalogue, registry }) {
  const task = element.businessObject;
  if (!is(task, 'bpmn:UserTask')) return null;
  const groups = task.get('camunda:candidateGroups') ?? '';
  const write = (name) => (value) => edit.set(element, { [`camunda:${name}`]: value });
  const read = (name) => () => task.get(`camunda:${name}`) ?? '';
  const byExpression = groups.includes('${');
  return {
    id: 'people', label: say('Who does it'), shouldOpen: true,
    entries: [
      byExpression
        ? line({ id: 'candidateGroups', label: say('Roles'), get: read('candidateGroups'), set: write('candidateGroups'), hint: say('An expression; empty it to choose from the list.') })
        : several({
          id: 'candidateGroups', label: say('Roles'), values: listed(groups), add: say('＋ Add a role'),
          options: catalogue.roles.map((one) => ({ value: one.key, label: one.name })),
          set: (values) => write('candidateGroups')(values.join(',')),
          hint: say('Everybody who holds one of these roles may take it.'),
        }),
      line({ id: 'assignee', label: say('Person'), get: read('assignee'), set: write('assignee'), placeholder: '${engineer}', hint: say('One person, as a field of an earlier form: ${engineer}.') }),
      line({ id: 'candidateUsers', label: say('Several people'), get: read('candidateUsers'), set: write('candidateUsers') }),
      separate({ element, edit, say, registry }),
      line({ id: 'detail', label: say('Added to the title'), get: () => edit.property(element, 'task.detail'), set: (value) => edit.setProperty(element, 'task.detail', value), placeholder: '${light.clock_name}' }),
    ],
  };
}

/** The other step whose person may not do this one. */
function separate({ element, edit, say, registry }) {
  const steps = registry.filter((one) => one !== element && !one.labelTarget
    && (is(one, 'bpmn:UserTask') || (is(one, 'bpmn:StartEvent') && one.businessObject.get('camunda:formKey'))));
  const present = edit.property(element, 'separate_from');
  return choice({
    id: 'separate', label: say('Not by the person of'), get: () => present,
    set: (value) => edit.setProperty(element, 'separate_from', value),
    options: optionsOf(steps.map((one) => ({ key: one.id, name: one.businessObject.name || one.id })), present, say('(anybody)')),
  });
}

export function form({ element, edit, say, catalogue }) {
  const asked = element.businessObject;
  const outer = is(asked, 'bpmn:StartEvent') && is(asked.$parent, 'bpmn:Process');
  if (!is(asked, 'bpmn:UserTask') && !outer) return null;
  const present = asked.get('camunda:formKey') || asked.get('camunda:formRef') || '';
  const known = catalogue.forms.find((one) => one.key === present);
  const links = [];
  if (known?.url) links.push([say('Edit this form ↗'), known.url]);
  if (catalogue.new_form_url) links.push([say('New form ↗'), catalogue.new_form_url]);
  const pick = choice({
    id: 'form', label: say('Form'), get: () => present, options: optionsOf(catalogue.forms, present, say('(none)')),
    set: (value) => edit.set(element, { 'camunda:formKey': value, 'camunda:formRef': '' }),
  });
  const fields = known?.fields.length ? [note({ id: 'formFields', kind: 'quiet', text: `${say('Fields')}: ${known.fields.map((one) => one.name).join(', ')}` })] : [];
  return { id: 'form', label: say('Form'), shouldOpen: true, entries: [pick, ...fields, ...(links.length ? [note({ id: 'formLinks', kind: 'links', links })] : [])] };
}

export function time({ element, edit, say, catalogue }) {
  const task = element.businessObject;
  if (!is(task, 'bpmn:UserTask')) return null;
  const due = task.get('camunda:dueDate') ?? '';
  const byStage = /^\$\{sla\.due_at\('([\w-]+)'\)\}$/.exec(due)?.[1] ?? '';
  return {
    id: 'time', label: say('By when'), shouldOpen: true,
    entries: [
      choice({
        id: 'dueStage', label: say('By the clock'), get: () => byStage,
        set: (value) => edit.set(element, { 'camunda:dueDate': value ? `\${sla.due_at('${value}')}` : '' }),
        options: optionsOf(catalogue.stages, byStage, say('(no clock)')),
      }),
      line({
        id: 'dueDate', label: say('Limit'), get: () => due, set: (value) => edit.set(element, { 'camunda:dueDate': value }),
        placeholder: 'PT4H', hint: inWords(due, say, catalogue) || say('A duration from the beginning of the step, such as PT4H or P1DT12H, or an expression.'),
      }),
      line({ id: 'priority', label: say('Priority'), get: () => task.get('camunda:priority') ?? '', set: (value) => edit.set(element, { 'camunda:priority': value }), placeholder: '50' }),
    ],
  };
}
