import { isRunnable, mergedTaskOptions } from '../../src/core/task/task-definition.js';
import { parseTaskOptions } from '../../src/core/task/task-options.js';

const GUID = '5b8c0f0e-1d7a-4c1e-9a55-0d6f3a1b2c3d';
const parse = (options: unknown) => parseTaskOptions(options, 'options');

describe('Options of a task', () => {
  it.each<object>([
    {},
    { memory_in_mb: 1, disk_in_mb: 2_048, log_rate_limit_in_bytes_per_second: -1 },
    { command: 'c'.repeat(4_096), name: 'n', user: 'u'.repeat(255), droplet_guid: GUID },
    { template: { process: { guid: GUID } } },
    { command: 'a\tb\nc' },
    { metadata: {} },
    {
      metadata: {
        labels: { team: 'a-b_c.d', 'example.com/empty': '' },
        annotations: { note: 'any text, ü' },
      },
    },
    { metadata: { labels: { ['k'.repeat(63)]: 'v'.repeat(63) }, annotations: { a: 'x'.repeat(5_000) } } },
    { metadata: { labels: { carillonneur: '1', 'x.carillon-run': '1' } } },
  ])('are taken as they are (%#)', (options) => {
    expect(parse(options)).toEqual(options);
  });

  it.each<[unknown, string]>([
    [null, "'options' must be a JSON object, but is null"],
    [[], "'options' must be a JSON object, but is []"],
    [7, "'options' must be a JSON object, but is 7"],
    [{ memory: 1 }, "'options.memory' is not known: leave it out, or use one of memory_in_mb, disk_in_mb"],
    [{ constructor: 1 }, "'options.constructor' is not known"],
    [{ log_rate_limit_per_second: 1 }, 'log_rate_limit_in_bytes_per_second'],
    [{ memory_in_mb: 0 }, "'options.memory_in_mb' must be a whole number, at least 1, but is 0"],
    [{ memory_in_mb: '1' }, "'options.memory_in_mb' must be a whole number, at least 1, but is '1'"],
    [{ disk_in_mb: 1.5 }, "'options.disk_in_mb' must be a whole number"],
    [{ disk_in_mb: null }, "'options.disk_in_mb' must be a whole number"],
    [{ log_rate_limit_in_bytes_per_second: -2 }, 'at least -1, but is -2'],
    [{ command: '' }, "'options.command' must be a text of 1 to 4096 characters"],
    [{ command: 'c'.repeat(4_097) }, "'options.command' must be a text of 1 to 4096 characters"],
    [{ name: 'n'.repeat(256) }, "'options.name' must be a text of 1 to 255 characters"],
    [{ command: 'a\0b' }, "'options.command' must not contain control characters"],
    [{ command: 'a\r\nb' }, "'options.command' must not contain control characters"],
    [{ name: 'a\u001bb' }, "'options.name' must not contain control characters"],
    [{ user: [] }, "'options.user' must be a text of 1 to 255 characters"],
    [{ droplet_guid: 'latest' }, "'options.droplet_guid' must be a UUID, but is 'latest'"],
    [{ template: GUID }, "'options.template' must be a JSON object"],
    [{ template: {} }, "'options.template.process' must be a JSON object"],
    [{ template: { process: { type: 'web' } } }, "'options.template.process.type' is not known"],
    [{ template: { process: { guid: 7 } } }, "'options.template.process.guid' must be a UUID, but is 7"],
    [{ template: { process: { guid: GUID }, app: {} } }, "'options.template.app' is not known"],
    [{ metadata: { tags: {} } }, "'options.metadata.tags' is not known: 'labels' and 'annotations' are"],
    [{ metadata: { labels: [] } }, "'options.metadata.labels' must be a JSON object"],
    [{ metadata: { labels: { a: 1 } } }, "'options.metadata.labels.a' must be a text, but is 1"],
    [{ metadata: { labels: { a: null } } }, "'options.metadata.labels.a' must be a text, but is null"],
    [{ metadata: { labels: { a: 'v'.repeat(64) } } }, "'options.metadata.labels.a' must be at most 63"],
    [{ metadata: { labels: { a: '-v' } } }, "'options.metadata.labels.a' must be at most 63"],
    [{ metadata: { labels: { a: 'a b' } } }, "'options.metadata.labels.a' must be at most 63"],
    [{ metadata: { labels: { '-a': 'v' } } }, "'options.metadata.labels.-a' must be 1 to 63"],
    [{ metadata: { labels: { ['k'.repeat(64)]: 'v' } } }, 'must be 1 to 63 letters'],
    [{ metadata: { labels: { 'a/b/c': 'v' } } }, 'must be 1 to 63 letters'],
    [{ metadata: { labels: { 'a..b/c': 'v' } } }, 'must be 1 to 63 letters'],
    [{ metadata: { labels: { '/c': 'v' } } }, 'must be 1 to 63 letters'],
    [{ metadata: { labels: { 'CloudFoundry.org/c': 'v' } } }, 'must be 1 to 63 letters'],
    [
      { metadata: { labels: { 'carillon-run': 'v' } } },
      "'options.metadata.labels.carillon-run' is a label of the service itself",
    ],
    [{ metadata: { annotations: { a: 'x'.repeat(5_001) } } }, 'must have at most 5000 characters'],
    [{ metadata: { annotations: { 'a b': 'x' } } }, 'must be 1 to 63 letters'],
    [
      { metadata: { annotations: { a: 'x\u0000y' } } },
      "'options.metadata.annotations.a' must not contain control",
    ],
  ])('are refused with the key that is wrong (%#)', (options, message) => {
    expect(() => parse(options)).toThrow(message);
  });
});

