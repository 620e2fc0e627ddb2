// Shows the whole drawing with room at its edges, for labels on its border and for bars that stand over the canvas.
/** `edge`: pixels at each side; `left`: pixels more at the left. */
export function fit(canvas, edge = 28, left = 0) {
  canvas.zoom('fit-viewport', 'auto');
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(1, (outer.width - left - 2 * edge) / inner.width, (outer.height - 2 * edge) / inner.height);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({
    x: inner.x - (width + left / scale - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width, height,
  });
}
