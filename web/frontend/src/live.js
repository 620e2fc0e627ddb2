// [data-live="30"] is fetched again every 30 s while somebody looks at it. Morphing keeps focus and place.
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
}