describe('What a run of a task is started with', () => {
  const task = { command: 'bin/report', processId: null, options: { memory_in_mb: 512, disk_in_mb: 1_024 } };

  it('is the command and the options of the task', () => {
    expect(mergedTaskOptions(task, {})).toEqual({
      command: 'bin/report',
      memory_in_mb: 512,
      disk_in_mb: 1_024,
    });
  });

  it("has the schedule's keys in place of the task's", () => {
    const data = { memory_in_mb: 2_048, command: 'bin/report --all' };
    expect(mergedTaskOptions(task, data)).toEqual({ ...data, disk_in_mb: 1_024 });
  });

  it('has the process as template, and the command of a schedule beside it', () => {
    const template = { process: { guid: GUID } };
    const ofProcess = { command: '', processId: GUID, options: {} };
    expect(mergedTaskOptions(ofProcess, {})).toEqual({ template });
    expect(mergedTaskOptions(ofProcess, { command: 'c' })).toEqual({ template, command: 'c' });
    const other = { process: { guid: GUID.replace('5', '6') } };
    expect(mergedTaskOptions(ofProcess, { template: other })).toEqual({ template: other });
  });

  it('has labels and annotations of both, key by key', () => {
    const options = { metadata: { labels: { team: 'a', kind: 'x' }, annotations: { by: 'task' } } };
    const data = { metadata: { labels: { team: 'b' } } };
    expect(mergedTaskOptions({ ...task, options }, data).metadata).toEqual({
      labels: { team: 'b', kind: 'x' },
      annotations: { by: 'task' },
    });
    expect(mergedTaskOptions({ ...task, options: {} }, data).metadata).toEqual(data.metadata);
    expect(mergedTaskOptions(task, { metadata: {} })).not.toHaveProperty('metadata.labels');
  });

  it('can run where it has a command or a template', () => {
    expect(isRunnable({ command: 'c' })).toBe(true);
    expect(isRunnable({ template: { process: { guid: GUID } } })).toBe(true);
    expect(isRunnable({ memory_in_mb: 1 })).toBe(false);
  });
});
