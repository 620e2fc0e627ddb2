// The table of a form's fields: saved a moment after each change, rebuilt in place by its buttons, its preview kept fresh.
import './styles/form-design.css';
import { enliven } from './form-life.js';

const PAUSE = 600; // ms after the last key
const RETRY = 10000; // ms after a failure
const sheet = () => document.querySelector('form[data-form-design]');
const preview = () => document.querySelector('#preview form');
const rowOf = (element) => element.closest('[data-form-row]');
let queue = Promise.resolve();
let changed = false;
let timer;

const say = (word) => {
  const state = document.getElementById('design-state');
  if (!state) return;
  state.textContent = state.dataset[word];
  state.dataset.state = word;
};

/** Sends a form as its button would; the answered page. */
async function ask(form, extra, keepalive = false) {
  const body = new URLSearchParams(new FormData(form));
  Object.entries(extra).forEach(([name, value]) => body.append(name, value));
  const answer = await fetch(form.action, { method: 'POST', body, keepalive });
  if (answer.status >= 500) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

/** What somebody has typed into the preview, put back into the new one. */
function keepSample() {
  const held = [...(preview()?.elements ?? [])].filter((each) => each.name && each.type !== 'hidden' && each.type !== 'file');
  const typed = held.map((each) => [each.name, each.type, each.value, each.checked]);
  return () => typed.forEach(([name, type, value, checked]) => {
    [...(preview()?.elements ?? [])].filter((each) => each.name === name && each.type === type).forEach((each) => {
      if (type !== 'radio' && type !== 'checkbox') each.value = value;
      else if (each.value === value) each.checked = checked;
    });
  });
}

function put(fresh, id) {
  const place = document.getElementById(id);
  const open = place.querySelector('details')?.open;
  const arrived = document.adoptNode(fresh.getElementById(id));
  place.replaceWith(arrived);
  if (open) arrived.querySelector('details').open = true;
  if (arrived.matches('.form-findings')) rowOf(arrived)?.classList.toggle('has-error', arrived.children.length > 0);
}

/** Buttons say the name of their field, which may have been typed anew. */
function rename(page) {
  page.querySelectorAll('#sheet [data-do]').forEach((fresh) => {
    const button = sheet().querySelector(`[data-do][value="${CSS.escape(fresh.value)}"]`);
    ['aria-label', 'title'].filter((name) => fresh.hasAttribute(name)).forEach((name) => button?.setAttribute(name, fresh.getAttribute(name)));
  });
}

/** Everything beside the controls of the table. */
function renew(page) {
  const restore = keepSample();
  rename(page);
  [...document.querySelectorAll('[data-renew]')].filter((each) => page.getElementById(each.id)).forEach((each) => put(page, each.id));
  restore();
  if (preview()) enliven(preview());
}

/** The whole page where the answer is another one: signed out, or somebody else has saved. */
function isAnother(page) {
  if (page.getElementById('sheet') && !page.querySelector('[data-kept]')) return false;
  document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('main')));
  document.querySelector('main').focus();
  if (preview()) enliven(preview());
  return true;
}

function save(keepalive = false) {
  clearTimeout(timer);
  if (!changed || !sheet()) return;
  queue = queue.then(async () => {
    if (!changed || !sheet()) return;
    changed = false;
    say('saving');
    try {
      const page = await ask(sheet(), {}, keepalive);
      if (!isAnother(page)) renew(page);
    } catch {
      changed = true;
      say('failed');
      timer = setTimeout(save, RETRY);
    }
  });
}

const named = (id) => document.querySelector(`[data-form-row="${CSS.escape(id)}"]`);
const labelOf = (row) => row?.querySelector('.form-cell-label input, .form-cell-text textarea') ?? row?.querySelector('select');

/** Where the eyes are after the table was rebuilt. */
function focusAfter(verb, id, place, siblings) {
  const row = id && named(id);
  let target;
  if (verb === 'add') target = labelOf([...(row ?? document).querySelectorAll('[data-form-row]')].pop() ?? row);
  else if (verb === 'copy') target = labelOf(row?.nextElementSibling);
  else if (verb === 'remove') target = labelOf([siblings[place + 1], siblings[place - 1]].map((each) => each && named(each)).find(Boolean));
  else if (verb === 'kind') target = row?.querySelector('[data-rebuild]');
  else target = row?.querySelector(`[data-do=${verb}]:not([disabled])`) ?? row?.querySelector('[data-do]:not([disabled])');
  target ??= document.querySelector('.form-add select');
  target?.focus();
  if (verb === 'add' || verb === 'copy') target?.select?.();
}

function rebuild(element, verb, extra) {
  clearTimeout(timer);
  const row = rowOf(element);
  const siblings = row ? [...row.parentElement.children].map((each) => each.dataset.formRow) : [];
  const id = row?.dataset.formRow;
  queue = queue.then(async () => {
    changed = false;
    say('saving');
    const asked = ask(sheet(), extra);
    sheet().querySelector('fieldset').disabled = true;
    try {
      const page = await asked;
      if (isAnother(page)) return;
      const open = [...document.querySelectorAll('[data-form-row] > details[open]')].map((each) => rowOf(each).dataset.formRow);
      put(page, 'sheet');
      renew(page);
      open.forEach((each) => named(each)?.querySelector(':scope > details')?.setAttribute('open', ''));
      focusAfter(verb, id, siblings.indexOf(id), siblings);
    } catch {
      sheet().querySelector('fieldset').disabled = false;
      changed = true;
      say('failed');
      timer = setTimeout(save, RETRY);
    }
  });
}

async function tryOut(form) {
  if (!form) return;
  try {
    const page = await ask(form, {});
    if (!page.getElementById('preview')) {
      isAnother(page);
      return;
    }
    put(page, 'preview');
    enliven(preview());
    document.querySelector('#preview [role=status], #preview [role=alert]')?.scrollIntoView({ block: 'nearest' });
  } catch {
    delete form.dataset.sent;
    say('failed');
  }
}

document.addEventListener('input', (event) => {
  if (!event.target.closest('[data-form-design]') || event.target.name?.startsWith('add.')) return;
  if (event.target.matches('[data-rebuild]')) {
    rebuild(event.target, 'kind', {});
    return;
  }
  changed = true;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-form-design] [data-do]');
  if (!button) return;
  event.preventDefault();
  rebuild(button, button.dataset.do, { do: button.value });
});
document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-form-design]')) {
    event.preventDefault();
    changed = true;
    save();
  } else if (event.target.closest('#preview')) {
    event.preventDefault();
    save();
    queue = queue.then(() => tryOut(preview()));
  }
}, true);
addEventListener('online', () => save());
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(true); });
if (preview()) enliven(preview());
