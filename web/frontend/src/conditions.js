// What a form condition means; the server decides by the same meaning (forms/conditions.py).

/** Text without the blanks around it; nothing and empty text are null. Other types stay as they are. */
function plain(value) {
  const bare = typeof value === 'string' ? value.trim() : value;
  return bare === undefined || bare === '' ? null : bare;
}

/** Whether the condition holds; `value` answers the value of a name. Different types are never equal. */
export function holds(condition, value) {
  if (condition.all) return condition.all.every((part) => holds(part, value));
  if (condition.any) return condition.any.some((part) => holds(part, value));
  const present = plain(value(condition.name));
  if ('is' in condition) return present === condition.is;
  return present !== condition.is_not;
}
