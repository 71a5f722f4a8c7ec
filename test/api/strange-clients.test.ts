import { describeApi } from './setup.js';

const NAMES = ['İ\u{1f600}'.repeat(120), 'x'.repeat(5_000), '\u0000'];

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

  it('is refused for its form where the name has half of a character', async () => {
    const { body } = await api().http.post('/oauth/token').send({ client_id: '\ud800' }).expect(400);
    expect(body).toEqual({
      error: 'invalid_request',
      error_description: String.raw`'client_id' has half of a character, \ud800: send whole characters`,
    });
    expect([401, 429]).toContain((await api().http.get('/scheduler/jobs').auth('\ud800', '\ud800')).status);
  });
});
