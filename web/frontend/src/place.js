// Where the telephone is; asked only after somebody has pressed a button for it.
const OPTIONS = { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 }; // ms

/** { latitude, longitude, accuracy } in degrees and metres. Rejects when the browser does not tell. */
export function findPlace() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error('no geolocation'));
    else navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), reject, OPTIONS);
  });
}

/** The button of a place field fills in the coordinates; whoever corrects them by hand drops the accuracy. */
export function places(form, words, changed) {
  const part = (box, name) => box.querySelector(`[data-part=${name}]`);
  form.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-locate]');
    if (!button) return;
    const box = button.closest('[data-location]');
    const state = box.querySelector('[data-state]');
    state.textContent = words.locating;
    try {
      const found = await findPlace();
      part(box, 'latitude').value = found.latitude.toFixed(6);
      part(box, 'longitude').value = found.longitude.toFixed(6);
      part(box, 'accuracy').value = Math.round(found.accuracy);
      state.textContent = words.located.replace('{metres}', Math.round(found.accuracy));
      changed(part(box, 'accuracy'));
    } catch {
      state.textContent = words.noPlace;
    }
  });
  form.addEventListener('input', (event) => {
    const box = event.target.closest('[data-location]');
    if (!box || event.target.dataset.part === 'accuracy') return;
    part(box, 'accuracy').value = '';
    box.querySelector('[data-state]').textContent = '';
  });
}
