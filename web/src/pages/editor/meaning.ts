import type { Preview } from '../../api/editor.js';

/** What is known of the schedule that is written now: what was known of a former one is not said of it. */
export type Meaning =
  | { readonly kind: 'nothing written' | 'asked for' | 'unread' | 'not known' }
  | { readonly kind: 'known'; readonly preview: Preview };
