// Puts the table editor together: tables, findings, saving; the box to try it in stands in the page and is renewed when saved.
import DmnModeler from 'dmn-js/lib/Modeler';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import { Findings } from '../modeler/findings.js';
import { Saving } from '../modeler/saving.js';
import { Status } from '../modeler/status.js';
import { wireImport, wireLinks } from '../modeler/tools.js';
import { translateFixed } from '../translation/fixed.js';
import { translation, translator } from '../translation/index.js';
import { zhTables } from '../translation/zh-tables.js';
import { offerKept } from '../modeler/left.js';
import { decoded } from '../viewer/source.js';
import '../styles/diagram.css';

export async function start(root) {
  const box = root.querySelector('[data-canvas]');
  const findings = new Findings(document.querySelector('[data-findings]'), (id) => point(box, id));
  const status = new Status(root);
  let modeler;
  const saving = new Saving({
    url: root.dataset.content, revision: Number(root.dataset.revision), csrf: root.dataset.csrf, key: root.dataset.keep,
    type: 'application/xml',
    read: async () => (await modeler.saveXML({ format: true })).xml,
    tell: (state, answer) => {
      status.show(state, answer);
      if (answer?.findings) findings.show(answer.findings);
      if (state === 'saved') document.querySelector('[data-try]')?.dispatchEvent(new CustomEvent('refresh'));
    },
  });
  wireImport(root, saving);
  findings.show(JSON.parse(root.dataset.told));
  const content = decoded(await (await fetch(root.dataset.content)).arrayBuffer());
  modeler = editor(box, () => saving.changed());
  const draw = async (xml) => {
    await modeler.importXML(xml);
    const table = modeler.getViews().find((view) => view.type === 'decisionTable');
    if (table) await modeler.open(table);
  };
  try {
    await draw(content);
  } catch (error) {
    status.broken(content, error);
    return;
  }
  wireLinks(root, saving);
  status.show('saved');
  await offerKept(root, saving, content, draw);
  root.dataset.ready = '';
}

function editor(container, changed) {
  translateFixed(container, '[class*="dms-"], [class*="dmn-"], .tjs-container, .literal-expression', zhTables, translator(zhTables));
  class Changes {
    constructor(eventBus) {
      eventBus.on('commandStack.changed', changed);
    }
  }
  Changes.$inject = ['eventBus'];
  const listening = { __init__: ['changes'], changes: ['type', Changes] };
  const common = { additionalModules: [translation(zhTables), listening] };
  return new DmnModeler({ container, drd: common, decisionTable: common, literalExpression: common, boxedExpression: common });
}

/** Brings the row or cell of a finding into sight. */
function point(box, id) {
  const cell = box.querySelector(`[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"]`);
  cell?.scrollIntoView({ block: 'nearest' });
  cell?.focus?.();
}
