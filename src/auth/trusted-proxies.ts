import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express } from 'express';
import { CONFIG, type Config } from '../config/config.js';

/**
 * Tells Express whose word on the caller's address and host it may take (`X-Forwarded-For`, `X-Forwarded-Host`):
 * that of the configured proxies, and of nobody else. Without it everyone behind a proxy would be one address to
 * the count of failed attempts.
 */
@Injectable()
export class TrustedProxies implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (this.config.trustedProxies.length === 0) return;
    // The platform is Express (main.ts); Nest does not know its type here.
    const express = this.host.httpAdapter.getInstance<Express>();
    express.set('trust proxy', this.config.trustedProxies);
  }
}
