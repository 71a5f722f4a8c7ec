import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';

/** The name of every path that is no route. */
export const NO_ROUTE = 'other';

/** Statuses of a request that found no route: whatever it asked for, it is one of endlessly many. */
const UNROUTED = new Set([404, 405]);

/** The names of what is answered beside the routes: one for all files, one for all pages. */
export type PlaceName = '/' | '/dashboard/*' | '/dashboard/assets/*';

/** A request as Express leaves it, and with the name that was given to it. Express declares less, and all as present. */
type Asked = IncomingMessage &
  Partial<Pick<Request, 'app' | 'originalUrl'>> & {
    readonly route?: { readonly path: string } | undefined;
    placeName?: PlaceName;
  };

/** The part of an Express route layer that is read here. Express does not declare it. */
interface RouteLayer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Names a request that no route answers, for the metrics. */
export function nameRequest(request: IncomingMessage, name: PlaceName): void {
  (request as Asked).placeName = name;
}

/**
 * Returns the name of the route of a request that was answered with a status: its template, `/scheduler/jobs/:jobId`, never
 * its path. A request that was refused before it came to its route (its body is too large, say) has the name of the route
 * that it was for; only for those are the routes searched.
 */
export function routeNameOf(request: IncomingMessage, status: number): string {
  const asked: Asked = request;
  if (asked.placeName !== undefined) return asked.placeName;
  if (asked.route) return asked.route.path;
  return UNROUTED.has(status) ? NO_ROUTE : routeFor(asked);
}

function routeFor({ app, originalUrl = '', method = '' }: Asked): string {
  if (app === undefined) return NO_ROUTE;
  const [path = ''] = originalUrl.split('?');
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  // Express keeps its routes here and types the stack as layers without `route`.
  const layers = app.router.stack as unknown as readonly RouteLayer[];
  const found = layers.find((layer) => layer.route?.methods[verb] === true && matches(layer, path));
  return found?.route?.path ?? NO_ROUTE;
}

/** Express throws for a path that cannot be decoded: such a path matches nothing. */
function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
