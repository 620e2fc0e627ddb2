// A <details class="menu"> closes on Escape and on a click elsewhere.
export function closeMenus() {
  const open = () => document.querySelectorAll('details.menu[open]');
  document.addEventListener('click', (event) => {
    open().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });
}
