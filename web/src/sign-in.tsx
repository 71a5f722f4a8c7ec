import { hydrate, render } from 'preact';
import { SignIn } from './pages/sign-in/sign-in.js';
import { takeCode } from './pages/sign-in/link-code.js';
import './styles.js';

// First of all: nothing else may see the address with the code in it.
const code = takeCode();
const place = document.getElementById('app');
if (place) {
  hydrate(<SignIn code={code} />, place);
  // A link that is pasted where the sign-in stands already changes the address alone, and loads nothing.
  window.addEventListener('hashchange', () => {
    const pasted = takeCode();
    if (pasted !== null) render(<SignIn key={pasted} code={pasted} />, place);
  });
}
