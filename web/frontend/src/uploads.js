// Photos and files are sent as soon as they are chosen; the form then holds their ids only, so that a draft keeps them.
import { findPlace } from './place.js';
import { Refusal, send } from './send.js';
import { shrink } from './shrink.js';

const waiting = new Map(); // <li> -> the file, until it is sent

/** Whether something in the form is not sent yet. */
const isWaiting = (form) => [...waiting.keys()].some((item) => form.contains(item));

function button(text, mark) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-quiet';
  made.textContent = text;
  made.setAttribute(mark, '');
  return made;
}

function entry(list, file, words) {
  const item = document.createElement('li');
  item.className = 'upload';
  item.dataset.upload = '';
  const picture = document.createElement('a');
  picture.className = 'upload-picture';
  if (list.dataset.uploads === 'photo') {
    const image = new Image();
    image.alt = `${words.photo} ${list.children.length + 1}`;
    image.src = URL.createObjectURL(file);
    picture.append(image);
  } else {
    picture.textContent = file.name;
  }
  const state = document.createElement('p');
  state.className = 'upload-state';
  state.setAttribute('role', 'status');
  const actions = document.createElement('div');
  actions.className = 'upload-actions';
  actions.append(button(words.remove, 'data-remove'));
  item.append(picture, state, actions);
  list.append(item);
  return item;
}

async function deliver(form, list, item, words, changed) {
  const { file, place } = waiting.get(item);
  const state = item.querySelector('.upload-state');
  const isPhoto = list.dataset.uploads === 'photo';
  item.querySelector('[data-retry]')?.remove();
  item.dataset.upload = 'busy';
  try {
    state.textContent = isPhoto ? words.shrinking : words.sending.replace('{percent}', '0%');
    const parts = { file: isPhoto ? await shrink(file) : file, kind: list.dataset.uploads, name: file.name };
    if (isPhoto) Object.assign(parts, { taken_at: new Date(file.lastModified).toISOString() }, place);
    const tell = (share) => { state.textContent = words.sending.replace('{percent}', `${Math.round(share * 100)}%`); };
    const stored = await send(form, parts, tell);
    if (!item.isConnected) return;
    waiting.delete(item);
    item.dataset.upload = '';
    state.textContent = words.sent;
    const id = Object.assign(document.createElement('input'), { type: 'hidden', name: list.dataset.name, value: stored.id });
    item.append(id);
    item.querySelector('a').href = `${form.dataset.uploadUrl}/${stored.id}/content`;
    item.querySelector('a').target = '_blank';
    changed(id);
  } catch (error) {
    item.dataset.upload = 'failed';
    const refused = error instanceof Refusal;
    if (error instanceof DOMException) state.textContent = words.unreadable;
    else state.textContent = refused ? words.refused.replace('{reason}', error.message) : words.failed;
    if (!refused) item.querySelector('.upload-actions').prepend(button(words.retry, 'data-retry'));
  }
}

/** Buttons are hidden while no more fits in. */
function makeRoom(list) {
  const group = list.closest('[data-group]');
  const room = Number(group.dataset.most) - list.children.length;
  group.querySelector('[data-choose-box]').hidden = room <= 0;
  return room;
}

async function choose(form, input, words, changed) {
  const group = input.closest('[data-group]');
  const list = group.querySelector('[data-uploads]');
  const files = [...input.files];
  const place = group.coordinates ?? {};
  input.value = '';
  const taken = files.slice(0, Math.max(0, makeRoom(list)));
  const items = taken.map((file) => {
    const item = entry(list, file, words);
    waiting.set(item, { file, place });
    return item;
  });
  makeRoom(list);
  group.querySelector('[data-errors]').textContent = files.length > taken.length
    ? words.tooMany.replace('{max}', group.dataset.most) : '';
  for (const item of items) await deliver(form, list, item, words, changed); // one after the other: a telephone's line
}

async function withPlace(pressed, words) {
  const group = pressed.closest('[data-group]');
  const state = group.querySelector('[data-place-state]');
  if (group.coordinates) {
    delete group.coordinates;
    state.textContent = '';
  } else {
    state.textContent = words.locating;
    try {
      const { latitude, longitude } = await findPlace();
      group.coordinates = { latitude, longitude };
      state.textContent = words.placeOn;
    } catch {
      state.textContent = words.noPlace;
    }
  }
  pressed.setAttribute('aria-pressed', String(Boolean(group.coordinates)));
}

export function uploads(form, words, changed) {
  form.querySelectorAll('[data-uploads]').forEach(makeRoom);
  form.addEventListener('change', (event) => {
    if (event.target.matches('[data-choose]')) choose(form, event.target, words, changed);
  });
  form.addEventListener('click', (event) => {
    const item = event.target.closest('[data-upload]');
    const list = item?.closest('[data-uploads]');
    const place = event.target.closest('[data-with-place]');
    if (place) withPlace(place, words);
    if (event.target.closest('[data-retry]')) deliver(form, list, item, words, changed);
    if (!event.target.closest('[data-remove]') || !item) return;
    waiting.delete(item);
    item.remove();
    makeRoom(list);
    const next = list.closest('[data-group]').querySelector('[data-choose]');
    next.focus();
    changed(next);
  });
  addEventListener('beforeunload', (event) => { if (isWaiting(form)) event.preventDefault(); });
}
