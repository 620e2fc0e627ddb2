// The editor of a process: loaded at a desk only; on a phone the page shows the diagram to look at.
import './styles/modeler.css';

if (matchMedia('(min-width: 992px)').matches) {
  for (const root of document.querySelectorAll('[data-modeler]')) {
    import('./modeler/start.js').then(({ start }) => start(root));
  }
}
