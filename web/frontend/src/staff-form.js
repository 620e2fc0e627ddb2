// The page of a form: every staff form on it comes to life.
import { enliven } from './form-life.js';

document.querySelectorAll('form[data-staff-form]').forEach((form) => {
  const prepare = enliven(form);
  document.addEventListener('htmx:after:swap', () => prepare(form));
});
