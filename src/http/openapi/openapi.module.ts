import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DocsFiles } from './docs-files.js';
import { OpenApiController } from './openapi.controller.js';

/** Serves the API document, which describes every route of the application. */
@Module({ imports: [DiscoveryModule], controllers: [OpenApiController], providers: [DocsFiles] })
export class OpenApiModule {}
