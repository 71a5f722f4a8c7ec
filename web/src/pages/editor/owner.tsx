import type { Session } from '../../api/types.js';
import { EDITOR } from '../../texts/editor.js';

/** Whose a new job will be, where that is not plain: a provider sees the jobs of all, and makes its own. */
export function Owner({ session }: { readonly session: Session | undefined }) {
  const isProvider = session?.grants.some(({ tenant }) => tenant === null);
  return isProvider ? <p class="quiet">{EDITOR.owner.provider}</p> : null;
}
