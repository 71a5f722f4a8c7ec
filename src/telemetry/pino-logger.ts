import { Writable } from 'node:stream';
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config.js';
import { LogStream } from './log-stream.js';

const STANDARD_OUTPUT = 1;

/** What Nest logs about its own start: useful only for debugging how the modules are connected. */
const WIRING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Implements Nest's logger interface with pino: one structured line per fact, readable on a terminal. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>) {
    const options = { level: logLevel, base: null };
    const lines = new LogStream(STANDARD_OUTPUT, (count) =>
      this.warn(`${count} lines were left out: nobody read them.`),
    );
    this.pino = pino(options, logFormat === 'pretty' ? readable(lines) : lines);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(WIRING.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Nest logs, with its stack, what ends the start, and then throws it: main.ts tells it.
    if (rest.at(-1) === 'ExceptionHandler') return;
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /**
   * Writes one line. Nest passes the context (the class that logs) as the last argument, after a stack where
   * there is one.
   */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ) {
    const context = rest.at(-1);
    const [stack] = rest.length > 1 ? rest : [];
    const fields = typeof message === 'object' && message !== null ? message : { msg: String(message) };
    this.pino[level]({ context, ...(stack === undefined ? {} : { stack }), ...fields });
  }
}

/** Returns a stream that makes lines readable on a terminal and passes them on. */
function readable(lines: LogStream) {
  const destination = new Writable({
    decodeStrings: false,
    write(line, _encoding, done) {
      lines.write(String(line));
      done();
    },
  });
  return pretty({
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'context',
    messageFormat: '{msg}',
    singleLine: true,
    destination,
  });
}
