// A flow out of a gateway: its condition, the names it may use, and what the server found wrong with it.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { lines, names, note, tick } from './entries.js';

const CHOOSING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:Activity'];

export function flow({ element, edit, modeling, say, catalogue, known, findings }) {
  if (!is(element, 'bpmn:SequenceFlow') || !isAny(element.source, CHOOSING)) return null;
  const drawn = element.businessObject;
  const source = element.source.businessObject;
  const other = source.default && source.default !== drawn;
  const write = (value) => modeling.updateProperties(element, {
    conditionExpression: value ? edit.make('bpmn:FormalExpression', { body: value }, drawn) : undefined,
  });
  return {
    id: 'condition', label: say('Condition'), shouldOpen: true,
    entries: [
      tick({
        id: 'default', label: say('Default: taken when no condition holds'), get: () => source.default === drawn,
        set: (value) => modeling.updateProperties(element.source, { default: value ? drawn : undefined }),
        hint: other ? say('Now “{name}” is the default.', { name: source.default.name || source.default.id }) : '',
      }),
      ...(source.default === drawn ? [] : [lines({
        id: 'expression', label: say('Condition'), code: true, get: () => drawn.get('conditionExpression')?.get('body') ?? '',
        set: write, placeholder: "${level == 1}", hint: say('It asks for what was just recorded, between ${ and }.'),
      })]),
      ...findings(element.id).map((one, place) => note({ id: `finding-${place}`, kind: one.severity, text: one.message })),
      names({ id: 'fields', title: say('Fields of the forms'), names: known() }),
      names({ id: 'functions', title: say('Functions'), names: catalogue.functions }),
    ],
  };
}
