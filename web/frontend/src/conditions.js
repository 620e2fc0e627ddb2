// What a form condition means; the server decides by the same meaning (forms/conditions.py).

/** Text without the blanks around it; nothing, empty text and an empty list are null. Other types stay as they are. */
function bare(value) {
  const text = typeof value === 'string' ? value.trim() : value;
  const nothing = text === undefined || text === '' || (Array.isArray(text) && !text.length);
  return nothing ? null : text;
}

const COMPARE = {
  is: (value, literal) => value === literal,
  is_not: (value, literal) => value !== literal,
  in: (value, literals) => literals.includes(value),
  has: (value, literal) => Array.isArray(value) && value.includes(literal),
  below: (value, limit) => typeof value === 'number' && value < limit,
  at_most: (value, limit) => typeof value === 'number' && value <= limit,
  above: (value, limit) => typeof value === 'number' && value > limit,
  at_least: (value, limit) => typeof value === 'number' && value >= limit,
};

/** Whether the condition holds; `value` answers the value of a name. Different types are never equal. */
export function holds(condition, value) {
  if (condition.all) return condition.all.every((part) => holds(part, value));
  if (condition.any) return condition.any.some((part) => holds(part, value));
  if (condition.not) return !holds(condition.not, value);
  const { name, ...comparison } = condition;
  const present = bare(value(name));
  return Object.entries(comparison).every(([sign, literal]) => COMPARE[sign](present, literal));
}
