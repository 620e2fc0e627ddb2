// One [data-viewer] figure: its source, its marks as lists of element ids, and buttons to zoom.
import { Diagram } from './diagram.js';

const MARKS = ['passed', 'active', 'late', 'added', 'removed', 'changed'];
const BUTTONS = [['ZoomIn', '+', (diagram) => diagram.zoom(1)], ['ZoomOut', '−', (diagram) => diagram.zoom(-1)], ['Fit', '⤢', (diagram) => diagram.fit()]];

/** The drawn diagram; undefined when it could not be drawn, which the figure then says. */
export async function draw(figure) {
  const canvas = figure.querySelector('[data-canvas]');
  canvas.replaceChildren();
  try {
    const diagram = await new Diagram(canvas).open(figure.dataset.source);
    for (const kind of MARKS) diagram.mark(idsOf(figure, kind), kind, figure.dataset[`word${capital(kind)}`] ?? '');
    figure.prepend(buttons(figure, diagram));
    figure.dataset.drawn = '';
    return diagram;
  } catch (error) {
    canvas.textContent = figure.dataset.wordFailed;
    canvas.classList.add('not-drawn');
    figure.dataset.failed = String(error.message ?? error);
    return undefined;
  }
}

function idsOf(figure, kind) {
  const ids = JSON.parse(figure.dataset[kind] ?? '[]');
  const late = kind === 'active' ? JSON.parse(figure.dataset.late ?? '[]') : [];
  return ids.filter((id) => !late.includes(id));
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

function buttons(figure, diagram) {
  const bar = document.createElement('div');
  bar.className = 'drawn-tools';
  for (const [word, sign, act] of BUTTONS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = sign;
    button.title = figure.dataset[`word${word}`];
    button.setAttribute('aria-label', button.title);
    button.addEventListener('click', () => act(diagram));
    bar.append(button);
  }
  return bar;
}
