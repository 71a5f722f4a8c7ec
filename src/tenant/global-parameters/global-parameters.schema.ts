import { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';

const NAME = 'ASYNC_EXEC_TIMEOUT';
const MOST_SECONDS = 604_800;

function secondsOf(value: unknown): number {
  const refuse = (why: string) => new InvalidInput(`Incorrect ${NAME} value - ${why}`, NAME);
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value));
  const seconds = isNumber ? Number(value) : NaN;
  if (!Number.isInteger(seconds)) throw refuse(`${NAME} must be a number`);
  if (seconds <= 0) throw refuse(`value for ${NAME} must be positive (provided ${seconds})`);
  if (seconds > MOST_SECONDS) throw refuse(`maximum value for ${NAME} is ${MOST_SECONDS}`);
  return seconds;
}

function parametersOf(body: Readonly<Record<string, unknown>>): { asyncTimeoutS: number } {
  const names = Object.keys(body);
  if (names.length !== 1 || names[0] !== NAME) throw new InvalidInput('Unallowed Configuration');
  return { asyncTimeoutS: secondsOf(body[NAME]) };
}

/** Body that changes the global parameters (rest-api.md, "Configuration of a service instance"). */
export const globalParameters = z
  .record(z.string(), z.unknown())
  .transform(refusing(parametersOf))
  .meta({
    id: 'GlobalParameters',
    properties: { [NAME]: { type: ['string', 'integer'] } },
    required: [NAME],
    additionalProperties: false,
  });

/** The answer: names and values as text. */
export function globalParametersAnswer(asyncTimeoutS: number) {
  return { config: [{ CONFIG_NAME: NAME, CONFIG_VALUE: String(asyncTimeoutS) }] };
}

/** The shape of the answer. */
export const globalParametersBody = z
  .strictObject({
    config: z.array(z.strictObject({ CONFIG_NAME: z.literal(NAME), CONFIG_VALUE: z.string() })),
  })
  .meta({ id: 'GlobalParametersAnswer' });
