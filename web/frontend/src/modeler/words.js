// A time as the drawing writes it, said in words.
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const PARTS = ['{n} years', '{n} months', '{n} weeks', '{n} days', '{n} h', '{n} min', '{n} s'];
const CYCLE = /^R(\d*)\/(P.+)$/;
const CALL = /^\$\{sla\.(due_at|limit|next_warn|next_breach)\(\s*(?:'([\w-]+)'.*)?\)\}$/;
const CALLS = {
  due_at: 'When the clock “{stage}” is due',
  limit: 'As long as the contract gives “{stage}”',
  next_warn: 'Each time a clock of this phase turns yellow',
  next_breach: 'Each time a clock of this phase turns red',
};

function duration(text, say) {
  const found = DURATION.exec(text);
  if (!found || text === 'P' || text.endsWith('T')) return '';
  return PARTS.map((part, place) => (found[place + 1] ? say(part, { n: found[place + 1] }) : '')).filter(Boolean).join(' ');
}

/** "" where nothing better can be said than the text itself. */
export function inWords(text, say, catalogue) {
  const written = (text ?? '').trim();
  const cycle = CYCLE.exec(written);
  if (cycle) {
    const every = duration(cycle[2], say);
    if (!every) return '';
    return cycle[1] ? say('Every {every}, {n} times', { every, n: cycle[1] }) : say('Every {every}, without end', { every });
  }
  const call = CALL.exec(written);
  if (call) return say(CALLS[call[1]], { stage: catalogue.stages.find((one) => one.key === call[2])?.name ?? call[2] ?? '' });
  return duration(written, say);
}
