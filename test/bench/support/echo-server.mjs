/**
 * The endpoint of the benchmarks, a process of its own: answers every request with 200 and a short body, after
 * the milliseconds that `?wait=` asks for. `GET /seen` answers how many requests it has had and when the first and
 * the last of them came, `GET /forget` too, and begins again. Prints its port; ends with the process that started it.
 */
import { createServer } from 'node:http';

const NONE = { count: 0, firstAt: null, lastAt: null };
let seen = { ...NONE };
const body = '{"ok":true}';
const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };

const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (url === '/seen' || url === '/forget') {
    response.end(JSON.stringify(seen));
    if (url === '/forget') seen = { ...NONE };
    return;
  }
  seen.lastAt = Date.now();
  seen.firstAt ??= seen.lastAt;
  seen.count++;
  request.resume();
  const answer = () => {
    response.writeHead(200, headers);
    response.end(body);
  };
  const at = url.indexOf('wait=');
  if (at < 0) answer();
  else setTimeout(answer, Number.parseInt(url.slice(at + 5), 10));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
