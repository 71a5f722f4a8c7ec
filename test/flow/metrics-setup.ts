import { jest } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type request from 'supertest';
import { DeploymentReader } from '../../src/health/deployment/deployment.reader.js';
import { BreakerReader } from '../../src/schedule/protection/breaker/breaker.reader.js';
import type { ManualClock } from '../support/manual-clock.js';
import { labeledSamplesOf, type Sample } from '../support/samples.js';

type Http = { readonly http: ReturnType<typeof request> };

/** Returns what an application publishes, where it wants a token with this one. */
export async function samples({ http }: Http, name?: string, token?: string): Promise<Sample[]> {
  const asked = http.get('/metrics');
  if (token !== undefined) asked.set('Authorization', `Bearer ${token}`);
  const all = labeledSamplesOf((await asked.expect(200)).text);
  return name === undefined ? all : all.filter((sample) => sample.name === name);
}

/** Returns the one value of a metric; undefined where it is left out. */
export async function valueOf(app: Http, name: string): Promise<number | undefined> {
  return (await samples(app, name))[0]?.value;
}

/** Returns the values of a metric by its labels, as `value other`, without those that are 0. */
export async function byLabels(app: Http, name: string): Promise<Record<string, number>> {
  const counted = (await samples(app, name)).filter(({ value }) => value !== 0);
  return Object.fromEntries(counted.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

/**
 * Lets half a minute pass, and returns what an application publishes once the deployment was read anew, however long the
 * machine takes for it.
 */
export async function fresh(
  app: Http & { readonly app: NestExpressApplication; readonly clock: ManualClock },
): Promise<(name: string) => Record<string, number>> {
  app.clock.advance(30_000);
  const reader = app.app.get(DeploymentReader, { strict: false });
  const breakers = app.app.get(BreakerReader, { strict: false });
  const looks = [jest.spyOn(reader, 'standing'), jest.spyOn(reader, 'sums'), jest.spyOn(breakers, 'count')];
  await samples(app);
  for (const look of looks) {
    await Promise.allSettled(look.mock.results.map(({ value }) => value));
    look.mockRestore();
  }
  const all = await samples(app);
  return (wanted) => {
    const found = all.filter(({ name }) => name === wanted);
    return Object.fromEntries(found.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
  };
}
