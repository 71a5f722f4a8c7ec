import { Controller, Get, Header } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Public } from '../scope.decorators.js';
import { openApiDocument } from './document.js';
import { docsPage, DOCS_SCRIPT, DOCS_STYLE } from './docs-page.js';
import { routesOf } from './routes.js';

/** The description of the API, for programs and for people. It needs no credentials and nothing from elsewhere. */
@Controller()
export class OpenApiController {
  private document: object | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

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
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return docsPage();
  }

  @Get('docs/docs.js')
  @Public()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(): string {
    return DOCS_SCRIPT;
  }

  @Get('docs/docs.css')
  @Public()
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return DOCS_STYLE;
  }
}
