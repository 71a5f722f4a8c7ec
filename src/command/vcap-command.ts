import type { Config } from '../config/config.js';
import { readKeptVcap } from './credentials.js';

/** Returns VCAP_SERVICES as the service has written it at its latest start. Throws CannotStart where it is lost. */
export function vcap(config: Config): string {
  return readKeptVcap(config).text;
}
