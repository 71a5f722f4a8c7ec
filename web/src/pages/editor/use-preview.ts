import { useEffect, useRef, useState } from 'preact/hooks';
import { PREVIEW_ROUTE, type Preview } from '../../api/editor.js';
import { Refusal, send, Unreachable } from '../../api/request.js';
import { round } from '../../api/resource.js';
import { useStore } from '../../store.js';
import type { Meaning } from './meaning.js';

const TYPING_MS = 250;
const RETRY_S = 5;

/** What is known of when a schedule fires. */
export interface Previewed {
  readonly meaning: Meaning;
  /** The last preview that there was, for as long as nothing else is known. */
  readonly preview: Preview | null;
  /** True while `preview` is not of what is written now. */
  readonly isFormer: boolean;
  /** Why there is none of what is written now. */
  readonly error: Refusal | Unreachable | null;
  /** When the preview was asked for, by the clock of the service. */
  readonly asOf: Date | null;
  /** The zone of what `preview` is of; null for UTC. */
  readonly zone: string | null;
}

/** What was answered last, and to which question. */
interface Answered extends Pick<Previewed, 'preview' | 'error' | 'asOf'> {
  readonly key: string | null;
}

const NOTHING = { preview: null, error: null, asOf: null } as const;

/** Asks when a schedule fires, shortly after the last key. What is answered to an older question is dropped. */
export function usePreview(question: object | null): Previewed {
  const [state, setState] = useState<Answered>({ ...NOTHING, key: null });
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
    const ask = async (isPoll = false) => {
      try {
        const body = JSON.parse(key) as object;
        const { body: preview = null, asOf } = await send<Preview>(PREVIEW_ROUTE, {
          method: 'POST',
          body,
          signal,
          isPoll,
        });
        setState({ preview, error: null, asOf, key });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
        // What was answered to the same question stays right where it is only not answered again.
        setState((former) => ({
          ...(former.key === key && !isUnread(error) ? former : NOTHING),
          ...{ error, key },
        }));
        const waitS = retryS(error);
        if (waitS !== null) timer = window.setTimeout(() => void ask(true), waitS * 1_000);
      }
    };
    // What a page comes with is asked for at once.
    timer = window.setTimeout(() => void ask(), typingMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [key, asked]);
  const { preview, asOf } = state;
  const isFormer = state.key !== key;
  const error = isFormer ? null : state.error;
  return { meaning: meaningOf(key, state), preview, isFormer, error, asOf, zone: zoneIn(state.key) };
}

function zoneIn(question: string | null): string | null {
  const { timeZone } = JSON.parse(question ?? '{}') as { readonly timeZone?: string };
  return timeZone ?? null;
}

function meaningOf(key: string | null, { key: answered, preview, error }: Answered): Meaning {
  if (key === null) return { kind: 'nothing written' };
  if (answered !== key) return { kind: 'asked for' };
  if (preview) return { kind: 'known', preview };
  return { kind: isUnread(error) ? 'unread' : error ? 'not known' : 'asked for' };
}

/** What is wrong with what is written is no fault of the network or the service. */
const isUnread = (error: unknown) => error instanceof Refusal && error.status === 400;

/** Returns in how many seconds to ask again, null where that would not help. */
function retryS(error: Refusal | Unreachable): number | null {
  if (error instanceof Unreachable) return RETRY_S;
  return error.retryAfterS ?? (error.status >= 500 ? RETRY_S : null);
}
