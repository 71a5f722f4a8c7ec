import { below, besidePeer, median, type Figure } from './figures.js';
import type { Options } from './options.js';
import { drainPeer, PEERS, type Peer, type PeerDrain } from './peer.js';
import type { Stage } from './stage.js';
import { costFigures, type Cost, type Trial } from './trial.js';

const TENANTS = 100;
export const DATA = '{"order":4711}';
export const DAILY = '* * * * 3 0 0';

export interface Drain {
  readonly runsPerSecond: number;
  readonly cost: Cost;
  readonly peakMb: number;
  readonly lost: number;
  readonly doubled: number;
}

/** 50,000 runs due now, 100 tenants: how many a second, and beside the peers, which take turns with us. */
export async function drain(stage: Stage, options: Options): Promise<Figure[]> {
  const runs = options.isQuick ? 10_000 : 50_000;
  const peers = PEERS.filter(
    (peer) => !options.without.some((word) => peer.name.toLowerCase().startsWith(word)),
  );
  const ours: Drain[] = [];
  const theirs = new Map<Peer, PeerDrain[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < options.rounds; round++) {
    ours.push(await drainOurs(stage, runs));
    console.log(`  round ${round + 1}: Carillon ${Math.round(ours.at(-1)?.runsPerSecond ?? 0)} runs/s`);
    for (const [peer, drains] of theirs) {
      drains.push(await drainPeer(peer, stage, { runs, data: DATA }));
      console.log(
        `  round ${round + 1}: ${peer.name} ${Math.round(drains.at(-1)?.runsPerSecond ?? 0)} runs/s`,
      );
    }
  }
  return [...ourFigures(ours, runs), ...peerFigures(ours, theirs)];
}

/** So many runs due now, called by one replica; `env` has more of its settings, and `prepare` changes what was seeded. */
export async function drainOurs(
  stage: Stage,
  runs: number,
  env: Record<string, string> = {},
  prepare: (trial: Trial) => Promise<void> = () => Promise.resolve(),
): Promise<Drain> {
  const now = Date.now();
  const seed = { tenants: TENANTS, schedules: runs, plannedAt: () => now, cron: DAILY, data: DATA };
  return stage.trial([{ ...seed, action: () => stage.target() }], async (trial) => {
    await prepare(trial);
    const service = await trial.startService(env);
    await stage.calls(1);
    const measured = await trial.meter();
    const { firstAt } = await stage.calls(runs);
    const ended = await trial.recorded(runs);
    const seconds = (Date.now() - (firstAt ?? 0)) / 1000;
    const cost = await measured();
    const { count } = await stage.seen();
    return {
      runsPerSecond: ended / seconds,
      cost,
      peakMb: service.peakMemory / 2 ** 20,
      lost: runs - ended,
      doubled: count - runs,
    };
  });
}

function ourFigures(ours: readonly Drain[], runs: number): Figure[] {
  const workload = 'drain';
  const of = (pick: (drain: Drain) => number) => median(ours.map(pick));
  const worst = (pick: (drain: Drain) => number) => Math.max(...ours.map(pick));
  return [
    { workload, figure: 'rate', value: of((each) => each.runsPerSecond), unit: 'runs/s' },
    ...costFigures(
      workload,
      {
        seconds: 0,
        serviceCpu: of((each) => each.cost.serviceCpu),
        databaseCpu: of((each) => each.cost.databaseCpu),
        statements: of((each) => each.cost.statements),
      },
      runs,
    ),
    { workload, figure: 'peak memory', value: worst((each) => each.peakMb), unit: 'MB' },
    below(1, { workload, figure: 'lost', value: worst((each) => each.lost), unit: '' }),
    below(1, { workload, figure: 'doubled', value: worst((each) => each.doubled), unit: '' }),
  ];
}

function peerFigures(ours: readonly Drain[], theirs: ReadonlyMap<Peer, readonly PeerDrain[]>): Figure[] {
  const rate = median(ours.map((drain) => drain.runsPerSecond));
  return [...theirs].flatMap(([peer, drains]) => {
    const of = (pick: (drain: PeerDrain) => number) => median(drains.map(pick));
    const beside = { name: peer.name, value: of((each) => each.runsPerSecond) };
    const figure = { workload: 'drain', figure: `rate beside ${peer.name}`, value: rate, unit: 'runs/s' };
    const cpu = { workload: 'drain', unit: 's' };
    return [
      besidePeer(peer.bar, figure, beside),
      { ...cpu, figure: `${peer.name}: process CPU per 1,000 runs`, value: of((each) => each.processCpu) },
      { ...cpu, figure: `${peer.name}: server CPU per 1,000 runs`, value: of((each) => each.serverCpu) },
    ];
  });
}
