// Reads and changes the dialect's parts of an element; each change is one step of undo.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

/** What carries an element's extensions: of a pool, and of the sheet that the pool stands on, its process. */
export function subject(element) {
  const found = getBusinessObject(element);
  const pool = is(found, 'bpmn:Collaboration') ? found.get('participants')[0] : found;
  return pool && is(pool, 'bpmn:Participant') && pool.processRef ? pool.processRef : found;
}

/** The one event definition of an event, or undefined. */
export const definitionOf = (element) => getBusinessObject(element).get('eventDefinitions')?.[0];

const extensions = (owner) => owner.get('extensionElements')?.get('values') ?? [];
const ofType = (owner, type) => extensions(owner).find((one) => one.$type === type);
const MAPPINGS = { in: 'inputParameters', out: 'outputParameters' };
const PARAMETERS = { in: 'camunda:InputParameter', out: 'camunda:OutputParameter' };
const PASSED = { in: 'camunda:In', out: 'camunda:Out' };

export default class Edit {
  constructor(bpmnFactory, modeling, bpmnjs) {
    this.factory = bpmnFactory;
    this.modeling = modeling;
    this.modeler = bpmnjs;
  }

  make(type, values, parent) {
    const made = this.factory.create(type, values);
    made.$parent = parent;
    return made;
  }

  /** Attributes of the element, of one of its parts, or of what it refers to; an empty text takes one away. */
  set(element, values, part = subject(element)) {
    const given = Object.entries(values).map(([name, value]) => [name, value === '' ? undefined : value]);
    this.modeling.updateModdleProperties(element, part, Object.fromEntries(given));
  }

  // -- properties, e.g. "sla.stop" ---------------------------------------------------------------------------

  property(element, name) {
    return ofType(subject(element), 'camunda:Properties')?.get('values').find((one) => one.name === name)?.value ?? '';
  }

  setProperty(element, name, value) {
    const old = ofType(subject(element), 'camunda:Properties')?.get('values') ?? [];
    const made = value ? [this.make('camunda:Property', { name, value })] : [];
    const place = old.findIndex((one) => one.name === name);
    const values = place < 0 ? [...old, ...made] : [...old.slice(0, place), ...made, ...old.slice(place + 1)];
    this._replace(element, 'camunda:Properties', values.length ? [this._holder('camunda:Properties', { values })] : []);
  }

  // -- inputs and outputs ------------------------------------------------------------------------------------

  /** [{name, value}] of a way, "in" or "out". */
  mappings(element, way) {
    const holder = ofType(subject(element), 'camunda:InputOutput');
    return (holder?.get(MAPPINGS[way]) ?? []).map(({ name, value }) => ({ name: name ?? '', value: value ?? '' }));
  }

  setMappings(element, way, rows) {
    const both = { in: this.mappings(element, 'in'), out: this.mappings(element, 'out'), [way]: rows };
    const made = (side) => both[side].map((row) => this.make(PARAMETERS[side], row));
    const parts = { inputParameters: made('in'), outputParameters: made('out') };
    const holder = both.in.length + both.out.length ? [this._holder('camunda:InputOutput', parts)] : [];
    this._replace(element, 'camunda:InputOutput', holder);
  }

  /** The value of one input; an empty one takes it away. */
  setInput(element, name, value) {
    const rows = this.mappings(element, 'in');
    const place = rows.findIndex((row) => row.name === name);
    const rest = rows.filter((row) => row.name !== name);
    if (value) rest.splice(place < 0 ? rest.length : place, 0, { name, value });
    this.setMappings(element, 'in', rest);
  }

  // -- what a call activity hands over and takes back --------------------------------------------------------

  /** [{source, target}], an expression keeps its `${…}`; and whether everything is passed. */
  passed(element, way) {
    const all = extensions(subject(element)).filter((one) => one.$type === PASSED[way]);
    const rows = all.filter((one) => one.variables !== 'all' && !one.businessKey);
    return {
      all: all.some((one) => one.variables === 'all'),
      rows: rows.map((one) => ({ source: one.source ?? one.sourceExpression ?? '', target: one.target ?? '' })),
    };
  }

  setPassed(element, way, { all, rows }) {
    const kept = extensions(subject(element)).filter((one) => one.$type === PASSED[way] && one.businessKey);
    const made = rows.map(({ source, target }) => this.make(PASSED[way], {
      [source.includes('${') ? 'sourceExpression' : 'source']: source, target,
    }));
    const whole = all ? [this.make(PASSED[way], { variables: 'all' })] : [];
    this._replace(element, PASSED[way], [...kept, ...whole, ...made]);
  }

  // -- what the file declares: messages, signals, errors, escalations ----------------------------------------

  declared(type) {
    return this.modeler.getDefinitions().get('rootElements').filter((one) => is(one, type));
  }

  /** A new declaration, and an event that refers to it, in one step of undo. */
  declare(element, definition, reference, type, values) {
    const definitions = this.modeler.getDefinitions();
    const made = this.make(type, values, definitions);
    definitions.get('rootElements').push(made);
    this.set(element, { [reference]: made }, definition);
  }

  _holder(type, parts) {
    const holder = this.make(type, parts);
    Object.values(parts).flat().forEach((one) => { one.$parent = holder; });
    return holder;
  }

  _replace(element, type, made) {
    const owner = subject(element);
    const old = extensions(owner);
    const place = old.findIndex((one) => one.$type === type);
    const rest = old.filter((one) => one.$type !== type);
    const values = [...rest];
    values.splice(place < 0 ? rest.length : Math.min(place, rest.length), 0, ...made);
    const holder = values.length ? this.make('bpmn:ExtensionElements', { values }, owner) : undefined;
    values.forEach((one) => { one.$parent = holder; });
    this.set(element, { extensionElements: holder });
  }
}
Edit.$inject = ['bpmnFactory', 'modeling', 'bpmnjs'];
