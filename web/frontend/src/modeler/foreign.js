// Extensions that the editor does not know are kept as they came: put under another namespace while they are edited.
const CAMUNDA = 'http://camunda.org/schema/1.0/bpmn';
const KEPT = 'urn:signalbox:kept';
const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
const KNOWN = { properties: ['property'], inputOutput: ['inputParameter', 'outputParameter'], in: [], out: [] };

const known = (extension) => {
  const parts = KNOWN[extension.localName];
  return parts && [...extension.children].every((part) => parts.includes(part.localName) && !part.children.length);
};

function moved(element) {
  const { ownerDocument: xml } = element;
  const space = element.namespaceURI === CAMUNDA ? KEPT : element.namespaceURI;
  const name = space === KEPT ? `kept:${element.localName}` : element.nodeName;
  const made = xml.createElementNS(space, name);
  for (const { namespaceURI, name: key, value } of [...element.attributes]) made.setAttributeNS(namespaceURI, key, value);
  for (const child of [...element.childNodes]) made.append(child.nodeType === Node.ELEMENT_NODE ? moved(child) : child);
  return made;
}

/** The XML as the editor may read it without losing anything. */
export function hideForeign(text) {
  const xml = new DOMParser().parseFromString(text, 'application/xml');
  if (xml.querySelector('parsererror')) return text;
  const places = [...xml.getElementsByTagNameNS(BPMN, 'extensionElements')].flatMap((place) => [...place.children]);
  const foreign = places.filter((one) => one.namespaceURI === CAMUNDA && !known(one));
  if (!foreign.length) return text;
  foreign.forEach((one) => one.replaceWith(moved(one)));
  return new XMLSerializer().serializeToString(xml);
}

/** What the editor wrote, with everything under its own namespace again. */
export const revealForeign = (text) => text.replaceAll(`"${KEPT}"`, `"${CAMUNDA}"`);
