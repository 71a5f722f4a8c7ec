import { mergePolicies, NO_POLICY, parsePolicy, type RunPolicy } from '../../src/core/plan/run-policy.js';

describe('parsePolicy', () => {
  it('returns one and the same object wherever nothing is set', () => {
    expect(parsePolicy(null)).toBe(NO_POLICY);
    expect(parsePolicy('{}')).toBe(NO_POLICY);
  });

  it('leaves out what a newer version has set', () => {
    expect(parsePolicy('{ "someday": { "attempts": 3 } }')).toEqual({});
  });

  it.each(['', 'retry', '[]', '"{}"', '3', 'null', '{ "retry": '])('refuses the text %j', (text) => {
    expect(() => parsePolicy(text)).toThrow('A stored policy must be the JSON text of an object.');
  });
});

describe('mergePolicies', () => {
  // There is no setting yet: these stand for those that come.
  const of = (settings: object): RunPolicy => settings;

  it('returns one and the same object where neither sets anything', () => {
    expect(mergePolicies(NO_POLICY, NO_POLICY)).toBe(NO_POLICY);
  });

  it("takes the job's settings, and in place of each that the schedule has the schedule's, whole", () => {
    const ofJob = of({ retry: { attempts: 3, factor: 2 }, timeout: 5 });
    expect(mergePolicies(ofJob, NO_POLICY)).toBe(ofJob);
    expect(mergePolicies(NO_POLICY, ofJob)).toBe(ofJob);
    expect(mergePolicies(ofJob, of({ retry: { attempts: 1 } }))).toEqual({
      retry: { attempts: 1 },
      timeout: 5,
    });
  });
});
