// The page of a trial: its styles. The form is that of staff; the page works without any script.
import './styles/trial.css';
