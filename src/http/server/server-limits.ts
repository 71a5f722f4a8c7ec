import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { closeAbandonedAnswers } from './abandoned-answers.js';
import { ConnectionLimits } from './connection-limits.js';
import { answerParserErrors, type OnUnread } from './parser-errors.js';
import { UnreadAnswers } from './unread-answers.js';

const SECOND_MS = 1_000;

/** Limits what connections cost that do nothing, or too slowly (rest-api.md, "Limits of a connection"). Call it before `listen`. `onUnread` is told of requests that cannot be read. */
export function limitServer(app: NestExpressApplication, onUnread: OnUnread): void {
  const server: Server = app.getHttpServer();
  // Until the head of a request is there, and until all of it is.
  server.headersTimeout = 15 * SECOND_MS;
  server.requestTimeout = 30 * SECOND_MS;
  // Longer than clients and load balancers keep theirs, which are seldom more than 60 s: whoever waits longer meets resets.
  server.keepAliveTimeout = 65 * SECOND_MS;
  // Node reads these from the server, and does not declare them. A missing host is refused by `requireHost`.
  Object.assign(server, { connectionsCheckingInterval: SECOND_MS, requireHostHeader: false });
  answerParserErrors(server, onUnread);
  new ConnectionLimits((address) => isProxy(app, address)).watch(server);
  new UnreadAnswers().watch(server);
  closeAbandonedAnswers(server);
}

/** Returns whether an address is one of TRUSTED_PROXIES. Express compiles them to a function when the application starts. */
function isProxy(app: NestExpressApplication, address: string): boolean {
  const express = app.getHttpAdapter().getInstance() as { get(setting: string): unknown };
  const isTrusted = express.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return isTrusted(address, 0);
}
