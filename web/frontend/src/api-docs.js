// Draws the OpenAPI document: routes by group, who may call them, what they take and answer. Text only, never markup.
import './styles/api-docs.css';

const root = document.querySelector('[data-api-docs]');
const words = (name) => root.dataset[`word${name}`];
const chinese = root.dataset.language === 'zh';

/** An element with its class and what stands inside: texts and elements, empty ones left out. */
function make(tag, name, ...inside) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== ''));
  return element;
}

function resolve(document_, value) {
  if (!value?.$ref) return value ?? {};
  return value.$ref.slice(2).split('/').reduce((found, part) => found[part], document_);
}

const refName = (schema) => schema.$ref?.split('/').pop();

/** What a schema takes, in one line: "string (date-time)", "list of Task", "1 … 100". */
function typeOf(document_, schema) {
  const name = refName(schema);
  if (name) return name;
  const kinds = [schema.type ?? (schema.anyOf ? schema.anyOf.map((one) => typeOf(document_, one)) : 'any')].flat();
  const plain = kinds.filter((kind) => kind !== 'null');
  const kind = schema.items ? `${words('List')} ${typeOf(document_, schema.items)}` : plain.join(' | ');
  const more = [schema.format, bounds(schema)].filter(Boolean).join(', ');
  const nothing = kinds.includes('null') ? `, ${words('OrNull')}` : '';
  return `${kind}${more ? ` (${more})` : ''}${nothing}`;
}

function bounds(schema) {
  if (schema.maxLength) return `≤ ${schema.maxLength}`;
  if (schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum < 1e9) return `${schema.minimum} … ${schema.maximum}`;
  return '';
}

function meaning(schema, own) {
  const codes = schema.enum && !schema.description ? schema.enum.filter((one) => one !== null).join(', ') : '';
  return [own, schema.description !== own ? schema.description : '', codes, schema.default !== undefined && schema.default !== null && schema.default !== '' ? `= ${JSON.stringify(schema.default)}` : ''].filter(Boolean).join(' · ');
}

function table(rows) {
  const head = make('tr', '', ['Name', 'Type', 'Meaning'].map((name) => make('th', '', words(name))));
  const body = rows.map(([name, required, type, text]) => make('tr', '',
    make('td', '', make('code', '', name), required ? make('span', 'api-required', words('Required')) : ''),
    make('td', 'api-type', type), make('td', '', text)));
  return make('div', 'api-table', make('table', '', make('thead', '', head), make('tbody', '', body)));
}

/** The members of a schema, those of nested ones below under their path. */
function members(document_, schema, prefix = '', seen = []) {
  const name = refName(schema);
  if (name && seen.includes(name)) return [];
  const found = resolve(document_, schema);
  const inner = found.items ? [found.items, `${prefix}[].`] : null;
  if (inner) return members(document_, inner[0], prefix ? inner[1] : '[].', [...seen, name]);
  return Object.entries(found.properties ?? {}).flatMap(([key, one]) => {
    const row = [`${prefix}${key}`, (found.required ?? []).includes(key), typeOf(document_, one), meaning(one)];
    return [row, ...members(document_, one, one.items ? `${prefix}${key}` : `${prefix}${key}.`, [...seen, name])];
  });
}

function part(title, ...inside) {
  return inside.flat().filter(Boolean).length ? make('section', 'api-part', make('h3', '', title), ...inside) : null;
}

function shown(document_, content) {
  return Object.entries(content ?? {}).flatMap(([kind, media]) => {
    const schema = media.schema ?? {};
    const rows = members(document_, schema);
    const example = media.example === undefined ? null
      : make('details', 'api-example', make('summary', '', words('Example')), make('pre', '', JSON.stringify(media.example, null, 2)));
    return [make('p', 'api-kind', make('code', '', kind), refName(schema) ? ` ${refName(schema)}` : ''), rows.length ? table(rows) : null, example];
  }).filter(Boolean);
}

