// A form is sent once, however often the button is pressed. A page that comes back from the cache may send again; one
// whose form is kept in this browser is fetched anew, because the server knows whether it is done.
export function submitOnce() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'true';
    event.submitter?.setAttribute('aria-busy', 'true');
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    if (document.querySelector('form[data-sent][data-keep]')) location.reload();
    document.querySelectorAll('form[data-sent]').forEach((form) => { delete form.dataset.sent; });
    document.querySelectorAll('form [aria-busy]').forEach((button) => button.removeAttribute('aria-busy'));
  });
}
