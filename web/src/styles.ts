import 'virtual:horizon.css';
import './styles/ground.css';
import './styles/controls.css';
import './styles/frame.css';
import './styles/pages.css';
