import { hydrate } from 'preact';
import { LocationProvider } from 'preact-iso/router';
import { Frame } from './frame/frame.js';
import { ROUTED } from './paths.js';
import './styles.js';

const place = document.getElementById('app');
if (place) {
  hydrate(
    <LocationProvider scope={ROUTED}>
      <Frame />
    </LocationProvider>,
    place,
  );
}
