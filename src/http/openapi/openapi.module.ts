import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DocsFiles } from './docs-files.js';
import { OpenApiController } from './openapi.controller.js';

/** Describes every route of the application in which it is imported. */
@Module({ imports: [DiscoveryModule], controllers: [OpenApiController], providers: [DocsFiles] })
export class OpenApiModule {}
