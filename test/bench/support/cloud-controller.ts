import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Child } from './processes.js';

const MAIN = fileURLToPath(new URL('../../support/cloud-controller/main.mjs', import.meta.url));

interface World {
  readonly space: { readonly guid: string };
  readonly app: { readonly guid: string };
}

/** The fake Cloud Controller of the tests, for a benchmark. */
export class CloudController {
  private constructor(
    private readonly child: Child,
    readonly api: string,
    readonly world: World,
  ) {}

  static async start(): Promise<CloudController> {
    const child = spawn(process.execPath, [MAIN], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { api } = JSON.parse(line) as { api: string };
    return new CloudController(new Child(child), api, await ask<World>(api, 'GET', 'world'));
  }

  /** Returns when requests came whose `METHOD /path?query` matches a pattern, in epoch milliseconds. */
  async requestTimes(on: string): Promise<number[]> {
    const requests = await ask<{ atMs: number }[]>(this.api, 'POST', 'requests', { on });
    return requests.map(({ atMs }) => atMs);
  }

  /** Ends all tasks, and returns when. */
  async endAll(): Promise<number> {
    await ask(this.api, 'POST', 'tasks', { guids: await this.guids(), state: 'SUCCEEDED' });
    return Date.now();
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  private async guids(): Promise<string[]> {
    return (await ask<{ guid: string }[]>(this.api, 'GET', 'tasks')).map(({ guid }) => guid);
  }
}

async function ask<T>(api: string, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${api}/fake/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`The fake Cloud Controller answered ${answer.status}.`);
  return (await answer.json()) as T;
}
