// The sorts of rows in the panel at the side. Components are made once: a new one for each drawing would lose the cursor.
import {
  CheckboxEntry, SelectEntry, TextAreaEntry, TextFieldEntry,
  isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';

const plain = ({ id, element, label, hint, get, set, validate, disabled, placeholder }) => ({
  id, element, label, description: hint, getValue: get, setValue: set, validate, disabled, placeholder,
});

function Line(props) {
  return jsx(TextFieldEntry, { ...plain(props), debounce: useService('debounceInput') });
}

function Lines(props) {
  const more = { rows: props.rows ?? 2, autoResize: true, monospace: Boolean(props.code) };
  return jsx(TextAreaEntry, { ...plain(props), ...more, debounce: useService('debounceInput') });
}

const Choice = (props) => jsx(SelectEntry, { ...plain(props), getOptions: () => props.options });
const Tick = (props) => jsx(CheckboxEntry, plain(props));

/** Values as chips that can be taken away, and a list to add one from. */
function Several({ id, element, label, hint, values, options, add, set }) {
  const names = Object.fromEntries(options.map((one) => [one.value, one.label]));
  const left = options.filter((one) => !values.includes(one.value));
  const chip = (value) => jsxs('li', {
    children: [jsx('span', { children: names[value] ?? value, title: value }), jsx('button', {
      type: 'button', title: `− ${names[value] ?? value}`, 'aria-label': `− ${names[value] ?? value}`, children: '×',
      onClick: () => set(values.filter((one) => one !== value)),
    })],
  });
  return jsxs('div', {
    class: 'bio-properties-panel-entry', 'data-entry-id': id,
    children: [
      jsx('label', { class: 'bio-properties-panel-label', for: `several-${id}`, children: label }),
      values.length ? jsx('ul', { class: 'chips', children: values.map(chip) }) : null,
      jsxs('select', {
        class: 'bio-properties-panel-input', id: `several-${id}`, value: '', key: `${element.id}${values.length}`,
        onChange: (event) => { if (event.target.value) set([...values, event.target.value]); },
        children: [jsx('option', { value: '', children: add }), ...left.map((one) => jsx('option', { value: one.value, children: one.label }))],
      }),
      hint ? jsx('div', { class: 'bio-properties-panel-description', children: hint }) : null,
    ],
  });
}

/** Names to look up while an expression is written: a press puts one where the cursor was. */
function Names({ id, title, names }) {
  if (!names.length) return null;
  return jsxs('details', {
    class: 'bio-properties-panel-entry known-names', 'data-entry-id': id,
    children: [jsx('summary', { children: title }), jsx('dl', {
      children: names.map(({ name, words }) => jsxs('div', {
        children: [jsx('dt', { children: jsx('code', { children: name }) }), jsx('dd', { children: words })],
      })),
    })],
  });
}

function Note({ id, kind, text, links = [] }) {
  return jsxs('div', {
    class: `bio-properties-panel-entry entry-note note-${kind}`, 'data-entry-id': id,
    children: [text ? jsx('p', { children: text }) : null,
      ...links.map(([words, href]) => jsx('a', { href, target: '_blank', rel: 'noopener', children: words }))],
  });
}

const never = () => false;

/** Each: {id, label, get, set, hint?, …} with `get` and `set` closed over the element. */
export const line = (entry) => ({ component: Line, isEdited: isTextFieldEntryEdited, ...entry });
export const lines = (entry) => ({ component: Lines, isEdited: isTextAreaEntryEdited, ...entry });
export const choice = (entry) => ({ component: Choice, isEdited: isSelectEntryEdited, ...entry });
export const tick = (entry) => ({ component: Tick, isEdited: isCheckboxEntryEdited, ...entry });
export const several = (entry) => ({ component: Several, isEdited: never, ...entry });
export const names = (entry) => ({ component: Names, isEdited: never, ...entry });
export const note = (entry) => ({ component: Note, isEdited: never, ...entry });

/** Options of a choice: an empty one first, and the present value also where it is not on the list. */
export function optionsOf(list, present, none) {
  const known = list.map((one) => ({ value: one.key, label: one.name === one.key ? one.key : `${one.name} (${one.key})` }));
  const strange = present && !known.some((one) => one.value === present) ? [{ value: present, label: `${present} ?` }] : [];
  return [{ value: '', label: none }, ...strange, ...known];
}

export const listed = (text) => (text ?? '').split(',').map((one) => one.trim()).filter(Boolean);
