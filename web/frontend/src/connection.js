// Says so when the network is gone. The words stand in the page: [data-offline].
export function watchConnection() {
  const show = () => {
    document.querySelectorAll('[data-offline]').forEach((notice) => { notice.hidden = navigator.onLine; });
  };
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
}
