// The words of the diagram and table editors. English is their own; Chinese stands in dictionaries of ours.
// A text without Chinese is told to the page as the event "untranslated": a test listens.
const chinese = document.documentElement.lang.startsWith('zh');

/** (text, replacements) -> the text in the reader's language, `{name}` filled in. */
export function translator(...dictionaries) {
  const words = Object.assign({}, ...dictionaries);
  return (text, replacements = {}) => {
    if (chinese && text && !(text in words)) document.dispatchEvent(new CustomEvent('untranslated', { detail: text }));
    const found = (chinese && words[text]) || text || '';
    return found.replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
  };
}

/** A module for bpmn-js and dmn-js. */
export const translation = (...dictionaries) => ({ translate: ['value', translator(...dictionaries)] });

export const language = chinese ? 'zh' : 'en';
