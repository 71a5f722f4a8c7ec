import { NestFactory } from '@nestjs/core';
import { KeyRing } from '../auth/key/key-ring.js';
import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';
import { AuditLog } from '../tenant/audit-log.store.js';
import { NewBindingModule } from './new-binding.module.js';

/**
 * Puts a new signing key in the place of all others, beside the running service or without it, and returns what is said of
 * it: for keys that somebody else may have. Throws CannotStart.
 */
export async function newSigningKey(config: Config): Promise<string> {
  if (config.databaseUrl === 'sqlite::memory:') {
    throw new CannotStart('The database is in memory: start the service anew, and it has a new key.');
  }
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(NewBindingModule.of(config), options);
  try {
    const audit = context.get(AuditLog, { strict: false });
    const entry = {
      instanceId: null,
      tenantId: null,
      actor: 'system',
      event: 'signing-key.replaced',
    } as const;
    const kid = await context
      .get(KeyRing)
      .replaceAll((tx, kid) => audit.append(tx, { ...entry, details: { kid } }));
    return [
      `Made a new signing key: ${kid}. It is the only one now; a service that runs has it within 5 s.`,
      'Every access token of before is void. Clients get a new one with their credentials, which stay; calls to endpoints carry new ones.',
    ].join('\n');
  } finally {
    await context.close();
  }
}
