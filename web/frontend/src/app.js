// Every page: styles, htmx, keys, one submit only, lists that stay fresh, failures in one place, paper.
import 'htmx.org/dist/htmx.esm.min.js';
import 'bootstrap/dist/css/bootstrap.min.css';
import './styles/app.css';
import { watchConnection } from './connection.js';
import { copyByButton } from './copy.js';
import { keepFailedPartsOut } from './failed-parts.js';
import { tidyKeptForms } from './kept-forms.js';
import { listenToKeys } from './keys.js';
import { keepFresh } from './live.js';
import { closeMenus } from './menus.js';
import { prepareForPaper } from './print.js';
import { submitOnce } from './submit-once.js';

document.documentElement.classList.add('js');
tidyKeptForms();
copyByButton();
closeMenus();
listenToKeys();
submitOnce();
keepFailedPartsOut();
keepFresh();
watchConnection();
prepareForPaper();
