// Every page: styles, htmx, keys on lists, one submit only, lists that stay fresh.
import 'htmx.org/dist/htmx.esm.min.js';
import 'bootstrap/dist/css/bootstrap.min.css';
import './styles/app.css';
import { watchConnection } from './connection.js';
import { closeMenus } from './menus.js';
import { keepFresh } from './live.js';
import { moveByKeys } from './list-keys.js';
import { printOnDemand } from './print-button.js';
import { submitOnce } from './submit-once.js';

document.documentElement.classList.add('js');
closeMenus();
moveByKeys();
submitOnce();
printOnDemand();
keepFresh();
watchConnection();
