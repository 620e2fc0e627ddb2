// [data-live="30"] is fetched again every 30 s while somebody looks at it. Morphing keeps focus and place.
// An answer that is not the list (signed out, an error) is not drawn; [data-stale] says so.
function stale(is) {
  document.querySelectorAll('[data-stale]').forEach((notice) => { notice.hidden = !is; });
}

export function keepFresh() {
  const list = document.querySelector('[data-live]');
  if (!list) return;
  const refresh = () => {
    if (document.visibilityState === 'visible' && navigator.onLine) {
      document.getElementById(list.id)?.dispatchEvent(new CustomEvent('refresh'));
    }
  };
  setInterval(refresh, Number(list.dataset.live) * 1000);
  document.addEventListener('visibilitychange', refresh);
  document.addEventListener('htmx:before:swap', (event) => {
    const { response } = event.detail.ctx;
    const unusable = response.status !== 200 || response.raw.redirected;
    stale(unusable);
    if (unusable) event.preventDefault();
  });
  document.addEventListener('htmx:error', () => stale(true));
}
