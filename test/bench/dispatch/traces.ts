import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drainOurs, type Drain } from './drain.js';
import { atLeast, median, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

/** How the service is traced in a drain, and which part of the rate without traces it must reach (telemetry.md). */
interface Variant {
  readonly name: string;
  readonly share: string;
  readonly endpoint: 'takes' | 'hangs';
  readonly bar: number;
}

const VARIANTS: readonly Variant[] = [
  { name: 'share 0.01', share: '0.01', endpoint: 'takes', bar: 0.97 },
  { name: 'share 1', share: '1', endpoint: 'takes', bar: 0.6 },
  { name: 'share 0.01, endpoint hangs', share: '0.01', endpoint: 'hangs', bar: 0.97 },
  { name: 'share 1, endpoint hangs', share: '1', endpoint: 'hangs', bar: 0.6 },
];

/** The drain without an endpoint for traces and, right after it, with each variant: the parts are medians of pairs. */
export async function traces(stage: Stage, options: Options): Promise<Figure[]> {
  const runs = options.isQuick ? 10_000 : 50_000;
  const parts = new Map<Variant, number[]>(VARIANTS.map((variant) => [variant, []]));
  const plain: Drain[] = [];
  const endpoints = { takes: await listening(take), hangs: await listening(() => undefined) };
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const [variant, ofVariant] of parts) {
        const without = await drainOurs(stage, runs);
        const { port } = endpoints[variant.endpoint].address() as AddressInfo; // it listens on TCP
        const traced = await drainOurs(stage, runs, {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
          OTEL_TRACES_SAMPLER_ARG: variant.share,
        });
        plain.push(without);
        ofVariant.push(traced.runsPerSecond / without.runsPerSecond);
        console.log(
          `  round ${round + 1}: ${variant.name}: ${Math.round(traced.runsPerSecond)} runs/s beside ${Math.round(without.runsPerSecond)}`,
        );
      }
    }
  } finally {
    for (const server of Object.values(endpoints)) server.close().closeAllConnections();
  }
  const workload = 'traces';
  const rate = median(plain.map(({ runsPerSecond }) => runsPerSecond));
  return [
    { workload, figure: 'rate without an endpoint', value: rate, unit: 'runs/s' },
    ...[...parts].map(([{ name, bar }, ofVariant]) =>
      atLeast(bar, { workload, figure: `part of it: ${name}`, value: median(ofVariant), unit: '' }),
    ),
  ];
}

const take: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('{}'));
};

async function listening(answer: RequestListener): Promise<Server> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
