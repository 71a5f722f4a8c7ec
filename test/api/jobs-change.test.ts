import { aJob, aName, aSchedule, CREATING, createJob, describeApi, refuses } from './setup.js';

describeApi('Changing and deleting jobs', (api) => {
  const read = async (url: string) => (await api().acme.get(`${url}?displaySchedules=true`).expect(200)).body;
  const actions = async (jobId: number) => {
    const { body } = await api().acme.get(`/scheduler/actionLogs?jobId=${jobId}`).expect(200);
    return body.results.map(({ action }: { action: string }) => action);
  };

  describe('PUT /scheduler/jobs/{jobId}', () => {
    it('changes what is given and nothing else', async () => {
      const job = await createJob(api().acme, {
        active: true,
        description: 'old',
        user: 'robot',
        password: 'x',
      });
      const change = {
        description: 'new',
        httpMethod: 'GET',
        ansConfig: { onError: true },
        endTime: '2035-01-01',
      };
      const { body } = await api().acme.put(job.url, change).expect(200);
      expect(body).toEqual({ success: true });
      const { url: _url, first: _first, ...before } = job;
      expect(await read(job.url)).toEqual({ ...before, ...change, endTime: '2035-01-01 00:00:00' });
      await api().acme.put(job.url, { ansConfig: null, endTime: null, user: null }).expect(200);
      expect(await read(job.url)).toMatchObject({
        ansConfig: null,
        endTime: null,
        user: null,
        description: 'new',
      });
      expect(await actions(job._id)).toEqual(['UPDATE', 'UPDATE', 'CREATE', 'CREATE']);
    });

    it('drops the plans when it deactivates, and plans anew when it activates', async () => {
      const job = await createJob(api().acme, { active: true });
      const nextRunAt = async () => (await read(job.url)).schedules[0].nextRunAt;
      await api().acme.put(job.url, { active: false }).expect(200);
      expect(await nextRunAt()).toBeNull();
      await api().acme.put(job.url, { active: 'true' }).expect(200);
      expect(await nextRunAt()).toBe(job.first.nextRunAt);
      await api().acme.put(job.url, { startTime: '2030-06-01' }).expect(200);
      expect(await nextRunAt()).toBe('2030-06-01 03:00:00');
      expect(await actions(job._id)).toEqual(['UPDATE', 'ACTIVATE', 'DEACTIVATE', 'CREATE', 'CREATE']);
    });

    it('deactivates the schedules that an end time leaves no run', async () => {
      const job = await createJob(api().acme, { active: true });
      await api().acme.put(job.url, { endTime: '2030-01-01T02:00:00Z' }).expect(200);
      expect((await read(job.url)).schedules).toMatchObject([{ active: false, nextRunAt: null }]);
      expect(await actions(job._id)).toContain('DEACTIVATION_ON_END_TIME');
    });

    it('takes the stored name and refuses another', async () => {
      const job = await createJob(api().acme);
      await api().acme.put(job.url, { name: job.name, active: true }).expect(200);
      await refuses(
        api().acme.put(job.url, { name: 'another' }),
        400,
        `${CREATING}'name' 'another' does not match the stored name '${job.name}': a name cannot change`,
      );
    });

    it.each([
      [{ calmConfig: {} }, /^Error while creating job: 'calmConfig' object cannot be empty$/],
      [{ httpMethod: 'HEAD' }, /'httpMethod' must be one of/],
      [{ action: 'x' }, /must be an absolute URL/],
      [{ startTime: '2031-01-01', endTime: '2030-01-01' }, /lies before/],
      [{ active: null }, /'active' must be a boolean/],
      [{ description: 5, name: 5 }, /'name' must be a string, but is 5/],
    ])('refuses %j and changes nothing', async (change, message) => {
      const job = await createJob(api().acme, { active: true });
      const before = await read(job.url);
      await refuses(api().acme.put(job.url, change), 400, message);
      expect(await read(job.url)).toEqual(before);
    });

    it('answers 404 where there is no such job, or not for the caller', async () => {
      const job = await createJob(api().acme);
      for (const url of [
        '/scheduler/jobs/999999',
        '/scheduler/jobs/0',
        '/scheduler/jobs/99999999999999999999',
      ]) {
        await refuses(api().acme.put(url, { active: true }), 404, /There is no job/);
      }
      await refuses(api().beta.put(job.url, { active: true }), 404, /There is no job/);
      await api().provider.put(job.url, { description: 'by the provider' }).expect(200);
    });
  });

  describe('PUT /scheduler/jobs/{name}', () => {
    const put = (name: string, body: object) =>
      api().acme.put(`/scheduler/jobs/${encodeURIComponent(name)}`, body);

    it('creates a job that is not there', async () => {
      const job = aJob({ active: true });
      const { body, headers } = await put(job.name, job).expect(201);
      expect(headers['location']).toBe(`/scheduler/jobs/${body._id}`);
      expect(body).toMatchObject({
        name: job.name,
        active: true,
        schedules: [{ nextRunAt: '2030-01-01 03:00:00' }],
      });
    });

    it('replaces one that is there: the id stays, what is not given goes to its default', async () => {
      const job = await createJob(api().acme, {
        ...{ active: true, description: 'x', httpMethod: 'GET', endTime: '2035-01-01', user: 'robot' },
        calmConfig: { enabled: true },
      });
      const { body } = await put(job.name, { action: 'https://other.example.com/' }).expect(200);
      expect(body).toMatchObject({
        ...{ _id: job._id, description: '', active: false, httpMethod: 'POST', endTime: null, user: null },
        ...{ calmConfig: null, action: 'https://other.example.com/' },
        schedules: [{ scheduleId: job.first.scheduleId, active: true, nextRunAt: null }],
      });
    });

    it('replaces the schedules by those that are given', async () => {
      const job = await createJob(api().acme, { active: true });
      const schedules = [aSchedule({ cron: '* * * * 4 0 0' })];
      const { body } = await put(job.name, {
        name: job.name,
        action: job.action,
        active: true,
        schedules,
      }).expect(200);
      expect(body.schedules).toMatchObject([{ cron: '* * * * 4 0 0', nextRunAt: '2030-01-01 04:00:00' }]);
      await api().acme.get(`${job.url}/schedules/${job.first.scheduleId}/runs`).expect(404);
      expect(await read(job.url)).toEqual(body);
    });

    it('creates once where two ask at the same time', async () => {
      const job = aJob();
      const answers = await Promise.all([put(job.name, job), put(job.name, job), put(job.name, job)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect(new Set(answers.map(({ body }) => body._id)).size).toBe(1);
    });

    it('refuses another name in the body, no action, and creating without schedules', async () => {
      const { name } = aJob();
      await refuses(put(name, aJob()), 400, /^Error while creating job: 'name' .* must match the name/);
      await refuses(put(name, { schedules: [aSchedule()] }), 400, /'action' is required/);
      await refuses(
        put(name, { action: 'https://x.example.com' }),
        400,
        /'schedules' is required to create a job/,
      );
      await refuses(put('a/b', aJob({ name: undefined })), 400, /must not contain special characters/);
      const job = await createJob(api().acme);
      await refuses(
        put(job.name, { action: job.action, schedules: [] }),
        400,
        /'schedules' must have at least 1/,
      );
    });

    it("leaves another tenant's job of that name alone", async () => {
      const job = await createJob(api().beta, { name: aName() });
      const { body } = await put(job.name, aJob({ name: job.name })).expect(201);
      expect(body._id).not.toBe(job._id);
    });
  });

  describe('DELETE /scheduler/jobs/{jobId}', () => {
    it('deletes the job with its schedules, runs and action logs, and frees its name', async () => {
      const job = await createJob(api().acme, { active: true });
      const { body } = await api().acme.delete(job.url).expect(200);
      expect(body).toEqual({ success: true });
      const schedule = `${job.url}/schedules/${job.first.scheduleId}`;
      for (const url of [
        job.url,
        `${job.url}/schedules`,
        schedule,
        `${schedule}/runs`,
        `/scheduler/actionLogs?jobId=${job._id}`,
      ]) {
        await refuses(api().acme.get(url), 404, /There is no/);
      }
      await refuses(api().acme.delete(job.url), 404, /There is no job/);
      const again = await createJob(api().acme, { name: job.name });
      expect(again._id).not.toBe(job._id);
    });

    it("does not touch another tenant's job", async () => {
      const job = await createJob(api().acme);
      await refuses(api().beta.delete(job.url), 404, /There is no job/);
      await refuses(api().acme.delete('/scheduler/jobs/some%20name'), 404, /There is no job/);
      await api().acme.get(job.url).expect(200);
      await api().provider.delete(job.url).expect(200);
    });
  });
});
