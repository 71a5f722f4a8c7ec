import { useResource } from '../../api/resource.js';
import type { JobList } from '../../api/types.js';
import { jobPath } from '../../paths.js';
import { useTenant } from '../../session.js';
import { EDITOR } from '../../texts/editor.js';

/** The way to a job that was made although no answer came, once the service tells of one with its name. */
export function MadeAfterAll({ name }: { readonly name: string }) {
  const tenant = useTenant();
  const path = `/dashboard/api/jobs?q=${encodeURIComponent(name)}&sort=newest`;
  const { body } = useResource<JobList>(path);
  // A provider sees the jobs of all, and has made one of its own.
  const made = body?.results.find((job) => job.name === name && (tenant !== null || job.tenant === null));
  return (
    <p role="status">
      {made && (
        <>
          {EDITOR.notSaved.isThere} <a href={jobPath(made.id)}>{made.name}</a>
        </>
      )}
    </p>
  );
}
