import type { ComponentChildren } from 'preact';
import type { JobDetail } from '../../api/types.js';
import { Moment } from '../../controls/time.js';
import { callOf, TASK } from '../../texts.js';
import { JOB } from '../../texts/job.js';
import { SETTING_WORDS, settingLines } from '../../texts/setting-words.js';

/** What a job is set to. What is not set is left out. */
export function Settings({ job }: { readonly job: JobDetail }) {
  const { setting } = JOB;
  const lines = settingLines(job.settings);
  const at = (instant: number | null) => instant !== null && <Moment at={instant} />;
  const facts: readonly (readonly [name: string, value: ComponentChildren])[] = [
    [setting.action, <code>{job.kind === 'http' ? callOf(job) : job.action}</code>],
    [setting.kind, job.kind === 'http' ? '' : TASK],
    [setting.description, job.description],
    [setting.user, job.user],
    [SETTING_WORDS.behaviour, lines.length > 0 && lines.map((line) => <p key={line}>{line}</p>)],
    [setting.startAt, at(job.startAt)],
    [setting.endAt, at(job.endAt)],
    [setting.tenant, job.tenant?.subdomain],
    [setting.createdAt, at(job.createdAt)],
    [setting.modifiedAt, at(job.modifiedAt)],
    [setting.id, String(job.id)],
  ];
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">{JOB.settings}</h2>
      <dl class="settings">
        {facts
          .filter(([, value]) => Boolean(value))
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
