import { useEffect, useRef, useState } from 'preact/hooks';
import { PREVIEW_ROUTE, type Preview } from '../../api/editor.js';
import { Refusal, send, Unreachable } from '../../api/request.js';
import { hasEnded, round } from '../../api/resource.js';
import { useStore } from '../../store.js';

const TYPING_MS = 250;
const RETRY_S = 5;

/** What is known of when a schedule fires. */
export interface Previewed {
  /** The last one that there was. */
  readonly preview: Preview | null;
  /** True while `preview` is not of what is written now. */
  readonly isFormer: boolean;
  readonly error: Refusal | Unreachable | null;
  /** When the preview was asked for, by the clock of the service. */
  readonly asOf: Date | null;
}

const NOTHING: Previewed = { preview: null, isFormer: false, error: null, asOf: null };

/** Asks when a schedule fires, shortly after the last key. What is answered to an older question is dropped. */
export function usePreview(question: object | null): Previewed {
  const [state, setState] = useState<Previewed & { key: string | null }>({ ...NOTHING, key: null });
  const key = question && JSON.stringify(question);
  const asked = useStore(round);
  const isFirst = useRef(true);
  useEffect(() => {
    const typingMs = isFirst.current ? 0 : TYPING_MS;
    isFirst.current = false;
    if (key === null) return setState({ ...NOTHING, key });
    const ending = new AbortController();
    const { signal } = ending;
    let timer = 0;
    const ask = async () => {
      try {
        const body = JSON.parse(key) as object;
        const { body: preview = null, asOf } = await send<Preview>(PREVIEW_ROUTE, {
          method: 'POST',
          body,
          signal,
        });
        setState({ preview, isFormer: false, error: null, asOf, key });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
        if (error instanceof Refusal && error.status === 401) hasEnded.set(true);
        setState((former) => ({ ...former, error, key }));
        const waitS = retryS(error);
        if (waitS !== null) timer = window.setTimeout(() => void ask(), waitS * 1_000);
      }
    };
    // What a page comes with is asked for at once.
    timer = window.setTimeout(() => void ask(), typingMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [key, asked]);
  return { ...state, isFormer: state.key !== key || state.error !== null };
}

/** Returns in how many seconds to ask again, null where that would not help. */
function retryS(error: Refusal | Unreachable): number | null {
  if (error instanceof Unreachable) return RETRY_S;
  return error.retryAfterS ?? (error.status >= 500 ? RETRY_S : null);
}
