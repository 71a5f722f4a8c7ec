import { ApiClient } from '../support/api-client.js';
import { ASSAULTS, type Target } from './assaults.js';

/** A process of its own that attacks until its time is over: `attackers.ts <target as JSON> [attack...]`. */
const target = JSON.parse(process.argv[2] ?? '{}') as Target;
const names = process.argv.slice(3);

const client = new ApiClient(target.origin, target.folder);
const token = await client.tokenOf(target.tenantId);
await client.close();
const chosen = Object.entries(ASSAULTS).filter(([name]) => names.length === 0 || names.includes(name));
await Promise.all(
  chosen.map(([name, assault]) =>
    assault(target, token).catch((error: unknown) => {
      if (Date.now() < target.until)
        console.error(`${name} gave up: ${String((error as Error).message).slice(0, 300)}`);
    }),
  ),
);
process.exit(0);
