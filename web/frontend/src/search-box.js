// A long <select data-search> gets a box to search in: type a number or a name, choose by keys or finger.
// The select stays and holds the value; without this script it offers the first choices.
const PAUSE = 250; // ms after the last key

class SearchBox {
  constructor(select, words) {
    Object.assign(this, { select, words, options: [], active: -1 });
    this.input = document.createElement('input');
    Object.assign(this.input, { type: 'text', className: 'form-control', id: `${select.id}-search`, autocomplete: 'off' });
    this.input.placeholder = select.dataset.searchWords;
    this.list = document.createElement('ul');
    Object.assign(this.list, { className: 'found list-unstyled', id: `${select.id}-found`, hidden: true });
    this.list.setAttribute('role', 'listbox');
    this.said = document.createElement('p');
    this.said.className = 'visually-hidden';
    this.said.setAttribute('role', 'status');
    this.describe();
    select.hidden = true;
    select.after(this.input, this.list, this.said);
    this.showChosen();
    this.listen();
  }

  describe() {
    const { input, list, select } = this;
    const label = select.labels[0];
    if (label) {
      label.htmlFor = input.id;
      list.setAttribute('aria-label', label.textContent.trim());
    }
    const about = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id };
    Object.entries(about).forEach(([name, value]) => input.setAttribute(name, value));
    input.setAttribute('aria-describedby', select.getAttribute('aria-describedby') ?? '');
  }

  listen() {
    this.input.addEventListener('input', (event) => {
      event.stopPropagation(); // the words are no answer yet
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), PAUSE);
    });
    this.input.addEventListener('keydown', (event) => this.press(event));
    this.input.addEventListener('focus', () => this.input.select());
    this.input.addEventListener('blur', () => { if (this.input.value.trim()) this.showChosen(); else this.choose({ value: '', label: '' }); this.close(); });
    this.select.addEventListener('change', () => this.showChosen()); // another control may have chosen
    this.list.addEventListener('pointerdown', (event) => {
      event.preventDefault(); // the box keeps the focus
      const option = event.target.closest('[role=option]');
      if (option) this.choose(this.options[[...this.list.children].indexOf(option)]);
    });
  }

  showChosen() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen?.value ? chosen.textContent.trim() : '';
  }

  async search() {
    const words = this.input.value.trim();
    if (!words) {
      this.close();
      return;
    }
    const address = new URL(this.select.dataset.search, location.href);
    address.searchParams.set('q', words);
    const point = this.select.form.elements.point;
    if (point && point !== this.select) address.searchParams.set('point', point.value);
    this.asked = words;
    try {
      const answer = await fetch(address, { headers: { Accept: 'application/json' } });
      const { items } = answer.ok ? await answer.json() : { items: [] };
      if (this.asked === words) this.open(items);
    } catch {
      this.close();
    }
  }

  open(items) {
    this.options = items;
    this.active = items.length ? 0 : -1;
    this.list.replaceChildren(...items.map((item, index) => {
      const option = document.createElement('li');
      Object.assign(option, { id: `${this.list.id}-${index}`, textContent: item.label });
      option.setAttribute('role', 'option');
      return option;
    }));
    if (!items.length) {
      const none = document.createElement('li');
      none.className = 'soft';
      none.textContent = this.select.dataset.searchNone;
      this.list.append(none);
    }
    this.said.textContent = items.length ? this.words.found.replace('{count}', items.length) : this.select.dataset.searchNone;
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.mark();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  mark() {
    [...this.list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === this.active)));
    const option = this.list.children[this.active];
    if (!option) return;
    this.input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.list.hidden) this.search();
    else if (step && this.options.length) {
      event.preventDefault();
      this.active = (this.active + step + this.options.length) % this.options.length;
      this.mark();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (!this.list.hidden && this.options[this.active]) this.choose(this.options[this.active]);
    } else if (event.key === 'Escape') {
      this.close();
      this.showChosen();
    }
  }

  choose({ value, label }) {
    if (![...this.select.options].some((option) => option.value === value)) this.select.add(new Option(label, value));
    const changed = this.select.value !== value;
    this.select.value = value;
    this.showChosen();
    this.close();
    if (!changed) return;
    ['input', 'change'].forEach((type) => this.select.dispatchEvent(new Event(type, { bubbles: true })));
  }
}

/** Every long list below `root` that has no box yet. */
export function searchBoxes(root, words) {
  root.querySelectorAll('select[data-search]:not([hidden])').forEach((select) => new SearchBox(select, words));
}
