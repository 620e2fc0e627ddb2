// Keys of every page: ? lists them, / goes to the search, j and k walk through [data-row] (Enter opens: a row is a link),
// g and a letter follow the menu's [data-go]. Not while somebody types, nor inside [data-own-keys].
const BUSY = 'input, textarea, select, [contenteditable], [data-own-keys], dialog';
const OFF = 'signalbox-keys-off'; // the switch in the list, kept in this browser
const PATIENCE = 3000; // ms between g and its letter
let waiting; // the timer that runs after g

function say(text) {
  document.querySelector('[data-keys-said]').textContent = text;
}

function stopWaiting() {
  clearTimeout(waiting);
  waiting = undefined;
  say('');
}

function awaitLetter() {
  const places = [...document.querySelectorAll('[data-go][href]')];
  const names = places.map((link) => `${link.dataset.go.toUpperCase()} ${link.querySelector('span').textContent}`);
  waiting = setTimeout(stopWaiting, PATIENCE);
  say([document.querySelector('[data-keys-said]').dataset.go, ...names].join(' · '));
}

function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement.closest('[data-row]'));
  const next = here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + by));
  rows[next].focus();
  rows[next].scrollIntoView({ block: 'nearest' });
}

function press(key) {
  if (key === 'j') step(1);
  else if (key === 'k') step(-1);
  else if (key === 'g') awaitLetter();
  else if (key === '?' || key === '？') document.getElementById('keys').showModal();
  else if (key === '/') document.querySelector('input[type=search]')?.focus();
  else return false;
  return true;
}

function hear(event) {
  if (localStorage.getItem(OFF) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(BUSY)) return;
  if (waiting) {
    stopWaiting();
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"][href]`);
    link?.click();
    if (link || event.key.length > 1) return;
  }
  if (press(event.key)) event.preventDefault();
}

export function listenToKeys() {
  const list = document.getElementById('keys');
  if (!list) return;
  document.addEventListener('keydown', hear);
  document.querySelector('[data-open=keys]').addEventListener('click', () => list.showModal());
  list.querySelector('[data-close]').addEventListener('click', () => list.close());
  list.addEventListener('click', (event) => { if (event.target === list) list.close(); });
  const used = list.querySelector('[data-keys-used]');
  used.checked = !localStorage.getItem(OFF);
  used.addEventListener('change', () => {
    if (used.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
  });
}
