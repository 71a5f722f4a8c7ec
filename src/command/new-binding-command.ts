import { NestFactory } from '@nestjs/core';
import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';
import { developmentTlsFiles } from '../config/development-tls-files.js';
import { asServed } from './as-served.js';
import { NewBinding, type MadeClient } from './new-binding.js';
import { NewBindingModule } from './new-binding.module.js';

/** Makes new credentials, beside the running service or without it, and returns what is said of them. Throws CannotStart. */
export async function newBinding(given: Config, wish: { readonly isForOperator: boolean }): Promise<string> {
  const config = await asServed(given);
  if (config.credentialsDir === null) {
    throw new CannotStart('The database is in memory: new credentials can be made through the API only.');
  }
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(NewBindingModule.of(config), options);
  try {
    const made = await context.get(NewBinding).make(wish);
    return made.flatMap((each) => sentencesOf(each, config)).join('\n');
  } finally {
    await context.close();
  }
}

function sentencesOf({ owner, clientId, path, oldPath, others }: MadeClient, config: Config): string[] {
  const isOperator = owner === null;
  const what = isOperator ? 'client of the operator' : `binding of the service instance '${owner.name}'`;
  const token = `npm run -s token${isOperator ? ' -- --operator' : ''}`;
  const lines = [`Made a new ${what}: ${clientId}.`, `It is kept in ${path}, which only you can read.`];
  if (oldPath !== null) lines.push(`The file of before is ${oldPath} now.`);
  if (!isOperator) lines.push(`  give it to your application:  export VCAP_SERVICES="$(npm run -s vcap)"`);
  lines.push(`  a token by hand:              ${token}`);
  if (others.total === 0) return lines;
  const shown = others.results.map(({ clientId: id, id: bindingId }) => `  ${bindingId}  ${id}`);
  if (others.total > shown.length) shown.push(`  and ${others.total - shown.length} more`);
  const url = `${config.publicUrl}/admin/v1/${isOperator ? 'operator/clients' : 'bindings'}/<id>`;
  return [
    ...lines,
    isOperator ? "The operator's clients of before stay valid:" : 'The bindings of before stay valid:',
    ...shown,
    'To revoke one, with the service running:',
    `  curl -X DELETE${trustOf(config)} -H "Authorization: Bearer $(${token})" ${url}`,
  ];
}

/** The certificate that `--tls` makes is known to nobody. */
function trustOf({ tls, credentialsDir }: Config): string {
  const { TLS_CERT } = developmentTlsFiles(credentialsDir);
  return tls?.certFile === TLS_CERT ? ` --cacert ${TLS_CERT}` : '';
}
