import { Controller, Get, Param, Res } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Response } from 'express';
import { MINUTE_MS } from '../../core/instant.js';
import { Public } from '../scope.decorators.js';
import { DocsFiles } from './docs-files.js';
import { openApiDocument } from './document.js';
import { routesOf } from './routes.js';

/** Asked for again after this long, and sent only where they differ. */
const KEPT = { maxAge: 10 * MINUTE_MS };

/** The description of the API, for programs and for people. It needs no credentials and nothing from elsewhere. */
@Controller()
export class OpenApiController {
  private document: object | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly files: DocsFiles,
  ) {}

  @Get('openapi.json')
  @Public()
  json(): object {
    this.document ??= openApiDocument(
      this.discovery.getControllers().flatMap(({ metatype }) => routesOf(metatype as never)),
    );
    return this.document;
  }

  @Get('docs')
  @Public()
  page(@Res() response: Response): void {
    response.sendFile(this.files.page);
  }

  @Get('docs/:file')
  @Public()
  file(@Param('file') file: string, @Res() response: Response): void {
    response.sendFile(this.files.pathOf(file), KEPT);
  }
}
