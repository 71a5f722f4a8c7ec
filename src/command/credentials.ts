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

/** What the file of the operator's client says about the way to a token. */
const operatorSheet = z.looseObject({ url: z.url(), clientid: z.string(), clientsecret: z.string() });

/** A file in which the service keeps credentials. */
export interface KeptClient {
  readonly path: string;
  /** The JSON as it was written. */
  readonly text: string;
  readonly url: string;
  readonly clientid: string;
  readonly clientsecret: string;
  /** In front of it a tenant's subdomain may stand; null for the operator, who belongs to no tenant. */
  readonly uaadomain: string | null;
  /** The command that makes new ones. */
  readonly remedy: string;
}

/** Reads the binding that the service keeps. Throws CannotStart, with the way back, where there is none. */
export function readKeptVcap(config: Config): KeptClient {
  const remedy = 'npm run new-binding';
  const { path, text } = readKept(config, 'vcap-services.json', remedy);
  const parsed = vcapServices.safeParse(jsonOf(text));
  if (!parsed.success) throw new CannotStart(holdsNone(path, remedy));
  return { path, text, remedy, ...parsed.data.jobscheduler[0].credentials.uaa };
}

/** Reads the operator's client that the service keeps. Throws CannotStart, with the way back, where there is none. */
export function readKeptOperator(config: Config): KeptClient {
  const remedy = 'npm run new-binding -- --operator';
  const { path, text } = readKept(config, 'operator-credentials.json', remedy);
  const parsed = operatorSheet.safeParse(jsonOf(text));
  if (!parsed.success) throw new CannotStart(holdsNone(path, remedy));
  return { path, text, remedy, uaadomain: null, ...parsed.data };
}

const holdsNone = (path: string, remedy: string) =>
  `The file ${path} holds no credentials: ${remedy} makes new ones.`;

function readKept({ credentialsDir }: Config, name: string, remedy: string): { path: string; text: string } {
  if (credentialsDir === null) {
    throw new CannotStart(
      'The database is in memory: its credentials are shown at the start and kept nowhere.',
    );
  }
  const path = join(credentialsDir, name);
  return { path, text: readText(path, remedy).trimEnd() };
}

function readText(path: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CannotStart(
      `The file ${path} ${why}: the first start of the service makes it (npm start); where it is lost, ${remedy} makes new credentials. DATABASE_URL and CREDENTIALS_DIR must be those of the service.`,
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
