// Rows of a table: added from the table's <template>, removed, numbered anew. `prepare` sets a new row up.
const MARK = '__row__';
const NAMING = ['id', 'name', 'for', 'aria-describedby', 'value', 'data-group', 'data-name'];

function number(table) {
  const rows = [...table.querySelectorAll('[data-row-box]')];
  rows.forEach((row, index) => { row.querySelector('[data-row-number]').textContent = index + 1; });
  const group = table.closest('[data-group]');
  group.querySelector('[data-add-row]').hidden = rows.length >= Number(group.dataset.most);
}

function copy(table) {
  const row = table.querySelector('template').content.firstElementChild.cloneNode(true);
  const used = [...table.querySelectorAll(':scope > [data-row-box]')].map((each) => Number(each.querySelector('[name]').value));
  const next = String(Math.max(-1, ...used) + 1);
  [row, ...row.querySelectorAll('*')].forEach((element) => {
    NAMING.filter((name) => element.getAttribute(name)?.includes(MARK))
      .forEach((name) => element.setAttribute(name, element.getAttribute(name).replaceAll(MARK, next)));
  });
  return row;
}

export function rows(form, prepare, changed) {
  form.querySelectorAll('[data-spare]').forEach((row) => row.remove());
  form.querySelectorAll('[data-rows]').forEach((table) => {
    const group = table.closest('[data-group]');
    const needed = group.dataset.required === undefined ? 0 : 1;
    while (table.querySelectorAll('[data-row-box]').length < needed) table.append(copy(table));
    number(table);
  });
  form.addEventListener('click', (event) => {
    const group = event.target.closest('[data-group-kind=rows]');
    if (!group) return;
    const table = group.querySelector('[data-rows]');
    if (event.target.closest('[data-add-row]')) {
      const row = copy(table);
      table.append(row);
      prepare(row);
      number(table);
      row.querySelector('.row-fields input, .row-fields select, .row-fields textarea').focus();
      changed(row);
    }
    if (event.target.closest('[data-remove-row]')) {
      event.target.closest('[data-row-box]').remove();
      number(table);
      group.querySelector('[data-add-row]').focus();
      changed(group);
    }
  });
}
