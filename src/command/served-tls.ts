import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Config } from '../config/config.js';

const WITHIN_MS = 2_000;
/** What is listened on at every address is reached at this one. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Returns whether something listens at HOST and PORT that speaks TLS. Nothing is sent there but the greeting. */
export function isTlsServed({ host, port }: Pick<Config, 'host' | 'port'>): Promise<boolean> {
  const at = LOOPBACK[host] ?? host;
  return new Promise((resolve) => {
    const options = { host: at, port, servername: isIP(at) === 0 ? at : '', rejectUnauthorized: false };
    const socket = connect(options, () => end(true));
    const end = (isServed: boolean) => {
      socket.destroy();
      resolve(isServed);
    };
    socket.on('error', () => end(false));
    socket.setTimeout(WITHIN_MS, () => end(false));
  });
}
