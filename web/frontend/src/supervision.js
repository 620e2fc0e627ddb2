// The pages of supervisors: only their styles are their own.
import './styles/board.css';
import './styles/audit.css';
