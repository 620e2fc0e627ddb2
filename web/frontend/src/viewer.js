// Draws every [data-viewer] figure, and pairs of them in [data-comparison], when they come into sight: not before.
import './styles/processes.css';

function whenSeen(element, draw) {
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    draw();
  });
  watch.observe(element);
}

for (const pair of document.querySelectorAll('[data-comparison]')) {
  whenSeen(pair, async () => (await import('./viewer/comparison.js')).compare(pair));
}
for (const figure of document.querySelectorAll('[data-viewer]:not([data-comparison] *)')) {
  whenSeen(figure, async () => (await import('./viewer/figure.js')).draw(figure));
}
