import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Returns a page whose script is loaded when it is first shown. What fails then is shown as any fault of a page. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [failure, setFailure] = useState<Error | null>(null);
    const [, draw] = useState(loaded !== null);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (page) => {
          loaded = page;
          draw(true);
        },
        (error: unknown) => setFailure(error instanceof Error ? error : new Error('It was not loaded.')),
      );
    }, []);
    if (failure !== null) throw failure;
    const Loaded = loaded;
    return Loaded ? <Loaded {...props} /> : null;
  };
}
