// A drawn diagram to look at: fitted with room at its edges, elements marked by colour and by words.
import MoveCanvas from 'diagram-js/lib/navigation/movecanvas';
import Viewer from 'bpmn-js/lib/Viewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import dialect from '../modeler/dialect.json';
import { hideForeign } from '../modeler/foreign.js';
import { translation } from '../translation/index.js';
import { zhDiagram } from '../translation/zh-diagram.js';
import { fit } from './fit.js';
import { xmlOf } from './source.js';
import '../styles/diagram.css';

const STEP = 1.25; // of one press on a zoom button
const NEAR = 0.9; // an element that is brought to the middle is drawn at least so large
const READABLE = { min: 0.9, max: 1.2 }; // words on elements do not shrink with the drawing

export class Diagram {
  constructor(container) {
    this.viewer = new Viewer({
      container,
      additionalModules: [MoveCanvas, translation(zhDiagram)],
      moddleExtensions: { camunda: dialect },
    });
  }

  /** Rejects when the file is not there or cannot be drawn. */
  async open(address) {
    await this.viewer.importXML(hideForeign(await xmlOf(address)));
    this.fit();
    return this;
  }

  get canvas() {
    return this.viewer.get('canvas');
  }

  fit() {
    fit(this.canvas);
  }

  zoom(direction) {
    this.canvas.zoom(this.canvas.zoom() * STEP ** direction);
  }

  /** Gives elements a colour; `words`: what stands on them, text and never markup. Unknown ids are passed over. */
  mark(ids, kind, words) {
    for (const id of ids.filter((one) => this.viewer.get('elementRegistry').get(one))) {
      this.canvas.addMarker(id, `is-${kind}`);
      this.viewer.get('overlays').add(id, { position: { top: -11, left: 6 }, scale: READABLE, html: label(kind, words) });
    }
  }

  /** Brings an element to the middle and rings it. */
  centre(id) {
    const element = this.viewer.get('elementRegistry').get(id);
    if (this.ringed) this.canvas.removeMarker(this.ringed, 'is-shown');
    this.ringed = element && id;
    if (!element) return;
    this.canvas.addMarker(id, 'is-shown');
    const { outer, scale } = this.canvas.viewbox();
    const size = Math.max(scale, NEAR);
    const [width, height] = [outer.width / size, outer.height / size];
    const middle = middleOf(element);
    this.canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
  }
}

function label(kind, words) {
  const made = document.createElement('span');
  made.className = `said said-${kind}`;
  made.textContent = words;
  return made;
}

function middleOf(element) {
  if (!element.waypoints) return { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  return element.waypoints[Math.floor(element.waypoints.length / 2)];
}
