// Texts that a library has written into its markup, put into the reader's language as they appear.
/** `within`: only elements that match it, or hold or stand in one that does. */
export function translateFixed(container, within, words, say) {
  const renew = (node) => {
    for (const name of ['title', 'aria-label', 'placeholder']) {
      const text = node.getAttribute(name);
      if (text in words && say(text) !== text) node.setAttribute(name, say(text));
    }
    for (const part of node.childNodes) {
      const text = part.nodeType === Node.TEXT_NODE ? part.data.trim() : '';
      if (text in words && say(text) !== text) part.data = part.data.replace(text, say(text));
      else if (part.nodeType === Node.ELEMENT_NODE) renew(part);
    }
  };
  const meant = (node) => node.nodeType === Node.ELEMENT_NODE && (node.closest(within) || node.querySelector(within));
  new MutationObserver((changes) => changes.forEach((change) => [...change.addedNodes].filter(meant).forEach(renew)))
    .observe(container, { childList: true, subtree: true });
  if (meant(container)) renew(container);
}
