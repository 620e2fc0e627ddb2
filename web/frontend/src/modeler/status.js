// Says how saving stands, in the words of the page, and shows the ways on where somebody else was quicker.
export class Status {
  /** `root`: has the words as data-word-…; inside it stand [data-save-state] and the notices. */
  constructor(root) {
    this.root = root;
    this.line = root.querySelector('[data-save-state]');
  }

  show(state, answer) {
    this.line.dataset.state = state;
    this.line.textContent = this._words(state, answer);
    if (state === 'conflict') this._conflict(answer);
    this.root.querySelector('[data-signed-out]').hidden = state !== 'signed-out';
  }

  _words(state, answer) {
    const name = state.split('-').map((part) => part[0].toUpperCase() + part.slice(1)).join('');
    const words = this.root.dataset[`word${name}`];
    return state === 'refused' && answer?.detail ? `${words} ${answer.detail}` : words;
  }

  /** From here on the copy is drawn; the ways lead to it and to its comparison with what the other person saved. */
  _conflict(answer) {
    const notice = this.root.querySelector('[data-conflict]');
    notice.hidden = false;
    notice.querySelector('[data-by]').textContent = answer.changed_by ?? '';
    for (const link of notice.querySelectorAll('a[data-to]')) link.href = link.dataset.to.replace('/0', `/${answer.kept}`);
  }

  /** It cannot be drawn: the text of the file, to be taken away and mended; findings and ways on stand in the page. */
  broken(content, error) {
    const box = this.root.querySelector('[data-broken]');
    box.hidden = false;
    box.querySelector('[data-xml]').textContent = content;
    box.querySelector('[data-reason]').hidden = !/no diagram/.test(error.message);
    this.line.textContent = '';
    this.root.classList.add('cannot-draw');
    this.root.dataset.failed = '';
  }
}
