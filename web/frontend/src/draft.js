// Saves a draft of the form on the server a moment after the last change, and says so. What the server has kept needs
// no copy in this browser any more.
import { forget } from './kept-forms.js';

const PAUSE = 800; // ms after the last key
const RETRY = 10000; // ms after a failure
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' });

/** Why a draft was not taken, in the server's words. */
async function reasonOf(answer) {
  try {
    return (await answer.json()).message ?? '';
  } catch {
    return '';
  }
}

export function autosave(form) {
  const url = form.dataset.draft;
  if (!url) return;
  const state = document.getElementById(form.dataset.draftState);
  let timer;
  let changed = false;

  const say = (word, params = {}) => {
    const text = state.dataset[word] ?? '';
    state.textContent = Object.entries(params).reduce((words, [name, value]) => words.replace(`{${name}}`, value), text);
    state.dataset.state = word;
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const sayHowToSignIn = () => {
    say('signedOut');
    const link = Object.assign(document.createElement('a'), { href: state.dataset.signIn, textContent: state.dataset.signInWords });
    state.append(' ', link);
  };

  async function save() {
    clearTimeout(timer);
    if (!changed || form.dataset.sent) return;
    changed = false;
    say('saving');
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { 'X-CSRFToken': form.elements.csrf_token.value, Accept: 'application/json' },
        keepalive: true,
        redirect: 'manual',
      });
      if (answer.ok) {
        say('saved', { time: CLOCK.format(new Date()) });
        if (!changed && form.dataset.keep && form.querySelector('[data-kept]').hidden) forget(form.dataset.keep);
      } else if (answer.status === 401 || answer.type === 'opaqueredirect') {
        sayHowToSignIn();
      } else if (answer.status >= 500) {
        throw new Error(String(answer.status));
      } else {
        say('refused', { reason: await reasonOf(answer) });
      }
    } catch {
      changed = true;
      say('failed');
      later(RETRY);
    }
  }

  form.addEventListener('input', () => {
    changed = true;
    later(PAUSE);
  });
  addEventListener('online', save);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(); });
}
