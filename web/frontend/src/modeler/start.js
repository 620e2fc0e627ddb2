// Puts the editor together: canvas, panel, findings, saving, tools; and what happens when the file cannot be drawn.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/assets/properties-panel.css';
import { translation } from '../translation/index.js';
import { zhDiagram } from '../translation/zh-diagram.js';
import { zhPanel } from '../translation/zh-panel.js';
import { fit } from '../viewer/fit.js';
import { decoded } from '../viewer/source.js';
import '../styles/diagram.css';
import allowed from './allowed.js';
import dialect from './dialect.json';
import { Findings } from './findings.js';
import { hideForeign, revealForeign } from './foreign.js';
import { offerKept } from './left.js';
import ownGroups from './properties/index.js';
import { Saving } from './saving.js';
import simulation from './simulation.js';
import { Status } from './status.js';
import { wireImport, wireLinks, wireTools } from './tools.js';

const PALETTE = 64; // pixels that it takes at the left
const EDGE = { top: 40, left: 40, right: 40, bottom: 40 };

function editor(root, findings) {
  return new Modeler({
    container: root.querySelector('[data-canvas]'),
    propertiesPanel: { parent: root.querySelector('[data-panel]') },
    panel: { catalogue: JSON.parse(root.dataset.catalogue), findings: (id) => findings.of(id) },
    additionalModules: [BpmnPropertiesPanelModule, ownGroups, allowed, simulation, translation(zhDiagram, zhPanel)],
    moddleExtensions: { camunda: dialect },
  });
}

export async function start(root) {
  let modeler;
  const pick = (id) => show(modeler, id);
  const findings = new Findings(document.querySelector('[data-findings]'), pick);
  const status = new Status(root);
  const saving = new Saving({
    url: root.dataset.content, revision: Number(root.dataset.revision), csrf: root.dataset.csrf, key: root.dataset.keep,
    type: 'application/xml',
    read: async () => revealForeign((await modeler.saveXML({ format: true })).xml),
    tell: (state, answer) => {
      status.show(state, answer);
      if (answer?.findings) {
        findings.show(answer.findings);
        if (modeler) renewPanel(modeler);
      }
    },
  });
  wireImport(root, saving);
  findings.show(JSON.parse(root.dataset.told));
  const content = await contentOf(root);
  modeler = editor(root, findings);
  const draw = async (xml) => {
    await modeler.importXML(hideForeign(xml));
    fit(modeler.get('canvas'), 24, PALETTE);
  };
  try {
    await draw(content);
  } catch (error) {
    status.broken(content, error);
    return;
  }
  findings.attach(modeler);
  wireTools(root, modeler, { saving, findings, fit: () => fit(modeler.get('canvas'), 24, PALETTE), changed: () => saving.changed() });
  wireLinks(root, saving);
  status.show('saved');
  await offerKept(root, saving, content, draw);
  root.dataset.ready = '';
}

/** What is selected is drawn again in the panel: findings stand there, too. */
function renewPanel(modeler) {
  const elements = modeler.get('selection').get().map((one) => one.labelTarget ?? one);
  modeler.get('eventBus').fire('elements.changed', { elements });
}

async function contentOf(root) {
  const answer = await fetch(root.dataset.content, { headers: { Accept: 'application/xml' } });
  return decoded(await answer.arrayBuffer());
}

function show(modeler, id) {
  const element = modeler?.get('elementRegistry').get(id);
  if (!element) return;
  modeler.get('selection').select(element);
  modeler.get('canvas').scrollToElement(element, EDGE);
}
