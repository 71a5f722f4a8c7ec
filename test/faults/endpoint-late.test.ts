import { Deployment, startServer, usualReaction } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { until } from '../support/look-again.js';

type Loss = 'cut' | 'blackhole';

const server = await startServer();

describe('An endpoint that answers after the lease of the replica that called it', () => {
  const leaseMs = inForm({ short: 3_000, long: 10_000 });

  it.each(inForm<Loss[]>({ short: ['blackhole'], long: ['cut', 'blackhole'] }))(
    'was lost (the way to the database: %s) is not heard: what the other replica was told stands',
    async (fault) => {
      const deployment = await Deployment.start(server, { replicas: 2, leaseMs, hasProxies: true });
      const { endpoint, table } = deployment;
      await endpoint.received(40);
      // What is called first is answered late, and with a failure; what is called again succeeds at once.
      endpoint.reacts({ kind: 'hold', status: 500, body: 'too late' });
      const heldFrom = endpoint.calls.length;
      await endpoint.received(heldFrom + 30);
      // Whichever replica has made the most of these calls: the other one may have made them all.
      const [most] = (await table.listHolders()).sort((a, b) => b.due - a.due);
      const holder = deployment.running.find(({ pid }) => pid === most?.pid);
      const repeated = () => {
        const held = new Set(deployment.calls.slice(heldFrom, heldFrom + 30).map(({ runId }) => runId));
        const later = deployment.calls.slice(heldFrom + 30).map(({ runId }) => runId);
        return later.filter((runId) => held.has(runId));
      };
      await deployment.during(async () => {
        holder?.proxy?.[fault]();
        endpoint.reacts(usualReaction);
        await until('the other replica calls again', 3 * leaseMs, () => repeated().length > 0);
        // The answers to all calls before come now: to the replica that lost its lease, and to the one that did not.
        endpoint.release();
        holder?.proxy?.restore();
      });
      await deployment.recover();
      const judgement = await deployment.judged(`endpoint answers after the lease (${fault})`);
      expectSound(judgement);
      const twice = repeated();
      const states = await table.query<{ status: number }>(
        `SELECT http_status AS status FROM run WHERE LOWER(HEX(id)) IN (${twice.map((id) => `'${id}'`).join(',')})`,
      );
      expect(states.map(({ status }) => status)).toEqual(twice.map(() => 200));
    },
  );
});
