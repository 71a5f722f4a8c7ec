import type { startServer } from './deployment.js';
import { inForm } from './form.js';
import { lasting } from './waiting.js';

type Server = Awaited<ReturnType<typeof startServer>>;

/** Ends the database without warning and starts it again after as long as a supervisor takes to notice. */
async function killedAndRestarted(server: Server): Promise<void> {
  await server.kill();
  await lasting(inForm({ short: 1_000, long: 5_000 }));
  await server.restart();
}

/** The ways in which a database goes away and comes back, whatever the service does meanwhile. */
export function databaseEnds(server: Server) {
  const inGoodOrder = { how: 'in good order', end: () => server.restart() };
  const byKill = { how: 'by kill -9', end: () => killedAndRestarted(server) };
  return { inGoodOrder, byKill };
}
