// A form is kept in this browser while it is typed and before it is sent, under the person's id and the form's name.
// It goes when the server says that it has been handed in (a cookie), when it is old, and when anybody signs out here.
const PREFIX = 'signalbox.form.';
const COOKIE = 'signalbox_handed_in';
const KEPT = 7 * 24 * 3600 * 1000; // ms

/** The store of this browser; null where it is switched off or full of rules. */
function store() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const copies = () => Object.keys(store() ?? {}).filter((name) => name.startsWith(PREFIX));

function read(name) {
  try {
    return JSON.parse(store().getItem(name));
  } catch {
    return null;
  }
}

/** What the form would send, without the token. */
export function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => name !== 'csrf_token' && typeof value === 'string');
}

/** What a person has typed, to be compared. */
export const typedIn = (fields) => JSON.stringify(fields.filter(([name, value]) => !name.startsWith('_') && value !== ''));

/** A copy of the form as it stands, if there is room for it. */
export function keep(form) {
  const copy = JSON.stringify({ at: Date.now(), fields: fieldsOf(form) });
  try {
    store()?.setItem(PREFIX + form.dataset.keep, copy);
  } catch {
    store().removeItem(PREFIX + form.dataset.keep);
  }
}

/** { at, fields } of the form, or null. */
export const keptOf = (form) => read(PREFIX + form.dataset.keep);

export const forget = (key) => store()?.removeItem(PREFIX + key);

/** To be called on every page. */
export function tidyKeptForms() {
  const handedIn = document.cookie.split('; ').find((each) => each.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  if (handedIn) {
    forget(handedIn);
    document.cookie = `${COOKIE}=; path=/; max-age=0; samesite=lax`;
  }
  copies().filter((name) => !(read(name)?.at > Date.now() - KEPT)).forEach((name) => store().removeItem(name));
  document.addEventListener('submit', (event) => {
    if (event.target.matches('[action$="/sign-out"]')) copies().forEach((name) => store().removeItem(name));
  });
}
