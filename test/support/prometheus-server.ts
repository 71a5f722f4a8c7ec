import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { stringify } from 'yaml';
import { atEndOfFile } from './end-of-file.js';
import { freePort } from './free-port.js';
import { until } from './look-again.js';
import { findPrometheus } from './promtool.js';
import { makeScratchFolder } from './scratch.js';

/** It scrapes every second: a busy machine may take many times as long. */
const WITHIN_MS = 60_000;

/** A series and its value at the moment of a query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Exemplar {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** A real Prometheus with a configuration and flags of the test; it ends with the file, with all that it has kept. */
export class PrometheusServer {
  private constructor(private readonly url: string) {}

  static async start(config: object, flags: readonly string[] = []): Promise<PrometheusServer> {
    const folder = makeScratchFolder('carillon-prometheus-');
    atEndOfFile(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const own = [`--config.file=${file}`, `--storage.tsdb.path=${folder}`, `--web.listen-address=${address}`];
    const child = spawn(await findPrometheus('prometheus'), [...flags, ...own], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => (said = `${said}${text}`.slice(-2_000)));
    const ended = once(child, 'close').then(() => true);
    atEndOfFile(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const server = new PrometheusServer(`http://${address}`);
    const isReady = () =>
      request(server.url)
        .get('/-/ready')
        .then(
          ({ status }) => status === 200,
          () => false,
        );
    let isOver = false;
    void ended.then(() => (isOver = true));
    await until('Prometheus is ready', WITHIN_MS, async () => {
      if (isOver) throw new Error(`Prometheus ended: ${said}`);
      return isReady();
    });
    return server;
  }

  /** Returns what an expression is now; throws, with what Prometheus says, where it cannot be read. */
  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.ask<{ result: readonly Sample[] | readonly [number, string] }>('query', {
      query: expr,
    });
    return result as readonly Sample[]; // the expressions of tests are vectors
  }

  /** Returns the exemplars of the last hour that belong to the series of an expression. */
  exemplars(expr: string): Promise<readonly Exemplar[]> {
    const now = Date.now() / 1000;
    return this.ask('query_exemplars', { query: expr, start: String(now - 3_600), end: String(now + 3_600) });
  }

  /** Returns the names of what was scraped, as Prometheus keeps them beside the series. */
  async metadata(): Promise<Readonly<Record<string, readonly { readonly type: string }[]>>> {
    return this.ask('metadata', {});
  }

  /** Returns the alert rules that it has loaded, and whether each could be evaluated. */
  async rules(): Promise<readonly { readonly name: string; readonly health: string }[]> {
    const { groups } = await this.ask<{ groups: { rules: { name: string; health: string }[] }[] }>(
      'rules',
      {},
    );
    return groups.flatMap((group) => group.rules);
  }

  /** Resolves with the first answer of these that has something in it; throws where there is none for a minute. */
  async first<T>(what: string, answers: () => Promise<readonly T[]>): Promise<readonly T[]> {
    let latest: readonly T[] = [];
    await until(what, WITHIN_MS, async () => (latest = await answers()).length > 0);
    return latest;
  }

  private async ask<T>(route: string, query: Readonly<Record<string, string>>): Promise<T> {
    const { body } = await request(this.url).get(`/api/v1/${route}`).query(query);
    if (body.status !== 'success') throw new Error(`${body.error}: ${query['query'] ?? route}`);
    return body.data as T;
  }
}
