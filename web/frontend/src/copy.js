// A button that copies what stands in it: [data-copy]; it says so in its own place.
export function copyByButton() {
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const before = button.dataset.words ?? button.textContent;
    button.dataset.words = before;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    } catch {
      button.textContent = button.dataset.copy; // to be copied by hand
    }
    setTimeout(() => { button.textContent = before; }, 4000);
  });
}
