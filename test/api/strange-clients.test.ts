import { describeApi } from './setup.js';

const NAMES = ['İ\u{1f600}'.repeat(120), 'x'.repeat(5_000), '\u0000', '\ud800'];

describeApi('A client of any name', (api) => {
  it.each(NAMES)('is refused like an unknown one (%#)', async (name) => {
    const { http } = api();
    const params = { grant_type: 'client_credentials', client_id: name, client_secret: name };
    const statuses = [
      (await http.post('/oauth/token').send(params)).status,
      (await http.post('/oauth/token').type('form').send(params)).status,
      (await http.get('/scheduler/jobs').auth(name, name)).status,
      (await http.post('/oauth/token').auth(name, name).send(params)).status,
    ];
    // 429 for the last of them: fifteen were tried before.
    for (const status of statuses) expect([401, 429]).toContain(status);
  });
});
