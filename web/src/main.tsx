import { hydrate, render } from 'preact';
import { LocationProvider } from 'preact-iso/router';
import { Frame } from './frame/frame.js';
import { EYES, ROUTED } from './paths.js';
import './styles.js';

const place = document.getElementById('app');
if (place) {
  // What stands there already has the links of one's own eyes: with other eyes they are set anew.
  const draw = EYES === null ? hydrate : render;
  draw(
    <LocationProvider scope={ROUTED}>
      <Frame />
    </LocationProvider>,
    place,
  );
}
