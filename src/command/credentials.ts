import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';

/** What the file of the binding says about the way to a token. */
const vcapServices = z.looseObject({
  jobscheduler: z.tuple(
    [
      z.looseObject({
        credentials: z.looseObject({
          uaa: z.looseObject({
            url: z.url(),
            clientid: z.string(),
            clientsecret: z.string(),
            uaadomain: z.string(),
          }),
        }),
      }),
    ],
    z.unknown(),
  ),
});

/** The file in which the service keeps its own binding. */
export interface KeptVcap {
  readonly path: string;
  /** The JSON as it was written. */
  readonly text: string;
  readonly uaa: {
    readonly url: string;
    readonly clientid: string;
    readonly clientsecret: string;
    readonly uaadomain: string;
  };
}

/** Reads the credentials that the service keeps. Throws CannotStart, with the way back, where there are none. */
export function readKeptVcap({ credentialsDir }: Config): KeptVcap {
  if (credentialsDir === null) {
    throw new CannotStart(
      'The database is in memory: its credentials are shown at the start and kept nowhere.',
    );
  }
  const path = join(credentialsDir, 'vcap-services.json');
  const text = readText(path);
  const parsed = vcapServices.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw new CannotStart(`The file ${path} holds no credentials: npm run new-binding makes new ones.`);
  }
  return { path, text: text.trimEnd(), uaa: parsed.data.jobscheduler[0].credentials.uaa };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CannotStart(
      `The file ${path} ${why}: the first start of the service makes it (npm start); where it is lost, npm run new-binding makes new credentials. DATABASE_URL and CREDENTIALS_DIR must be those of the service.`,
      { cause: error },
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
