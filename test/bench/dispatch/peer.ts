import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres, startRedis } from '../support/peer-servers.js';
import { startProgram } from '../support/processes.js';
import type { OwnServer } from '../support/own-server.js';
import type { Stage } from './stage.js';

/** A service that does the same work, beside which we are measured. */
export interface Peer {
  readonly name: string;
  /** How many times its figure is ours to be; null: for information. */
  readonly bar: number | null;
  readonly program: string;
  readonly words: readonly string[];
  startServer(): Promise<OwnServer>;
  addressOf(server: OwnServer): string;
}

const redisAddress = (server: OwnServer) => String(server.port);
const postgresAddress = (server: OwnServer) => `postgres://bench@127.0.0.1:${server.port}/postgres`;
const bullmq = { program: 'peers/bullmq.mjs', words: [], addressOf: redisAddress };
const pgBoss = { program: 'peers/pg-boss.mjs', addressOf: postgresAddress, startServer: startPostgres };

export const PEERS: readonly Peer[] = [
  { ...bullmq, name: 'BullMQ, no persistence', bar: 1, startServer: () => startRedis({ isDurable: false }) },
  { ...bullmq, name: 'BullMQ, fsync always', bar: 1.3, startServer: () => startRedis({ isDurable: true }) },
  { ...pgBoss, name: 'pg-boss', bar: 2, words: ['single'] },
  { ...pgBoss, name: 'pg-boss, one result per batch', bar: null, words: ['batch'] },
];

/** What a peer did in one drain. */
export interface PeerDrain {
  readonly runsPerSecond: number;
  /** CPU seconds per 1,000 runs of its process and of its server. */
  readonly processCpu: number;
  readonly serverCpu: number;
}

/** Lets a peer work off `runs` jobs on a fresh server, timed from the first call to the last job that it has recorded. */
export async function drainPeer(
  peer: Peer,
  stage: Stage,
  work: { runs: number; data: string },
): Promise<PeerDrain> {
  const server = await peer.startServer();
  try {
    const address = peer.addressOf(server);
    const filling = startProgram(peer.program, ['fill', address, String(work.runs), work.data]);
    if (filling.process.exitCode === null) await once(filling.process, 'exit');
    await filling.stop();
    await stage.forget();
    const filled = server.cpuSeconds;
    const worker = startProgram(peer.program, ['work', address, stage.target(), ...peer.words]);
    try {
      const { firstAt, count } = await stage.calls(work.runs);
      if (firstAt === null || count < work.runs)
        throw new Error(`${peer.name} made ${count} of ${work.runs} calls.`);
      while ((await countDone(worker.process)) < work.runs) await pause(10);
      const per = 1000 / work.runs;
      return {
        runsPerSecond: work.runs / ((Date.now() - firstAt) / 1000),
        processCpu: worker.cpuSeconds * per,
        serverCpu: (server.cpuSeconds - filled) * per,
      };
    } finally {
      await worker.stop();
    }
  } finally {
    await server.stop();
  }
}

async function countDone(
  worker: NodeJS.EventEmitter & { send?: (message: string) => unknown },
): Promise<number> {
  worker.send?.('done?');
  const [{ done }] = (await once(worker, 'message', { signal: AbortSignal.timeout(30_000) })) as [
    { done: number },
  ];
  return done;
}
