import { storeOf } from './store.js';

/** True while something is typed that leaving the page would lose. */
export const unsaved = storeOf(false);
