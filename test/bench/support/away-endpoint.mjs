/**
 * An endpoint that can be away: `GET /away` lets it answer 503, `GET /back` 200 again; `GET /log` answers when each call came,
 * in epoch milliseconds, and whether it was away then. Prints its port; ends with the process that started it.
 */
import { createServer } from 'node:http';

let isAway = false;
const calls = [];

const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (url === '/away' || url === '/back') {
    isAway = url === '/away';
    response.end(String(Date.now()));
    return;
  }
  if (url === '/log') {
    response.end(JSON.stringify(calls));
    return;
  }
  calls.push([Date.now(), isAway ? 1 : 0, request.headers['x-sap-job-run-id']]);
  request.resume();
  response.writeHead(isAway ? 503 : 200, { 'content-length': '2' });
  response.end('{}');
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
