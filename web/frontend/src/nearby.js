// The points that stand nearest, asked for by a button: [data-nearby] holds the address, [data-nearby-of] the select.
import { findPlace } from './place.js';

function offer(box, items, choose) {
  box.replaceChildren(...items.map((item) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-quiet', textContent: item.label });
    const far = Object.assign(document.createElement('span'), { className: 'soft', textContent: item.far });
    button.append(' ', far);
    button.addEventListener('click', () => choose(item));
    return button;
  }));
}

export function nearby(form, words) {
  form.addEventListener('click', async (event) => {
    const asked = event.target.closest('[data-nearby]');
    if (!asked) return;
    const place = asked.closest('[data-nearby-box]');
    const [state, box] = [place.querySelector('[data-state]'), place.querySelector('[data-found]')];
    const select = form.elements[asked.dataset.nearbyOf];
    state.textContent = words.locating;
    try {
      const { latitude, longitude } = await findPlace();
      const address = new URL(asked.dataset.nearby, location.href);
      address.searchParams.set('latitude', latitude.toFixed(6));
      address.searchParams.set('longitude', longitude.toFixed(6));
      const answer = await fetch(address, { headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = await answer.json();
      state.textContent = items.length ? '' : words.noneNear;
      offer(box, items, (item) => {
        if (![...select.options].some((option) => option.value === item.value)) select.add(new Option(item.label, item.value));
        select.value = item.value;
        ['input', 'change'].forEach((type) => select.dispatchEvent(new Event(type, { bubbles: true })));
        box.replaceChildren();
      });
    } catch {
      state.textContent = words.noPlaceHere;
    }
  });
}
