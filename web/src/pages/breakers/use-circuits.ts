import { BREAKERS, type Circuit, type Circuits } from '../../api/breakers.js';
import { useResource, type Resource } from '../../api/resource.js';

const EVERY_MS = 5_000;

/** Returns the endpoints that are away or come back, all or those that are asked for. */
export function useCircuits(isPaused: boolean, path = BREAKERS): Resource<readonly Circuit[]> {
  const { body, asOf, error } = useResource<Circuits>(path, { everyMs: EVERY_MS, isPaused });
  return { body: body?.results.filter(({ state }) => state !== 'closed'), asOf, error };
}
