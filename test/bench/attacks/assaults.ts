import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { ApiClient } from '../support/api-client.js';

/** What the attackers know: the service, one tenant's own token, and what anybody can read. */
export interface Target {
  readonly origin: string;
  readonly folder: string;
  readonly endpoint: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Epoch ms at which all of them stop. */
  readonly until: number;
}

/** Attackers sit elsewhere than the quiet tenants: connections are counted by address. */
const ATTACKERS_ADDRESS = '127.0.0.2';

const dispatcher = new Agent({ localAddress: ATTACKERS_ADDRESS });

const UNREAD_CONNECTIONS = 38;
const UNREAD_JOBS = 104;
const SCHEDULES_OF_JOB = 1_000;
const SWITCHES = 24;
const IMPORTS = 25;
const GUESSES = 40;
const FORGERS = 8;
const STREAMS = 150;
const SILENT_NAMES = 40;

/** One attack of one tenant, or of nobody. It goes on until the end, whatever it is answered. */
export type Assault = (target: Target, token: string) => Promise<void>;

/** The attacks 12 to 19 of the security suite, by what they aim at. */
export const ASSAULTS: Readonly<Record<string, Assault>> = {
  /** Lists of jobs with long texts that nobody reads. */
  async unreadAnswers(target, token) {
    const client = new ApiClient(target.origin, target.folder, ATTACKERS_ADDRESS);
    for (let n = 0; n < UNREAD_JOBS; n++) {
      const job = { name: `long ${n}`, action: `${target.endpoint}/call`, description: 'd'.repeat(2_000) };
      await client.call('POST', '/scheduler/jobs', token, job).catch(() => null);
    }
    await client.close();
    const open = () => {
      const { hostname, port } = new URL(target.origin);
      const socket = connect({ port: Number(port), host: hostname, localAddress: ATTACKERS_ADDRESS });
      const head = `GET /scheduler/jobs?page_size=100 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(head.repeat(20));
      return socket;
    };
    let sockets = Array.from({ length: UNREAD_CONNECTIONS }, open);
    while (Date.now() < target.until) {
      await pause(1_000);
      sockets = sockets.map((socket) => (socket.destroyed ? open() : socket));
    }
    for (const socket of sockets) socket.destroy();
  },

  /** Schedules of one big job, switched off and on by many at once. */
  async allPlaces(target, token) {
    const client = new ApiClient(target.origin, target.folder, ATTACKERS_ADDRESS);
    const schedules = Array.from({ length: SCHEDULES_OF_JOB }, () => ({ cron: '* * * * 3 0 0' }));
    const job = await client.call('POST', '/scheduler/jobs', token, {
      ...{ name: 'wide', action: `${target.endpoint}/call`, active: true, schedules },
    });
    const path = `/scheduler/jobs/${String(job['_id'])}/schedules/activationStatus`;
    await repeat(target, SWITCHES, async (round) => {
      await client.call('POST', path, token, { activationStatus: round % 2 === 0 });
    });
    await client.close();
  },

  /** Schedules of every second that call one host, which answers 64 KB. */
  async everySecond(target, token) {
    const client = new ApiClient(target.origin, target.folder, ATTACKERS_ADDRESS);
    for (let n = 0; n < 3; n++) {
      const schedules = Array.from({ length: SCHEDULES_OF_JOB }, () => ({
        cron: '* * * * * * *',
        active: true,
      }));
      const job = { name: `flood ${n}`, action: `${target.endpoint}/big`, active: true, schedules };
      await client.call('POST', '/scheduler/jobs', token, job).catch(() => null);
    }
    await client.close();
  },

  /** Wrong secrets, forty at a time. */
  async guesses(target) {
    await repeat(target, GUESSES, async () => {
      const guess = Buffer.from(`${target.clientId}:${randomBytes(8).toString('hex')}`).toString('base64');
      await get(`${target.origin}/scheduler/jobs`, { Authorization: `Basic ${guess}` });
    });
  },

  /** Tokens whose algorithm does not fit the key that they name. */
  async forgedTokens(target) {
    const keys = (await (await fetch(`${target.origin}/token_keys`, { dispatcher })).json()) as {
      keys: { kid: string }[];
    };
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const payload = encode({ sub: 'x', exp: Math.floor(Date.now() / 1000) + 3_600 });
    const algorithms = ['ES256', 'HS256', 'PS512', 'EdDSA', 'none', 'ES512'];
    await repeat(target, FORGERS, async (round) => {
      const alg = algorithms[round % algorithms.length];
      const forged = `${encode({ alg, kid: keys.keys[0]?.kid, typ: 'JWT' })}.${payload}.${randomBytes(64).toString('base64url')}`;
      await get(`${target.origin}/scheduler/jobs`, { Authorization: `Bearer ${forged}` });
    });
  },

  /** Imports of 4 MB, twenty-five in the queue at any time. */
  async imports(target, token) {
    const client = new ApiClient(target.origin, target.folder, ATTACKERS_ADDRESS);
    await repeat(target, IMPORTS, async (round) => {
      const jobs = Array.from({ length: 1_500 }, (_, n) => ({
        name: `import ${round} ${n}`,
        action: `${target.endpoint}/call`,
        active: false,
        description: 'i'.repeat(1_900),
      }));
      await client.call('POST', '/scheduler/import?existing=skip', token, { jobs });
    });
    await client.close();
  },

  /** Endpoints that never come to an answer, and names that nobody knows. */
  async endpoints(target, token) {
    const client = new ApiClient(target.origin, target.folder, ATTACKERS_ADDRESS);
    const actions = [
      ...Array.from({ length: 10 }, () => `${target.endpoint}/interim`),
      ...Array.from({ length: SILENT_NAMES }, (_, n) => `http://silent-${n}.invalid/run`),
    ];
    for (const [n, action] of actions.entries()) {
      const schedules = [{ repeatInterval: '2 seconds', active: true }];
      const job = { name: `endpoint ${n}`, action, active: true, schedules };
      await client.call('POST', '/scheduler/jobs', token, job).catch(() => null);
    }
    await client.close();
  },

  /** Event streams, opened again whenever they are closed. */
  async streams(target, token) {
    await repeat(target, STREAMS, async () => {
      await get(`${target.origin}/api/jobs/events`, { Authorization: `Bearer ${token}` }, 10_000);
    });
  },
};

/** Does the same over and over, `width` at a time, and slower only where it fails at once. */
async function repeat(
  target: Target,
  width: number,
  deed: (round: number) => Promise<unknown>,
): Promise<void> {
  const worker = async (place: number) => {
    for (let round = place; Date.now() < target.until; round += width) {
      const from = performance.now();
      await deed(round).catch(() => null);
      if (performance.now() - from < 5) await pause(5);
    }
  };
  await Promise.all(Array.from({ length: width }, (_, place) => worker(place)));
}

async function get(url: string, headers: Record<string, string>, withinMs = 60_000): Promise<number> {
  const answer = await fetch(url, { headers, dispatcher, signal: AbortSignal.timeout(withinMs) });
  await answer.arrayBuffer();
  return answer.status;
}
