// Changes of an earlier visit that were never sent: used or dropped, as the person says.
/** `draw(content)`: shows it in the editor. */
export async function offerKept(root, saving, content, draw) {
  const left = await saving.left();
  if (!left || left.content === content) return;
  const notice = root.querySelector('[data-kept]');
  notice.querySelector('[data-at]').textContent = new Date(left.at).toLocaleString(document.documentElement.lang);
  notice.hidden = false;
  notice.querySelector('[data-use]').addEventListener('click', async () => {
    notice.hidden = true;
    saving.revision = left.revision;
    await draw(left.content);
    saving.changed();
  });
  notice.querySelector('[data-drop]').addEventListener('click', () => {
    notice.hidden = true;
    saving.drop();
  });
}
