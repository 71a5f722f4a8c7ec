/**
 * The endpoint of the attack benchmark, a process of its own. It answers at once, and remembers when each tenant under
 * `/quiet/<number>` was called and for which second. `/big` answers 64 KB, `/interim` sends heads of status 103 without end.
 * `GET /quiet-seen` answers all that was remembered, as [tenant, planned epoch ms, arrived epoch ms].
 */
import { createServer } from 'node:http';
import { clearInterval, setInterval } from 'node:timers';

const HEAD = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n';
const big = 'x'.repeat(64 * 1024);
const seen = [];

const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (url === '/quiet-seen') {
    response.end(JSON.stringify(seen));
    return;
  }
  if (url.startsWith('/quiet/')) {
    const at = Date.now();
    const planned = Date.parse(`${String(request.headers['x-sap-run-at']).replace(' ', 'T')}Z`);
    seen.push([Number(url.slice('/quiet/'.length)), planned, at]);
  }
  request.resume();
  if (url === '/interim') {
    const socket = request.socket;
    const timer = setInterval(() => socket.write(HEAD.repeat(10)), 5);
    socket.once('close', () => clearInterval(timer));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(url === '/big' ? big : 'ok');
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
