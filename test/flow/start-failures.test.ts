import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { selfSigned } from '../../src/http/tls/self-signed.js';
import { mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { freePort } from '../support/free-port.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build, ServiceProcess } from '../support/service-process.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PASSWORD = 'not-to-be-shown-1';

interface Start {
  readonly folder: string;
  readonly args?: readonly string[];
}

/** Starts the service as it is shipped and returns what it said and how it ended; it must end by itself. */
async function failedStart(env: Readonly<Record<string, string>>, { folder, args = [] }: Start) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(await freePort()), LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { output, complaint: complaint.trim(), code };
}

function scratch(): string {
  const folder = makeScratchFolder('carillon-test-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A user of the test server with these rights on a database of its own. */
async function userWith(rights: string): Promise<URL> {
  const url = new URL(await mariaDb.createEmptyUrl());
  const uri = url.href;
  const admin = await createConnection({ uri });
  const database = url.pathname.slice(1);
  const user = `u_${database.slice(-12)}`;
  await admin.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${PASSWORD}'`);
  if (rights !== '') await admin.query(`GRANT ${rights} ON ${database}.* TO '${user}'@'%'`);
  await admin.end();
  atEndOfFile(async () => {
    const last = await createConnection({ uri });
    await last.query(`DROP USER '${user}'@'%'`);
    await last.end();
  });
  url.username = user;
  url.password = PASSWORD;
  return url;
}

type Failure = { env: Record<string, string>; says: RegExp; args?: string[] };

/** What can be wrong, and what is said of it. Each makes what it needs in a folder of its own. */
const FAILURES: Record<string, (folder: string) => Promise<Failure>> = {
  'the address is taken': async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    atEndOfFile(() => new Promise((resolve) => holder.close(resolve)));
    const { port } = holder.address() as AddressInfo;
    return { env: { PORT: String(port) }, says: /^The address 127\.0\.0\.1:\d+, .*PORT.*another program/ };
  },
  'the host is not ours': async () => ({
    env: { HOST: '192.0.2.1' },
    says: /^The address 192\.0\.2\.1:\d+, .*HOST is no address of this machine/,
  }),
  'the host does not exist': async () => ({ env: { HOST: 'nowhere.invalid' }, says: /HOST.*no host/ }),
  'nothing answers at the port of the database': async () => ({
    env: { DATABASE_URL: `mysql://carillon:${PASSWORD}@127.0.0.1:${await freePort()}/carillon` },
    says: /^The database server 127\.0\.0\.1:\d+, named in DATABASE_URL, cannot be reached \(ECONNREFUSED\)/,
  }),
  'what listens at the port of the database says nothing': async () => {
    const sockets = new Set<{ destroy(): void }>();
    const mute = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    atEndOfFile(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => mute.close(resolve));
    });
    const { port } = mute.address() as AddressInfo;
    return {
      env: { DATABASE_URL: `mysql://carillon:${PASSWORD}@127.0.0.1:${port}/carillon` },
      says: /DATABASE_URL, cannot be reached \(ETIMEDOUT\)/,
    };
  },
  'the host of the database does not exist': async () => ({
    env: { DATABASE_URL: `mysql://carillon:${PASSWORD}@nowhere.invalid/carillon` },
    says: /^The database server nowhere\.invalid:3306, named in DATABASE_URL, cannot be reached/,
  }),
  'the password of the database is wrong': async () => {
    const url = await userWith('ALL');
    url.password = `${PASSWORD}-wrong`;
    return {
      env: { DATABASE_URL: url.href },
      says: /DATABASE_URL, refuses the user 'u_\w+' or its password/,
    };
  },
  'there is no such database': async () => {
    const url = new URL(await mariaDb.createEmptyUrl());
    url.pathname = '/carillon_nowhere';
    return { env: { DATABASE_URL: url.href }, says: /DATABASE_URL, has no database 'carillon_nowhere'/ };
  },
  'the user of the database has no rights': async () => ({
    env: { DATABASE_URL: (await userWith('')).href },
    says: /DATABASE_URL, denies the user 'u_\w+' a right on the database/,
  }),
  'the user of the database may define no tables': async () => ({
    env: { DATABASE_URL: (await userWith('SELECT, INSERT, UPDATE, DELETE')).href },
    says: /denies the user 'u_\w+' a right .*CREATE/,
  }),
  'the user of the database may delete no rows': async () => ({
    env: { DATABASE_URL: (await userWith('SELECT, INSERT, UPDATE, CREATE, DROP, ALTER, INDEX')).href },
    says: /denies the user 'u_\w+' a right .*DELETE/,
  }),
  'the folder of the database cannot be made': async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    return {
      env: { DATABASE_URL: 'sqlite:./file/carillon.sqlite' },
      says: /^The database file '\.\/file\/carillon\.sqlite', named in DATABASE_URL, cannot be opened/,
    };
  },
  // Node's own way to make folders above each other never returns there.
  'no folder can be made in the file system of the database': () =>
    Promise.resolve({
      env: { DATABASE_URL: 'sqlite:/proc/carillon/data/carillon.sqlite' },
      says: /^The database file '\/proc\/carillon\/data\/carillon\.sqlite', named in DATABASE_URL, cannot be opened/,
    }),
  'the file of the database is something else': async (folder) => {
    writeFileSync(join(folder, 'text'), 'This is a text and no database. '.repeat(100));
    return { env: { DATABASE_URL: 'sqlite:./text' }, says: /DATABASE_URL, is not a SQLite database/ };
  },
  'the file of the database is a folder': async (folder) => {
    mkdirSync(join(folder, 'data.sqlite'));
    return { env: { DATABASE_URL: 'sqlite:./data.sqlite' }, says: /DATABASE_URL, cannot be opened/ };
  },
  'the credentials cannot be written': async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    return { env: { CREDENTIALS_DIR: 'file/below' }, says: /'file\/below\/.*' \(\w+\): .* CREDENTIALS_DIR/ };
  },
  'there is no certificate': async () => ({
    env: { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' },
    says: /^The file 'cert\.pem', named in TLS_CERT, cannot be read \(ENOENT\)/,
  }),
  'the key is of another certificate': async (folder) => {
    const made = () => selfSigned({ name: 'localhost', use: 'server', from: 0, until: 1e12 });
    writeFileSync(join(folder, 'cert.pem'), made().certificate);
    writeFileSync(join(folder, 'key.pem'), made().privateKey);
    return { env: { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' }, says: /TLS_CERT.*TLS_KEY.*belong together/ };
  },
  'the folder of the certificate that --tls makes cannot be made': async (folder) => {
    writeFileSync(join(folder, 'data'), '');
    return { env: {}, args: ['--tls'], says: /^The certificate of --tls cannot be written .*TLS_CERT/ };
  },
  'settings are wrong': async () => ({
    env: {
      PORT: '70000',
      TRUSTED_PROXIES: '10.0.0.0/33',
      DATABASE_URL: `mysql://u:${PASSWORD}@host/d?ssl=1`,
    },
    says: /PORT: must[^]*DATABASE_URL: has the parameter 'ssl'[^]*TRUSTED_PROXIES: must/,
  }),
};

describe('a start that fails', () => {
  beforeAll(build);

  it.each(Object.keys(FAILURES))('says in plain words what is to be mended where %s', async (name) => {
    const folder = scratch();
    const failure = await FAILURES[name]?.(folder);
    const { env = {}, says = /never/, args = [] } = failure ?? {};
    const { output, complaint, code } = await failedStart(env, { folder, args });
    expect(complaint).toMatch(says);
    expect(code).toBe(1);
    expect(`${output}${complaint}`).not.toMatch(/^\s+at |Error: /m);
    expect(`${output}${complaint}`).not.toContain(PASSWORD);
    expect(output).not.toContain(' listens on ');
  });

  it('names KEY_ENCRYPTION_SECRET where the stored keys were sealed with another one', async () => {
    const folder = scratch();
    const env = { DATABASE_URL: `sqlite:${join(folder, 'carillon.sqlite')}` };
    const service = await ServiceProcess.start({ ...env, KEY_ENCRYPTION_SECRET: 'the-first-secret-of-all' });
    await service.end('SIGTERM');
    for (const secret of ['another-secret-of-somebody', '']) {
      const { output, complaint, code } = await failedStart(
        { ...env, KEY_ENCRYPTION_SECRET: secret },
        { folder },
      );
      expect(complaint).toMatch(/^A stored secret .*KEY_ENCRYPTION_SECRET/);
      expect(`${output}${complaint}`).not.toMatch(/^\s+at |another-secret/m);
      expect(code).toBe(1);
    }
  });

  it('has begun nothing where the address is taken: no run of the database is claimed', async () => {
    const { env } = (await FAILURES['the address is taken']?.(scratch())) ?? { env: {} };
    const url = await mariaDb.createEmptyUrl();
    await failedStart({ ...env, DATABASE_URL: url }, { folder: scratch() });
    const connection = await createConnection({ uri: url });
    const [rows] = await connection.query('SELECT COUNT(*) AS replicas FROM replica');
    await connection.end();
    expect(rows).toEqual([{ replicas: 0 }]);
  });
});
