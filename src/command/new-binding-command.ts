import { NestFactory } from '@nestjs/core';
import { CannotStart } from '../config/cannot-start.js';
import { readProcessConfig, type Config } from '../config/config.js';
import { developmentTlsFiles } from '../config/development-tls-files.js';
import { NewBinding, type MadeBinding } from './new-binding.js';
import { NewBindingModule } from './new-binding.module.js';
import { isTlsServed } from './served-tls.js';

/** Returns the Config as the service beside has it: where it was started with `--tls`, its URL is of https. */
async function asServed(config: Config): Promise<Config> {
  if (config.tls !== null || !(await isTlsServed(config))) return config;
  return readProcessConfig({ ...developmentTlsFiles(config.credentialsDir) });
}

/** Makes new credentials, beside the running service or without it, and returns what is said of them. Throws CannotStart. */
export async function newBinding(given: Config): Promise<string> {
  const config = await asServed(given);
  if (config.credentialsDir === null) {
    throw new CannotStart('The database is in memory: new credentials can be made through the API only.');
  }
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(NewBindingModule.of(config), options);
  try {
    return sentences(await context.get(NewBinding).make(), config);
  } finally {
    await context.close();
  }
}

function sentences(made: MadeBinding, { publicUrl }: Config): string {
  const { instance, clientId, path, oldPath, operator, others } = made;
  const lines = [
    `Made a new binding of the service instance '${instance.name}': ${clientId}.`,
    `It is kept in ${path}, which only you can read.`,
  ];
  if (oldPath !== null) lines.push(`The file of before is ${oldPath} now.`);
  if (operator)
    lines.push(`Made a new operator's client too, ${operator.clientId}: it is in ${operator.path}.`);
  lines.push(
    `  give it to your application:  export VCAP_SERVICES="$(npm run -s vcap)"`,
    `  a token by hand:              npm run -s token`,
  );
  if (others.total === 0) return lines.join('\n');
  const shown = others.results.map(({ clientId: id, id: bindingId }) => `  ${bindingId}  ${id}`);
  if (others.total > shown.length) shown.push(`  and ${others.total - shown.length} more`);
  lines.push(
    'The bindings of before stay valid:',
    ...shown,
    'To revoke one, with the service running:',
    `  curl -X DELETE -H "Authorization: Bearer $(npm run -s token)" ${publicUrl}/admin/v1/bindings/<id>`,
  );
  return lines.join('\n');
}
