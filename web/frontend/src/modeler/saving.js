// Saves by itself, 1.5 s after the last change; what cannot be sent is kept in this browser and sent again.
// States: saved, waiting, saving, offline, signed-out, refused, conflict. Only in `saved` and `conflict` nothing is left to send.
import { forget, keep, kept } from './kept.js';

const PAUSE = 1500; // ms after the last change
const AGAIN = 10_000; // ms between tries without a network
const DONE = ['saved', 'conflict'];

export class Saving {
  /** `read`: () -> the content as text; `tell(state, answer)`: each change of state, with the server's answer. */
  constructor({ url, revision, csrf, key, type, read, tell }) {
    Object.assign(this, { url, revision, csrf, key, type, read, tell });
    this.state = 'saved';
    this.changes = 0;
    addEventListener('online', () => { if (this.state === 'offline') this.save(); });
    addEventListener('beforeunload', (event) => { if (!DONE.includes(this.state)) event.preventDefault(); });
  }

  /** What an earlier visit could not send, or undefined. */
  left() {
    return kept(this.key);
  }

  async changed() {
    this.changes += 1;
    const number = this.changes;
    this._say('waiting');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
    const content = await this.read();
    if (number === this.changes && this.state !== 'saved') await keep(this.key, { content, revision: this.revision, at: Date.now() });
  }

  /** Sends now; resolves when the server has answered. Saving goes on one after the other. */
  async save() {
    clearTimeout(this.timer);
    this.running = (this.running ?? Promise.resolve()).then(() => this._send());
    return this.running;
  }

  async _send() {
    if (DONE.includes(this.state)) return;
    const number = this.changes;
    this._say('saving');
    let answer;
    try {
      answer = await fetch(this.url, { method: 'PUT', body: await this.read(), headers: this._headers() });
    } catch {
      this.timer = setTimeout(() => this.save(), AGAIN);
      this._say('offline');
      return;
    }
    await this._heard(answer, number);
  }

  _headers() {
    return {
      'Content-Type': this.type, 'If-Match': `"${this.revision}"`, 'X-CSRFToken': this.csrf,
      Accept: 'application/json', 'Accept-Language': document.documentElement.lang,
    };
  }

  async _heard(answer, number) {
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.revision = body.revision;
      if (number !== this.changes) {
        this._say('waiting', body);
        return;
      }
      await forget(this.key);
      this._say('saved', body);
    } else if (answer.status === 412) {
      await forget(this.key);
      this._goOnIn(body.kept);
      this._say('conflict', body);
    } else if (answer.status === 401 || body.code === 'csrf_missing') {
      this._say('signed-out', body);
    } else if (answer.status >= 500) {
      this.timer = setTimeout(() => this.save(), AGAIN);
      this._say('offline', body);
    } else {
      this._say('refused', body);
    }
  }

  /** Somebody else was quicker: what is drawn from now on goes to the copy that the server has kept. */
  _goOnIn(copy) {
    this.url = this.url.replace(/\/designs\/\d+\//, `/designs/${copy}/`);
    this.revision = 1;
    this.moved = copy;
  }

  _say(state, answer) {
    this.state = state;
    this.tell(state, answer);
  }

  drop() {
    return forget(this.key);
  }
}
