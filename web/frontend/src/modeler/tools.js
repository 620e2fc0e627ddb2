// The bar above the canvas: undo and redo, zoom, search, token simulation, files out and in.
const STEP = 1.25;

export function wireTools(root, modeler, { saving, findings, fit, changed }) {
  const get = (name) => modeler.get(name);
  const zoom = (factor) => get('canvas').zoom(get('canvas').zoom() * factor, 'auto');
  const act = {
    undo: () => get('commandStack').undo(),
    redo: () => get('commandStack').redo(),
    'zoom-in': () => zoom(STEP),
    'zoom-out': () => zoom(1 / STEP),
    fit,
    search: () => get('searchPad').toggle(),
    simulate: () => get('toggleMode').toggleMode(),
    check: () => saving.save().then(() => findings.box.querySelector('[data-summary]').focus()),
    svg: async () => download(root.dataset.fileName.replace(/\.\w+$/, '.svg'), (await modeler.saveSVG()).svg, 'image/svg+xml'),
  };
  for (const [name, action] of Object.entries(act)) {
    root.querySelector(`[data-do="${name}"]`)?.addEventListener('click', action);
  }
  modeler.on('commandStack.changed', () => {
    state(root, 'undo', get('commandStack').canUndo());
    state(root, 'redo', get('commandStack').canRedo());
    changed();
  });
  modeler.on('tokenSimulation.toggleMode', ({ active }) => {
    root.querySelector('[data-do="simulate"]').setAttribute('aria-pressed', String(active));
    root.toggleAttribute('data-simulating', active);
  });
  state(root, 'undo', false);
  state(root, 'redo', false);
}

function state(root, name, can) {
  root.querySelector(`[data-do="${name}"]`).disabled = !can;
}

function download(name, text, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A file instead of what is drawn: sent as it is, also when it cannot be drawn; the page is then loaded again. */
export function wireImport(root, saving) {
  for (const input of root.querySelectorAll('[data-import]')) {
    input.addEventListener('change', async () => {
      const [file] = input.files;
      if (!file) return;
      saving.read = async () => file;
      await saving.changed();
      await saving.save();
      if (saving.state === 'saved') location.reload();
    });
  }
}

/** Links to pages that read what is saved: followed when everything is. */
export function wireLinks(root, saving) {
  for (const link of root.querySelectorAll('a[data-after-saving]')) {
    link.addEventListener('click', async (event) => {
      if (saving.state === 'saved') return;
      event.preventDefault();
      await saving.save();
      if (saving.state === 'saved') location.assign(link.href);
    });
  }
}
