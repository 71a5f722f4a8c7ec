import type { Request } from 'express';

/** The part of an Express route layer that is read here. Express does not declare it. */
interface RouteLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/**
 * Returns the methods that the routes of a path accept, in upper case and sorted; empty where no route has that path.
 * It walks through all routes, but only for requests that found none.
 */
export function allowedMethods(request: Request): string[] {
  // Express keeps its routes here and types the stack as layers without `route`.
  const layers = request.app.router.stack as unknown as readonly RouteLayer[];
  const methods = new Set<string>();
  for (const layer of layers) {
    if (!layer.route || !matches(layer, request.path)) continue;
    for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** Express throws for a path that cannot be decoded: such a path matches nothing. */
function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
