// What the fields of a form hold now: single controls by their name, fields of several controls by [data-group].

/** What stands in a field of several controls, as a list; a hidden or empty one holds nothing. */
export function listOf(group) {
  const named = [...group.querySelectorAll('[name]')].filter((control) => !control.disabled);
  if (group.dataset.groupKind === 'checklist') {
    return named.filter((control) => control.checked).map((control) => control.value);
  }
  if (group.dataset.groupKind === 'location') {
    const parts = named.filter((control) => control.dataset.part !== 'accuracy').map((control) => control.value);
    return parts.some(Boolean) ? [parts.join(' ')] : [];
  }
  if (group.dataset.groupKind === 'rows') {
    return [...group.querySelectorAll('[data-row-box]')].filter((row) => !row.querySelector('[name]').disabled);
  }
  return named.map((control) => control.value).filter(Boolean);
}

/** The present value of a field, or what the case knows under that name. In a row, its own columns come first. */
export function valueOf(form, known, name, place) {
  const group = form.querySelector(`[data-group="${name}"]`);
  if (group) return listOf(group);
  const row = place.closest('[data-row-box]');
  const marker = row?.querySelector('[name]');
  const inRow = marker && form.elements[`${marker.name.replace(/\.row$/, '')}.${marker.value}.${name}`];
  const control = inRow || form.elements[name];
  if (!control) return known[name];
  const first = control instanceof RadioNodeList ? control[0] : control;
  if (first.disabled) return null;
  if (first.type === 'checkbox') return first.checked;
  if (first.type === 'number') return first.value === '' ? null : Number(first.value);
  return control.value;
}
