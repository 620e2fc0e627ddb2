// The server's findings: a badge on each element that has some, and the list under the canvas.
const SEVERE = { error: 0, remark: 1 };
const READABLE = { min: 0.9, max: 1.2 }; // badges do not shrink with the drawing

export class Findings {
  /** `box`: [data-findings] with the words; `pick(id)`: selects and centres an element. */
  constructor(box, pick) {
    this.box = box;
    this.pick = pick;
    this.all = [];
    this.badges = [];
  }

  of(id) {
    return this.all.filter((one) => one.element_id === id);
  }

  /** As they come with an answer of the API: `message` is in the reader's language. */
  show(findings) {
    const key = `message_${document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'}`;
    const told = findings.map((one) => ({ ...one, message: one.message ?? one[key] }));
    this.all = told.sort((one, other) => SEVERE[one.severity] - SEVERE[other.severity]);
    this._list();
    this.draw();
  }

  attach(modeler) {
    this.modeler = modeler;
    this.draw();
  }

  draw() {
    if (!this.modeler) return;
    const overlays = this.modeler.get('overlays');
    this.badges.forEach((id) => overlays.remove(id));
    const ids = [...new Set(this.all.map((one) => one.element_id))].filter((id) => this.modeler.get('elementRegistry').get(id));
    this.badges = ids.map((id) => overlays.add(id, 'findings', { position: { top: -12, right: 14 }, scale: READABLE, html: this._badge(id) }));
  }

  _badge(id) {
    const own = this.of(id);
    const severity = own[0].severity;
    const badge = document.createElement('button');
    badge.type = 'button';
    badge.className = `finding-badge finding-${severity}`;
    badge.textContent = `${severity === 'error' ? '!' : 'i'} ${own.length}`;
    badge.title = own.map((one) => one.message).join('\n');
    badge.addEventListener('click', () => this.pick(id));
    return badge;
  }

  _list() {
    const errors = this.all.filter((one) => one.severity === 'error').length;
    const { wordNone, wordCount } = this.box.dataset;
    const summary = this.all.length ? wordCount.replace('{errors}', errors).replace('{remarks}', this.all.length - errors) : wordNone;
    const head = this.box.querySelector('[data-summary]');
    head.textContent = summary;
    head.dataset.worst = this.all[0]?.severity ?? 'none';
    this.box.querySelector('[data-list]').replaceChildren(...this.all.map((one) => this._row(one)));
  }

  _row(finding) {
    const row = document.createElement('li');
    row.className = `finding finding-row-${finding.severity}`;
    const kind = document.createElement('b');
    kind.textContent = finding.severity === 'error' ? this.box.dataset.wordError : this.box.dataset.wordRemark;
    const what = document.createElement(finding.element_id ? 'button' : 'span');
    what.textContent = finding.message;
    if (finding.element_id) {
      what.type = 'button';
      what.addEventListener('click', () => this.pick(finding.element_id));
    }
    row.append(kind, what);
    return row;
  }
}
