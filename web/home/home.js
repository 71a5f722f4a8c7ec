/* Puts the address of this service into the example, and says whether the service is ready. */
'use strict';

for (const place of document.querySelectorAll('#example span')) place.textContent = window.location.origin;

const state = document.getElementById('state');
const show = (isReady) => {
  state.hidden = false;
  state.className = isReady ? 'good' : 'bad';
  state.textContent = isReady ? 'ready' : 'not ready';
};
fetch('/health/ready').then(
  ({ ok }) => show(ok),
  () => show(false),
);
