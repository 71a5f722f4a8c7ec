import type { Reaction } from '../support/action-target.js';
import { Deployment, runIdOf, startServer, usualReaction } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();

/**
 * What the other replica calls again is still open when the frozen one brings its outcome: then only the lease says
 * whose it is. No call is held for as long as the freeze of the long form lasts.
 */
const CALLED_AGAIN = inForm<Reaction>({ short: { kind: 'hold' }, long: { kind: 'answer' } });

describe('A replica that stands still for longer than its lease', () => {
  it('neither records what it had called nor plans anything twice when it goes on', async () => {
    const leaseMs = inForm({ short: 3_000, long: 60_000 });
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs });
    const { endpoint } = deployment;
    await endpoint.received(100);
    endpoint.reacts({ kind: 'hold' });
    // A second later what was answered before is on record: what is open then is held.
    await endpoint.received(endpoint.calls.length + 30);
    const replica = await deployment.busyOne({ hasOpenCalls: true });
    const fromMs = Date.now();
    replica.freeze();
    deployment.strike();
    // The answers lie in the sockets of a process that does not read them.
    endpoint.release();
    const called = new Set(deployment.calls.map((call) => call.runId));
    endpoint.reacts((call, place) => (called.has(runIdOf(call)) ? CALLED_AGAIN : usualReaction(call, place)));
    await lasting(inForm({ short: 8_000, long: 90_000 }));
    deployment.freezes.push({ fromMs, untilMs: Date.now() });
    replica.thaw();
    deployment.strike();
    // By its second beat it has tried to record what it was answered.
    await deployment.beats(replica, 2);
    endpoint.release();
    await deployment.recover();
    const judgement = await deployment.judged(
      `SIGSTOP for ${inForm({ short: 8, long: 90 })} s, then SIGCONT`,
    );
    expectSound(judgement);
    // What it had called and not recorded was called by the other, and so was, late, what it held: there was something
    // to lose.
    expect(judgement.doubled).toBeGreaterThan(0);
    expect(judgement.worstLatenessMs).toBeGreaterThan(leaseMs / 3);
  });
});
