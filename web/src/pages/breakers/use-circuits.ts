import { BREAKERS, type Circuit, type Circuits } from '../../api/breakers.js';
import { useResource, type Resource } from '../../api/resource.js';

const EVERY_MS = 5_000;

/** Returns the endpoints that are away or come back. */
export function useCircuits(isPaused: boolean): Resource<readonly Circuit[]> {
  const { body, asOf, error } = useResource<Circuits>(BREAKERS, {
    everyMs: EVERY_MS,
    isPaused,
  });
  return { body: body?.results.filter(({ state }) => state !== 'closed'), asOf, error };
}
