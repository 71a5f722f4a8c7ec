import { readConfig } from '../../src/config/config.js';
import { parseDatabaseUrl } from '../../src/config/database-url.js';

const place = (rest: object) => ({
  host: 'db.example.com',
  port: 3306,
  user: 'carillon',
  password: 'secret',
  database: 'jobs',
  tls: { kind: 'offered' },
  ...rest,
});
const SERVER = 'mysql://carillon:secret@db.example.com/jobs';

describe('DATABASE_URL', () => {
  it.each([
    [SERVER, place({})],
    ['mysql://carillon:secret@db.example.com:3307/jobs', place({ port: 3307 })],
    [
      'mysql://a%40b:%2F%3F%23%5B%25+%C3%A9@db.example.com/jobs%2D1',
      place({ user: 'a@b', password: '/?#[%+é', database: 'jobs-1' }),
    ],
    ['mysql://carillon@db.example.com/jobs', place({ password: '' })],
    ['mysql://carillon:secret@[2001:db8::1]/jobs', place({ host: '2001:db8::1' })],
    ['mysql://carillon:secret@localhost/jobs', place({ host: 'localhost', tls: { kind: 'off' } })],
    ['mysql://carillon:secret@127.0.0.2/jobs', place({ host: '127.0.0.2', tls: { kind: 'off' } })],
    ['mysql://carillon:secret@[::1]/jobs', place({ host: '::1', tls: { kind: 'off' } })],
    [
      'mysql://carillon:secret@localhost/jobs?tls=on',
      place({ host: 'localhost', tls: { kind: 'on', caFile: null } }),
    ],
    [`${SERVER}?tls=off`, place({ tls: { kind: 'off' } })],
    [`${SERVER}?tls=skip-verify`, place({ tls: { kind: 'on', caFile: null } })],
    [`${SERVER}?tls=verify`, place({ tls: { kind: 'verify', caFile: null } })],
    [
      `${SERVER}?tls=verify&ca=%2Fetc%2Fa%20b.pem`,
      place({ tls: { kind: 'verify', caFile: '/etc/a b.pem' } }),
    ],
    [`${SERVER}?ca=ca.pem&tls=on`, place({ tls: { kind: 'on', caFile: 'ca.pem' } })],
    ['sqlite:./data/a b%20c.sqlite', { file: './data/a b%20c.sqlite' }],
    ['sqlite::memory:', { file: ':memory:' }],
  ])('%s is understood', (text, expected) => {
    expect(parseDatabaseUrl(text)).toEqual(expected);
  });

  it.each([
    [`${SERVER}?ssl=true`, "has the parameter 'ssl'"],
    [`${SERVER}?tls=on&charset=latin1`, "has the parameter 'charset'"],
    [`${SERVER}?TLS=on`, "has the parameter 'TLS'"],
    [`${SERVER}?tls=on&tls=off`, "has the parameter 'tls' twice"],
    [`${SERVER}?tls=yes`, "has tls='yes', which is not one of off, on, verify, skip-verify"],
    [`${SERVER}?tls=`, "has tls=''"],
    [`${SERVER}?tls`, "has tls=''"],
    [`${SERVER}?tls=verify&ca=`, "has the parameter 'ca' without the name of a file"],
    [`${SERVER}?ca=ca.pem`, "'ca', which goes with tls=verify"],
    [`${SERVER}?tls=skip-verify&ca=ca.pem`, "'ca', which goes with tls=verify"],
    ['mysql://carillon:se%zzcret@db.example.com/jobs', 'has a % in its password'],
    ['mysql://carillon:se#cret@db.example.com/jobs', 'is written %23'],
    ['mysql://carillon:se/cret@db.example.com/jobs', 'percent-encoded'],
    ['mysql://carillon:secret@db.example.com:99999/jobs', 'must be sqlite:<file> or mysql://'],
    ['mysql://carillon:secret@db.example.com/', 'the name of the database is missing'],
    ['mysql://carillon:secret@db.example.com', 'the name of the database is missing'],
    ['sqlite:./data/carillon.sqlite?mode=ro', "has the parameter 'mode'"],
    ['sqlite:', 'must be sqlite:<file>'],
    ['postgres://carillon:secret@db.example.com/jobs', 'must be sqlite:<file> or mysql://'],
  ])('%s ends the start, which says what is wrong and shows no password', (text, reason) => {
    const read = () => readConfig({ DATABASE_URL: text });
    expect(read).toThrow(reason);
    expect(read).not.toThrow(/se(cret|.{0,3}cret)@|secret/);
  });
});
