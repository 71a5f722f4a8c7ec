import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrivateMariaDb } from '../mariadb/private-mariadb.js';
import { startWatchdog, type Watchdog } from '../mariadb/watchdog.js';
import { makeScratchFolder } from '../scratch.js';

let server: Promise<PrivateMariaDb> | null = null;
let watchdog: Watchdog | null = null;

const desk = createServer((_request, response) => {
  server ??= PrivateMariaDb.start();
  server.then(
    (started) => response.end(started.url()),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

/**
 * Makes the folder in which the run's files lie, which is removed with the run however that ends, and opens the
 * desk at which test files ask for the database server of the run. The server starts when the first one asks, so
 * that a run of pure tests costs nothing; a failure to start is the answer to everyone who asks.
 */
export async function beginTestRun(): Promise<void> {
  const folder = makeScratchFolder('carillon-tests-');
  watchdog = startWatchdog(`rm -rf '${folder}'`);
  process.env['CARILLON_TEST_FOLDER'] = folder;
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  // A server that listens on TCP has an AddressInfo.
  const { port } = desk.address() as AddressInfo;
  process.env['CARILLON_TEST_DESK'] = `http://127.0.0.1:${port}`;
}

/** Closes the desk, ends the server where one was started, and removes the files. */
export async function endTestRun(): Promise<void> {
  desk.close();
  desk.closeAllConnections();
  const started = await server?.catch(() => null);
  await started?.stop();
  server = null;
  await watchdog?.dismiss();
}
