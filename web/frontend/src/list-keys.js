// j and k walk through [data-row], Enter opens (a row is a link), / goes to the search box.
const TYPING = 'input, textarea, select, [contenteditable]';

function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement.closest('[data-row]'));
  const next = here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + by));
  rows[next].focus();
  rows[next].scrollIntoView({ block: 'nearest' });
}

export function moveByKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.target.closest(TYPING) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'j') step(1);
    if (event.key === 'k') step(-1);
    const search = document.querySelector('input[type=search]');
    if (event.key === '/' && search) {
      event.preventDefault();
      search.focus();
    }
  });
}
