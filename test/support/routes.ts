import type { NestExpressApplication } from '@nestjs/platform-express';

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch';
  readonly path: string;
}

/** Returns the routes of the router of a running application itself: no list that a new route could be missing from. */
export function routesOf(app: NestExpressApplication): Route[] {
  const { stack } = (app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } }).router;
  return stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => ({ method: method as Route['method'], path: route.path }))
      : [],
  );
}

/** Returns a route as the tests write it down: `get /scheduler/jobs`. */
export const nameOf = ({ method, path }: Route) => `${method} ${path}`;

/** Streams of events stay open: they are tested where they live. */
export const isStream = ({ path }: Route) =>
  path.endsWith('events') || path.endsWith('open-server-sent-events-stream');

/** Routes that need no credentials. A new one is a decision: it is written down here. */
export const PUBLIC = [
  // A browser's EventSource sends no header: the one-time ticket in its query is the credential.
  'get /api/sessions/operations/open-server-sent-events-stream',
  'get /.well-known/oauth-authorization-server',
  'get /.well-known/openid-configuration',
  'get /docs',
  'get /docs/:file',
  'get /health',
  'get /health/live',
  'get /health/ready',
  'get /metrics',
  'get /oauth/token',
  'get /oauth/token_keys',
  'get /oauth2/certs',
  'get /openapi.json',
  'get /token_keys',
  // The ways in: what they are sent is the credential.
  'post /dashboard/api/sign-in/credentials',
  'post /dashboard/api/sign-in/link',
  'post /dashboard/api/sign-in/link/look',
  'post /oauth/token',
];
