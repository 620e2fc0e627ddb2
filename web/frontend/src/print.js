// Paper shows what is folded away on the screen, and when it was printed: [data-printed] holds the words around {time}.
// [data-print] prints the page.
const OPENED = 'data-opened-for-paper';

function stamp() {
  return new Date().toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' });
}

export function prepareForPaper() {
  document.addEventListener('click', (event) => { if (event.target.closest('[data-print]')) print(); });
  addEventListener('beforeprint', () => {
    document.querySelectorAll('[data-printed]').forEach((place) => { place.textContent = place.dataset.printed.replace('{time}', stamp()); });
    document.querySelectorAll('main details:not([open])').forEach((details) => {
      details.open = true;
      details.setAttribute(OPENED, '');
    });
  });
  addEventListener('afterprint', () => {
    document.querySelectorAll(`[${OPENED}]`).forEach((details) => {
      details.open = false;
      details.removeAttribute(OPENED);
    });
  });
}