function parameters(document_, list) {
  const rows = list.map((one) => resolve(document_, one)).map((one) => {
    const schema = resolve(document_, one.schema);
    const place = words({ path: 'Path', query: 'Query', header: 'Header' }[one.in]);
    return [one.name, one.required, `${typeOf(document_, schema)} · ${place}`, meaning(schema, one.description)];
  });
  return rows.length ? [table(rows)] : [];
}

function answers(document_, responses) {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2') || status.startsWith('3'));
  return good.flatMap(([status, one]) => {
    const content = resolve(document_, one).content;
    return [make('p', 'api-status', make('strong', '', status), content ? '' : ` ${words('Empty')}`), ...shown(document_, content)];
  });
}

function who(operation) {
  const needs = operation['x-needs'];
  if (needs === 'public') return words('Public');
  if (needs === 'signed-in') return words('SignedIn');
  return `${words('Needs')}${chinese ? '：' : ': '}${needs.map((one) => `${one.key} ${chinese ? one.zh : one.en}`).join(', ')}`;
}

function route(document_, path, method, operation, above) {
  const refused = Object.keys(operation.responses).filter((status) => /^[45]/.test(status));
  const first = chinese ? operation['x-summary-zh'] : operation.summary;
  const second = chinese ? operation.summary : operation['x-summary-zh'];
  const summary = make('summary', '',
    make('span', `api-method api-${method}`, method.toUpperCase()), make('code', 'api-path', path),
    make('span', 'api-words', first));
  const draw = () => [
    make('p', 'api-second', second),
    part(words('Who'), make('p', '', who(operation))),
    part(words('Parameters'), parameters(document_, [...above, ...(operation.parameters ?? [])])),
    part(words('Body'), shown(document_, operation.requestBody?.content)),
    part(words('Answers'), answers(document_, operation.responses)),
    part(words('Refusals'), make('p', '', refused.join(', '), ' ', make('code', '', 'application/problem+json'))),
  ].filter(Boolean);
  const details = make('details', 'api-route', summary);
  details.id = operation.operationId ?? `${method}${path}`;
  details.addEventListener('toggle', () => { if (details.children.length === 1) details.append(...draw()); });
  details.searched = [path, method, first, second, who(operation)].join(' ').toLowerCase();
  return details;
}

function groups(document_) {
  const found = new Map(document_.tags.map((tag) => [tag.name, { tag, routes: [] }]));
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'].filter((one) => item[one])) {
      const operation = item[method];
      found.get(operation.tags[0]).routes.push(route(document_, path, method, operation, item.parameters ?? []));
    }
  }
  return [...found.values()].filter((group) => group.routes.length);
}

function draw(document_) {
  const menu = document.querySelector('[data-api-groups]');
  const sections = groups(document_).map(({ tag, routes }) => {
    const title = chinese ? tag['x-zh'] : tag.description;
    const section = make('section', 'api-group', make('h2', '', title), routes);
    section.id = tag.name;
    const link = make('a', '', title, make('span', 'count', String(routes.length)));
    link.href = `#${tag.name}`;
    menu.append(make('li', '', link));
    return section;
  });
  const none = make('p', 'api-none', words('None'));
  none.hidden = true;
  root.replaceChildren(...sections, none);
  document.querySelector('[data-api-search]').addEventListener('input', (event) => {
    const asked = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of sections) {
      const all = [...section.querySelectorAll('.api-route')];
      all.forEach((one) => { one.hidden = !asked.every((word) => one.searched.includes(word)); });
      section.hidden = all.every((one) => one.hidden);
    }
    none.hidden = sections.some((section) => !section.hidden);
  });
  open();
}

/** The route or group that the address names. */
function open() {
  const found = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!found) return;
  if (found.tagName === 'DETAILS') found.open = true;
  found.scrollIntoView();
}

fetch(root.dataset.apiDocs, { headers: { Accept: 'application/json' } })
  .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
  .then(draw)
  .catch(() => { root.replaceChildren(make('p', 'notice notice-danger', words('Failed'))); });
addEventListener('hashchange', open);
