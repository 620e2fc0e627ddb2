// The text of a diagram, decoded as its own first line says.
const DECLARED = /^\s*<\?xml[^>]*\sencoding=["']([\w.-]+)["']/;

export function decoded(bytes) {
  const first = new TextDecoder('latin1').decode(bytes.slice(0, 200));
  const marked = first.startsWith('ÿþ') ? 'utf-16le' : first.startsWith('þÿ') ? 'utf-16be' : null;
  try {
    return new TextDecoder(marked ?? DECLARED.exec(first)?.[1] ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Rejects when the address does not answer with a file. */
export async function xmlOf(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return decoded(await answer.arrayBuffer());
}
