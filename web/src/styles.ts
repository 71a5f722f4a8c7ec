import 'virtual:horizon.css';
import './styles/ground.css';
import './styles/controls.css';
import './styles/frame.css';
import './frame/status-bar.css';
import './styles/pages.css';
import './pages/home/home.css';
import './pictures/outcomes.css';
