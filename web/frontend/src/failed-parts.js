// A part of the page that could not be fetched never takes the place of what stands there: the frame has one place,
// [data-part-failed], that says what happened and how to go on. The next part that comes clears it.
function tell(...inside) {
  const place = document.querySelector('[data-part-failed]');
  place.replaceChildren(...inside);
  place.hidden = !inside.length;
}

function words(name) {
  const line = document.createElement('p');
  line.textContent = document.querySelector('[data-part-failed]').dataset[name];
  return line;
}

/** The message that the server drew for a part of a page; nothing for the answer of anybody else. */
function messageOf(text) {
  return new DOMParser().parseFromString(text, 'text/html').querySelector('body > section.message');
}

export function keepFailedPartsOut() {
  document.addEventListener('htmx:before:swap', (event) => {
    const { response, text } = event.detail.ctx;
    if (response.status < 400 && !response.raw.redirected) {
      tell();
      return;
    }
    event.preventDefault();
    tell(messageOf(text) ?? words('unread'));
  });
  document.addEventListener('htmx:error', (event) => { if (event.detail.ctx) tell(words('unreached')); });
}
