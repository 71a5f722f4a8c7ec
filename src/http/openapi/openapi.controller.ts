import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Response } from 'express';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { MINUTE_MS } from '../../core/instant.js';
import { Describes } from '../answers.js';
import { Public } from '../scope.decorators.js';
import { DocsFiles } from './docs-files.js';
import { openApiDocument } from './document.js';
import { routesOf } from './routes.js';

/** The service may be installed in a folder such as `.local`. Which files are sent is up to DocsFiles alone. */
const PAGE = { dotfiles: 'allow' } as const;

/** After this long a browser asks whether a file has changed. */
const FILE = { ...PAGE, maxAge: 10 * MINUTE_MS } as const;

const HTML = 'text/html';

/** The API document and the page that shows it. Both need no credentials, and nothing from other servers. */
@Controller()
export class OpenApiController {
  private document: object | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly files: DocsFiles,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
  ) {}

  @Describes({ summary: 'This document', answers: { 200: z.looseObject({ openapi: z.string() }) } })
  @Get('openapi.json')
  @Public()
  json(): object {
    this.document ??= openApiDocument(
      this.discovery.getControllers().flatMap(({ metatype }) => routesOf(metatype as never)),
      this.config.publicUrl,
    );
    return this.document;
  }

  @Describes({ summary: 'The page that shows this document', answers: { 200: z.string() }, media: HTML })
  @Get('docs')
  @Public()
  page(@Res() response: Response): void {
    response.sendFile(this.files.page, PAGE);
  }

  @Describes({
    summary: 'A file of that page',
    answers: { 200: z.string() },
    media: 'text/*',
    refusals: [404],
  })
  @Get('docs/:file')
  @Public()
  file(@Param('file') file: string, @Res() response: Response): void {
    response.sendFile(this.files.pathOf(file), FILE);
  }
}
