import { readProcessConfig, type Config } from '../config/config.js';
import { developmentTlsFiles } from '../config/development-tls-files.js';
import { isTlsServed } from './served-tls.js';

/** Returns the Config as the service beside has it: where it was started with `--tls`, its URL is of https. */
export async function asServed(config: Config): Promise<Config> {
  if (config.tls !== null || !(await isTlsServed(config))) return config;
  return readProcessConfig({ ...developmentTlsFiles(config.credentialsDir) });
}
