// A staff form comes to life: fields that come and go by condition, checks in the page's language, the first error in view.
import { holds } from './conditions.js';
import { autosave } from './draft.js';
import { nearby } from './nearby.js';
import { offerKept } from './offer-kept.js';
import { places } from './place.js';
import { rows } from './rows.js';
import { searchBoxes } from './search-box.js';
import { signatures } from './signature.js';
import { uploads } from './uploads.js';
import { listOf, valueOf } from './values.js';

const controlsOf = (field) => [...field.querySelectorAll('[name]')].filter((each) => each.closest('[data-field]') === field);

/** What the page does not say by itself, because a browser without scripts could not undo it. */
function requireMarked(root) {
  [root, ...root.querySelectorAll('[data-required]:not([data-group])')]
    .filter((field) => field.matches('[data-required]:not([data-group])'))
    .forEach((field) => controlsOf(field).forEach((control) => { control.required = true; }));
}

function showByCondition(form) {
  const known = JSON.parse(form.dataset.known || '{}');
  const asks = (field, condition) => holds(JSON.parse(condition), (name) => valueOf(form, known, name, field));
  const apply = () => {
    form.querySelectorAll('[data-show]').forEach((field) => {
      field.hidden = !asks(field, field.dataset.show);
      field.querySelectorAll('[name]').forEach((control) => { control.disabled = Boolean(control.closest('[data-show][hidden]')); });
    });
    form.querySelectorAll('[data-require]').forEach((field) => {
      const required = asks(field, field.dataset.require);
      if (field.dataset.group) field.toggleAttribute('data-required', required);
      else controlsOf(field).forEach((control) => { control.required = required; });
      [...field.querySelectorAll('[data-optional]')].filter((word) => word.closest('[data-field]') === field)
        .forEach((word) => { word.hidden = required; });
    });
  };
  form.addEventListener('input', apply);
  apply();
}

/** The words for what is wrong with a control; the page carries them. */
function complaint(form, control) {
  const { validity } = control;
  const words = form.dataset;
  if (validity.valueMissing) return words.missing;
  if (validity.rangeUnderflow) return words.tooSmall.replace('{min}', control.min);
  if (validity.rangeOverflow) return words.tooLarge.replace('{max}', control.max);
  if (validity.tooLong) return words.tooLong.replace('{max}', control.maxLength);
  return words.malformed;
}

/** What is wrong with a field of several controls, or nothing. */
function groupComplaint(form, group, words) {
  if (group.querySelector('[data-unsent]')) return words.unsigned;
  if (group.querySelector('[data-upload=busy], [data-upload=failed]')) return words.waiting;
  const count = listOf(group).length;
  const { least, most } = group.dataset;
  if (!count) return group.hasAttribute('data-required') ? form.dataset.missing : '';
  if (count < Number(least ?? 0)) return words.tooFew.replace('{min}', least);
  return most && count > Number(most) ? words.tooMany.replace('{max}', most) : '';
}

function mark(field, message) {
  const errors = [...field.querySelectorAll('[data-errors]')].find((each) => each.closest('[data-field]') === field);
  errors.textContent = message;
  field.classList.toggle('has-error', Boolean(message));
  const marked = controlsOf(field).filter((control) => control.type !== 'hidden');
  (marked.length ? marked : [...field.querySelectorAll('input:not([type=hidden]), button')].slice(0, 1)).forEach((each) => {
    if (message) each.setAttribute('aria-invalid', 'true');
    else each.removeAttribute('aria-invalid');
  });
}

function focusFirstError(form) {
  const control = [...form.querySelectorAll('.has-error [aria-invalid=true]')].find((each) => !each.closest('[data-show][hidden]'));
  if (!control) return;
  control.closest('[data-field]').scrollIntoView({ block: 'center' });
  (control.hidden ? control.nextElementSibling : control).focus({ preventScroll: true });
}

function checkBeforeSending(form, words) {
  form.noValidate = true;
  const groups = () => [...form.querySelectorAll('[data-group]')].filter((group) => !group.closest('[data-show][hidden]'));
  form.addEventListener('submit', (event) => {
    if (event.submitter?.formNoValidate) return;
    const wrong = [...form.elements].filter((control) => control.willValidate && control.name && !control.checkValidity());
    const wrongGroups = groups().map((group) => [group, groupComplaint(form, group, words)]).filter(([, said]) => said);
    if (!wrong.length && !wrongGroups.length) return;
    event.preventDefault();
    // What the server said of the form as it was sent before; its links may lead to fields that are hidden now.
    form.querySelector('[data-refusal]')?.remove();
    wrong.forEach((control) => mark(control.closest('[data-field]'), complaint(form, control)));
    wrongGroups.forEach(([group, said]) => mark(group, said));
    focusFirstError(form);
  });
  // While typing, not on leaving the field: a line that vanishes then moves the button away under the finger.
  form.addEventListener('input', (event) => {
    const field = event.target.closest('[data-field]');
    if (!field) return;
    const controls = controlsOf(field).filter((control) => control.willValidate);
    if (controls.every((control) => control.checkValidity()) && !(field.dataset.group && groupComplaint(form, field, words))) {
      mark(field, '');
    }
  });
}

/** What it gives back prepares a part of the form that has arrived later. */
export function enliven(form) {
  const words = JSON.parse(form.dataset.words || '{}');
  const changed = (place) => place.dispatchEvent(new Event('input', { bubbles: true }));
  const prepare = (root) => {
    requireMarked(root);
    searchBoxes(root, words);
  };
  rows(form, prepare, changed);
  prepare(form);
  showByCondition(form);
  checkBeforeSending(form, words);
  uploads(form, words, changed);
  places(form, words, changed);
  signatures(form, words, changed);
  nearby(form, words);
  focusFirstError(form);
  offerKept(form);
  autosave(form);
  return prepare;
}
