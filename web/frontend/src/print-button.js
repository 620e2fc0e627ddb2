// [data-print] prints the page.
export function printOnDemand() {
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-print]')) print();
  });
}
