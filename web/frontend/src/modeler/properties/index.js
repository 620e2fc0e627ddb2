// The panel at the side: our groups for an element, in the order in which an owner asks.
import { Group } from '@bpmn-io/properties-panel';
import { isAny } from 'bpmn-js/lib/util/ModelUtil';
import Edit from '../edit.js';
import { clocks, further } from './clocks.js';
import { timer, trigger } from './events.js';
import { flow } from './flow.js';
import { general } from './general.js';
import { form, people, time } from './person.js';
import { process } from './process.js';
import { repeats } from './repeats.js';
import { mappings, passing } from './rows.js';
import { call, decision, script, service } from './service.js';

const SINGLE = [general, people, form, time, flow, timer, trigger, service, decision, script, call, repeats, clocks, process, further];
const TABLES = [mappings, passing];
const PRIORITY = 500;

class Provider {
  constructor(propertiesPanel, injector, translate, config) {
    this.injector = injector;
    this.say = translate;
    this.config = config;
    propertiesPanel.registerProvider(PRIORITY, this);
  }

  getGroups(element) {
    const about = this._about(element);
    const single = SINGLE.map((group) => group(about)).filter(Boolean).map((group) => ({ component: Group, translate: this.say, ...group }));
    return (groups) => [...groups, ...single, ...TABLES.flatMap((tables) => tables(about))];
  }

  _about(element) {
    const registry = this.injector.get('elementRegistry');
    return {
      element, registry, say: this.say, edit: this.injector.get('edit'), modeling: this.injector.get('modeling'),
      catalogue: this.config.catalogue, findings: this.config.findings,
      taken: (id) => Boolean(registry.get(id)) || this.injector.get('moddle').ids.assigned(id),
      known: () => this._known(registry),
    };
  }

  /** Fields of the forms that the diagram uses: what a condition may ask for. */
  _known(registry) {
    const used = registry.filter((one) => isAny(one, ['bpmn:UserTask', 'bpmn:StartEvent'])).map((one) => one.businessObject.get('camunda:formKey'));
    const fields = this.config.catalogue.forms.filter((one) => used.includes(one.key)).flatMap((one) => one.fields);
    return [...new Map(fields.map((one) => [one.key, { name: one.key, words: one.name }])).values()];
  }
}
Provider.$inject = ['propertiesPanel', 'injector', 'translate', 'config.panel'];

export default { __init__: ['ownGroups'], ownGroups: ['type', Provider], edit: ['type', Edit] };
