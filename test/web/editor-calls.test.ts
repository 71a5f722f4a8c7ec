import type { JobSettings } from '../../web/src/api/settings.js';
import { clientOf, curlOf, jsonOf } from '../../web/src/pages/editor/code.js';
import { formOf, type Subject } from '../../web/src/pages/editor/form.js';
import { headersFault } from '../../web/src/pages/editor/headers-fault.js';
import { mergedWith } from '../../web/src/pages/editor/meanwhile.js';
import { previewed } from '../../web/src/pages/editor/previewed.js';
import { requestsOf } from '../../web/src/pages/editor/requests.js';
import { sent, stored, typed } from './support/stored-job.js';

const plain = stored({});

describe('What calls carry, and how often they are made', () => {
  const SET_CALLS: JobSettings = {
    ...{ throttle: { calls: 100, per: '1 minute' }, breaker: { holdFor: '1 hour' }, signing: true },
    headers: { 'X-Api-Key': null, 'X-Team': null },
  };
  const calling = stored({}, SET_CALLS);
  const stays = { name: 'X-Team', value: null, isStored: true };
  const anew = { name: 'X-Api-Key', value: 'secret-1', isStored: true };

  it('is sent as the API takes it, and taken off with null', () => {
    expect(
      sent(plain, {
        job: {
          ...{ throttle: { calls: ' 5 ', per: '', concurrency: 'few' }, signing: true },
          breaker: { isOn: true, holdFor: '' },
          headers: [
            { name: ' X-Api-Key ', value: 'secret-1', isStored: false },
            { name: '', value: '', isStored: false },
          ],
        },
      }).job,
    ).toEqual({
      ...{ throttle: { calls: 5, concurrency: 'few' }, breaker: true, signing: true },
      headers: { 'X-Api-Key': 'secret-1' },
    });
    const { throttle, breaker } = formOf(plain).job ?? {};
    expect(sent(calling, { job: { throttle, breaker, headers: [], signing: false } }).job).toEqual({
      ...{ throttle: null, breaker: null, headers: null, signing: null },
    });
    expect(sent(calling, {})).toEqual({});
  });

  it('keeps, replaces and takes off headers without their values being shown', () => {
    expect(sent(calling, { job: { headers: [anew, stays] } }).job).toEqual({
      headers: { 'X-Api-Key': 'secret-1', 'X-Team': null },
    });
    const requests = requestsOf(calling, typed(calling, { job: { headers: [anew, stays] } }));
    const code = { subject: calling, requests, origin: 'https://jobs.example.com' };
    for (const text of [jsonOf(code), curlOf(code), clientOf(code)]) {
      expect(text).toMatch(/"X-Api-Key": "VALUE",\s+"X-Team": null/);
      expect(text).not.toContain('secret-1');
    }
  });

  it('does not go along to a copy or to another host as far as it is secret', () => {
    const copy: Subject = { kind: 'new job', from: calling.job };
    expect(formOf(copy).job).toMatchObject({
      signing: true,
      headers: [{ name: 'X-Api-Key', value: '' }, {}],
    });
    const faultOf = (subject: Subject, changes: object) => {
      const { job } = typed(subject, { job: changes });
      return job ? headersFault(subject, job) : 'no job';
    };
    expect(faultOf(copy, {})).toBe('Type the value of X-Api-Key, or remove the header');
    expect(faultOf(calling, {})).toBeUndefined();
    expect(faultOf(calling, { action: 'https://other.example.com/run' })).toMatch(
      /^The address is on another/,
    );
    expect(faultOf(calling, { action: 'https://other.example.com/run', headers: [anew] })).toBeUndefined();
    const same = { name: 'x-team', value: 'a', isStored: false };
    expect(faultOf(calling, { headers: [stays, same] })).toMatch(/^There are two headers of the name x-team/);
  });

  it('is told in words where somebody else has changed it too', () => {
    const now = stored({}, { ...SET_CALLS, headers: { 'X-Team': null }, throttle: { concurrency: 2 } });
    const form = typed(calling, {
      job: { headers: [anew], throttle: { calls: '', per: '', concurrency: '' } },
    });
    expect(mergedWith(calling, now, form).clashes).toEqual([
      { label: 'Pace of calls', stands: 'Makes at most 2 calls at a time', typed: 'nothing' },
      { label: 'Additional headers', stands: 'X-Team (as stored)', typed: 'X-Api-Key (a new value)' },
    ]);
  });

  it('spreads only what has instants of its own, in a preview too', () => {
    const spread = { spread: ' 10 minutes ' };
    expect(sent(plain, { schedule: spread }).schedule).toEqual({ spread: '10 minutes' });
    expect(previewed(plain, typed(plain, { schedule: spread }))).toMatchObject({ spread: '10 minutes' });
    const was = stored({ spread: '10 minutes' });
    const asInterval = { kind: 'interval', texts: { interval: '5 minutes' } };
    expect(sent(was, { schedule: asInterval }).schedule).toEqual({
      repeatInterval: '5 minutes',
      spread: null,
    });
    expect(previewed(was, typed(was, { schedule: asInterval }))).not.toHaveProperty('spread');
  });
});
