// Stands in for the package style-mod: styles of the text editor in tables become style sheets of the document.
// The package writes a <style> element, which our policy refuses.
import { StyleModule as Rules } from '../node_modules/style-mod/src/style-mod.js';

const sheets = new WeakMap(); // document or shadow root -> {sheet, modules}

export class StyleModule extends Rules {
  static mount(root, modules) {
    const known = sheets.get(root) ?? { sheet: new CSSStyleSheet(), modules: new Set() };
    sheets.set(root, known);
    [modules].flat().forEach((one) => known.modules.add(one));
    known.sheet.replaceSync([...known.modules].map((one) => one.getRules()).join('\n'));
    if (!root.adoptedStyleSheets.includes(known.sheet)) root.adoptedStyleSheets = [known.sheet, ...root.adoptedStyleSheets];
  }
}
