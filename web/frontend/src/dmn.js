// The editor of decision tables: loaded at a desk only.
import './styles/modeler.css';
import './styles/tables.css';

if (matchMedia('(min-width: 992px)').matches) {
  for (const root of document.querySelectorAll('[data-tables]')) {
    import('./dmn/start.js').then(({ start }) => start(root));
  }
}
