import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Describes } from '../http/answers.js';
import { Lasting, Public, Requires, type LastingCaller } from '../http/scope.decorators.js';
import { sinkOf } from './event-sink.js';
import { EventStreamService } from './event-stream.service.js';
import { streamCreatedAnswer } from './event.answers.js';
import { startOf, streamById, streamQuery, tokenOf } from './event.schema.js';

/** The streams that tell clients when operations end (async-operations.md, "SSE"). */
@Controller('api')
@Requires('scheduler')
export class EventController {
  constructor(private readonly streams: EventStreamService) {}

  @Describes({
    summary: 'Listen to the ends of operations (server-sent events)',
    answers: { 200: z.string() },
    media: 'text/event-stream',
  })
  @Get('jobs/events')
  @Requires('read')
  async listen(
    @Lasting() owner: LastingCaller,
    @Query({ schema: streamQuery }) query: z.output<typeof streamQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const start = startOf(request, query);
    await this.streams.openOwn(owner, tokenOf(request), start, sinkOf(response));
  }

  @Describes({
    summary: 'Create a stream for a client that sends no headers',
    answers: { 200: streamCreatedAnswer },
  })
  @Post('sessions/operations/create-server-sent-events-stream')
  @HttpCode(200)
  async create(@Lasting() owner: LastingCaller) {
    return { 'stream-id': await this.streams.create(owner) };
  }

  @Describes({
    summary: 'Open a stream by its id (server-sent events)',
    answers: { 200: z.string() },
    media: 'text/event-stream',
    refusals: [404],
  })
  @Get('sessions/operations/open-server-sent-events-stream')
  @Public()
  async open(
    @Query({ schema: streamById }) query: z.output<typeof streamById>,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    await this.streams.open(query['stream-id'], startOf(request, query), sinkOf(response));
  }
}
