import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { NotLoaded } from './not-loaded.js';

/** Returns a page whose script is loaded when it is first shown. Where it does not come, that is said in its place. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [hasFailed, setFailed] = useState(false);
    const [, draw] = useState(loaded !== null);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (page) => {
          loaded = page;
          draw(true);
        },
        () => setFailed(true),
      );
    }, []);
    const Loaded = loaded;
    if (Loaded) return <Loaded {...props} />;
    return hasFailed ? <NotLoaded /> : null;
  };
}
