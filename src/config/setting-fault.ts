import type { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables whose value is not shown, because it is a secret or contains one. */
const SECRET =
  /SECRET|^DATABASE_URL$|^AMQP_URL$|^METRICS_TOKEN$|^OTEL_EXPORTER_OTLP_(HEADERS|(TRACES_)?ENDPOINT)$/;
const LONGEST_SHOWN = 200;

/**
 * Returns the line that tells of a setting that is not permitted: its name, what is wrong, and what was given. The path of the
 * fault leads from the name of the variable into its JSON, where it is JSON.
 */
export function settingFault(env: Environment, { path, message }: z.core.$ZodIssue): string {
  const [name = '', ...within] = path.map(String);
  const place = within.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
  const given = SECRET.test(name) ? null : givenAt(env[name] ?? '', within);
  return `  ${name}${place}: ${message}${given === null ? '' : ` (it is ${given})`}`;
}

function givenAt(text: string, within: readonly string[]): string | null {
  if (within.length === 0) return `'${text}'`;
  let value: unknown = JSON.parse(text); // a fault within it was found by reading it
  for (const key of within) value = (value as Record<string, unknown>)[key];
  const shown = JSON.stringify(value) as string | undefined;
  if (shown === undefined || shown.length <= LONGEST_SHOWN) return shown ?? null;
  return `${Array.from(shown).slice(0, LONGEST_SHOWN).join('')}...`;
}
