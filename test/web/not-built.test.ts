import express from 'express';
import request from 'supertest';
import { PageServer } from '../../src/dashboard/page-server.js';

describe('The pages of a service that was started without a build of them', () => {
  const http = request(
    express()
      .use(new PageServer(null).answer)
      .get('/dashboard/api/session', (_request, response) => void response.json({})),
  );

  it('say what is missing, and leave the API to itself', async () => {
    for (const path of ['/dashboard/', '/dashboard/sign-in', '/dashboard/assets/index-00000000.js']) {
      const { text } = await http
        .get(path)
        .expect(503)
        .expect('Content-Type', /^text\/plain/)
        .expect('Cache-Control', 'no-store');
      expect(text).toContain('npm run build');
    }
    await http.get('/dashboard/api/session').expect(200);
  });
});
