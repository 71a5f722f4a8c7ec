import { InvalidInput, shown } from '../errors.js';
import { refusedValue } from './setting-values.js';

const EXAMPLE = "such as 'https://app.example.com/cancel'";

/** Returns a value of `cancelAction` as it is stored. Throws InvalidInput. */
export function cancelActionSetting(given: unknown): string {
  const isUrl =
    typeof given === 'string' &&
    /^https?:\/\/[^\s/]/i.test(given) &&
    !/[\s\p{Cc}]/u.test(given) &&
    URL.canParse(given);
  if (isUrl) return given;
  throw refusedValue('cancelAction', `an absolute URL with http or https, ${EXAMPLE}`, given);
}

/** Throws InvalidInput where runs of a job would be canceled at another origin than they are called at: its token is meant for one. */
export function refuseElsewhere(action: string, cancelAction: string): void {
  const { origin } = new URL(action);
  if (new URL(cancelAction).origin === origin) return;
  throw new InvalidInput(
    `'cancelAction' ${shown(cancelAction)} must have the scheme, host and port of 'action', which are ${origin}: change both together`,
    'cancelAction',
  );
}
