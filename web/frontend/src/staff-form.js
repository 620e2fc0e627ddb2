// A staff form: fields that come and go by condition, checks in the page's language, the first error in view, drafts.
import { holds } from './conditions.js';
import { autosave } from './draft.js';

/** The present value of a field, or what the case knows under that name. */
function valueOf(form, known, name) {
  const control = form.elements[name];
  if (!control) return known[name];
  const first = control instanceof RadioNodeList ? control[0] : control;
  if (first.disabled) return null;
  if (control.type === 'checkbox') return control.checked;
  if (control.type === 'number') return control.value === '' ? null : Number(control.value);
  return control.value;
}

function showByCondition(form) {
  const known = JSON.parse(form.dataset.known || '{}');
  const value = (name) => valueOf(form, known, name);
  form.querySelectorAll('[data-required] [name]').forEach((control) => { control.required = true; });
  const apply = () => {
    form.querySelectorAll('[data-show]').forEach((field) => {
      field.hidden = !holds(JSON.parse(field.dataset.show), value);
      field.querySelectorAll('[name]').forEach((control) => { control.disabled = field.hidden; });
    });
    form.querySelectorAll('[data-require]').forEach((field) => {
      const required = holds(JSON.parse(field.dataset.require), value);
      field.querySelectorAll('[name]').forEach((control) => { control.required = required; });
      field.querySelectorAll('[data-optional]').forEach((word) => { word.hidden = required; });
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

function mark(control, message) {
  const field = control.closest('[data-field]');
  const errors = field.querySelector('[data-errors]');
  errors.textContent = message;
  field.classList.toggle('has-error', Boolean(message));
  field.querySelectorAll('[name]').forEach((each) => {
    if (message) each.setAttribute('aria-invalid', 'true');
    else each.removeAttribute('aria-invalid');
  });
}

function focusFirstError(form) {
  const control = form.querySelector('[aria-invalid=true]');
  if (!control) return;
  control.closest('[data-field]').scrollIntoView({ block: 'center' });
  control.focus({ preventScroll: true });
}

function checkBeforeSending(form) {
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    if (event.submitter?.formNoValidate) return;
    const wrong = [...form.elements].filter((control) => control.willValidate && !control.checkValidity());
    if (!wrong.length) return;
    event.preventDefault();
    wrong.forEach((control) => mark(control, complaint(form, control)));
    focusFirstError(form);
  });
  // While typing, not on leaving the field: a line that vanishes then moves the button away under the finger.
  form.addEventListener('input', (event) => {
    if (event.target.willValidate && event.target.checkValidity()) mark(event.target, '');
  });
}

document.querySelectorAll('form[data-staff-form]').forEach((form) => {
  showByCondition(form);
  checkBeforeSending(form);
  focusFirstError(form);
  autosave(form);
});
