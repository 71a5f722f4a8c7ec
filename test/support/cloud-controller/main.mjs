/**
 * A Cloud Controller and its UAA that are none: one process, two ports of 127.0.0.1, everything in memory. It writes
 * one line of JSON when it listens, and ends when whoever started it closes its standard input.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Api } from './api.mjs';
import { RateLimit } from './rate-limit.mjs';
import { Reactions } from './reactions.mjs';
import { Refusal } from './refusal.mjs';
import { Requests } from './requests.mjs';
import { Steering } from './steering.mjs';
import { Tokens } from './tokens.mjs';
import { Uaa } from './uaa.mjs';
import { World } from './world.mjs';

const world = new World();
const tokens = new Tokens(world);
const [reactions, requests] = [new Reactions(), new Requests()];
const steering = new Steering(world, tokens, { reactions, requests });
const rateLimit = new RateLimit(world.settings);
const links = {};
const api = new Api(world, tokens, () => links);
const uaa = new Uaa(world, tokens);

/** Answers a request of the Cloud Controller within its limit; its root has none. */
function limited(request) {
  const headers = request.url.pathname === '/' ? {} : rateLimit.take();
  const answer = refusing(() => api.answer(request));
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function refusing(answer) {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function serve(port, answer) {
  const server = createServer((request, response) => void take(request, response));
  const take = async (incoming, response) => {
    // Whoever is tested may go away at any time.
    response.on('error', () => undefined);
    const body = await text(incoming).catch(() => null);
    if (body === null) return;
    const { method, headers, url: path } = incoming;
    const request = { method, headers, body, url: new URL(path, `http://${headers.host}`) };
    if (path.startsWith('/fake/')) return send(response, await steering.answer(request));
    requests.note({ port, method, path, body, authorization: headers.authorization, atMs: Date.now() });
    await react(reactions.take(`${method} ${path}`), response, () => refusing(() => answer(request)));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  links[port] = `http://127.0.0.1:${server.address().port}`;
}

async function react(rule, response, answer) {
  const isDone = rule?.isDone ?? rule?.answer === undefined;
  const own = isDone ? answer() : null;
  if (rule?.delayMs) await delay(rule.delayMs);
  switch (rule?.answer) {
    case 'none':
      return;
    case 'cut':
      response.socket?.resetAndDestroy();
      return;
    default:
      send(response, rule?.answer ?? own);
  }
}

function send(response, { status, headers = {}, body = '' }) {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(content);
}

await serve('api', limited);
await serve('login', (request) => uaa.answer(request));
process.stdin.on('close', () => process.exit()).resume();
process.stdout.write(`${JSON.stringify({ event: 'listening', ...links })}\n`);
