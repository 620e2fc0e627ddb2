// Two versions, old above new, moved and zoomed together; a change in the list [data-centre] is brought to the middle.
import { draw } from './figure.js';

export async function compare(pair) {
  const drawn = await Promise.all([...pair.querySelectorAll('[data-viewer]')].map(draw));
  const diagrams = drawn.filter(Boolean);
  if (diagrams.length === 2) together(...diagrams);
  for (const button of document.querySelectorAll('[data-centre]')) {
    button.addEventListener('click', () => {
      document.querySelectorAll('[data-centre][aria-pressed=true]').forEach((one) => one.setAttribute('aria-pressed', 'false'));
      button.setAttribute('aria-pressed', 'true');
      diagrams.forEach((diagram) => diagram.centre(button.dataset.centre));
      pair.scrollIntoView({ block: 'nearest' });
    });
  }
  pair.dataset.drawn = '';
}

function together(above, below) {
  let busy = false;
  const follow = (leader, follower) => leader.viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
    if (busy) return;
    busy = true;
    follower.canvas.viewbox({ x: viewbox.x, y: viewbox.y, width: viewbox.width, height: viewbox.height });
    busy = false;
  });
  follow(above, below);
  follow(below, above);
  below.fit();
}
