// Offers what was typed into this form before and never arrived: [data-kept] in the form, with two buttons.
import { fieldsOf, forget, keep, keptOf, typedIn } from './kept-forms.js';

const PAUSE = 400; // ms after the last key
const MOMENT = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The server draws the form again with the copy: fields, rows, photos. */
function restore(form, fields) {
  const sent = document.createElement('form');
  Object.assign(sent, { method: 'post', action: form.action, hidden: true });
  [...fields, ['csrf_token', form.elements.csrf_token.value], ['_show', '1']].forEach(([name, value]) => {
    sent.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  });
  document.body.append(sent);
  sent.submit();
}

export function offerKept(form) {
  if (!form.dataset.keep) return;
  const notice = form.querySelector('[data-kept]');
  const copy = keptOf(form);
  let timer;
  const offered = () => !notice.hidden;
  if (copy && typedIn(copy.fields) !== typedIn(fieldsOf(form))) {
    notice.querySelector('[data-kept-at]').textContent = MOMENT.format(copy.at);
    notice.hidden = false;
  }
  notice.querySelector('[data-kept-restore]').addEventListener('click', () => restore(form, copy.fields));
  notice.querySelector('[data-kept-drop]').addEventListener('click', () => {
    forget(form.dataset.keep);
    notice.hidden = true;
    form.querySelector('input:not([type=hidden]), select, textarea')?.focus();
  });
  form.addEventListener('input', () => {
    clearTimeout(timer);
    if (!offered()) timer = setTimeout(() => { if (!form.dataset.sent) keep(form); }, PAUSE);
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!event.defaultPrevented) keep(form);
  });
}
