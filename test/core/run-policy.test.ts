import { mergePolicies, NO_POLICY, parsePolicy } from '../../src/core/policy/run-policy.js';
import { allSettings, changedSettings, storedSettings } from '../../src/core/policy/settings.js';

describe('parsePolicy', () => {
  it('returns one and the same object wherever nothing is set', () => {
    expect(parsePolicy(null)).toBe(NO_POLICY);
    expect(parsePolicy('{}')).toBe(NO_POLICY);
  });

  it('leaves out what a newer version has set', () => {
    expect(parsePolicy('{ "someday": { "attempts": 3 } }')).toEqual({});
  });

  it('has no zone where the zone is UTC, whatever is said of its clocks', () => {
    expect(parsePolicy('{ "timeZone": "UTC", "dst": { "gap": "skip" } }')).toBe(NO_POLICY);
  });

  it('fills in what a zone does where its clocks change', () => {
    expect(parsePolicy('{ "timeZone": "Europe/Berlin", "dst": { "overlap": "both" } }')).toEqual({
      zone: { zone: 'Europe/Berlin', gap: 'after', overlap: 'both' },
    });
  });

  it.each(['', 'retry', '[]', '"{}"', '3', 'null', '{ "retry": '])('refuses the text %j', (text) => {
    expect(() => parsePolicy(text)).toThrow('A stored policy must be the JSON text of an object.');
  });
});

describe('mergePolicies', () => {
  it('returns one and the same object where neither sets anything', () => {
    expect(mergePolicies(NO_POLICY, NO_POLICY)).toBe(NO_POLICY);
  });

  it("takes the job's settings, and in place of each that the schedule has the schedule's, whole", () => {
    const berlin = parsePolicy('{ "timeZone": "Europe/Berlin", "dst": { "gap": "skip" } }');
    const tokyo = parsePolicy('{ "timeZone": "Asia/Tokyo" }');
    expect(mergePolicies(berlin, NO_POLICY)).toBe(berlin);
    expect(mergePolicies(NO_POLICY, berlin)).toBe(berlin);
    expect(mergePolicies(berlin, tokyo)).toEqual({
      zone: { zone: 'Asia/Tokyo', gap: 'after', overlap: 'first' },
    });
  });
});

describe('changedSettings', () => {
  const BERLIN = '{"timeZone":"Europe/Berlin"}';

  it('stores what is given, in one text, and says what differs', () => {
    expect(changedSettings(null, { timeZone: 'Europe/Berlin' })).toEqual({
      text: BERLIN,
      changed: ['timeZone'],
    });
    expect(changedSettings(BERLIN, { dst: { gap: 'skip' } })).toEqual({
      text: '{"timeZone":"Europe/Berlin","dst":{"gap":"skip"}}',
      changed: ['dst'],
    });
  });

  it('leaves the text as it is where nothing differs', () => {
    for (const change of [{}, { timeZone: 'Europe/Berlin' }, { dst: null }])
      expect(changedSettings(BERLIN, change)).toEqual({ text: BERLIN, changed: [] });
  });

  it('stores nothing where the last one is taken off', () => {
    expect(changedSettings(BERLIN, { timeZone: null })).toEqual({ text: null, changed: ['timeZone'] });
    expect(changedSettings(BERLIN, allSettings({}))).toEqual({ text: null, changed: ['timeZone'] });
  });

  it('keeps what a newer version has stored, and shows nothing of it', () => {
    const text = '{"someday":1,"timeZone":"Europe/Berlin"}';
    expect(changedSettings(text, { timeZone: null }).text).toBe('{"someday":1}');
    expect(storedSettings(text)).toEqual({ timeZone: 'Europe/Berlin' });
  });
});
