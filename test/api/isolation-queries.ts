/** Read models of the dashboard that tell a tenant of its own objects. */
export const DASHBOARD_READS = [
  'get /dashboard/api/jobs',
  'get /dashboard/api/jobs/:jobId',
  'get /dashboard/api/overview',
  'get /dashboard/api/runs',
  'get /dashboard/api/runs/:runId',
  'get /dashboard/api/runs/download',
  'get /dashboard/api/strips',
];

/** Returns the query that a path needs so that its answer depends on whose the objects are. */
export function queryOf(path: string, { jobId, scheduleId }: { jobId: string; scheduleId: string }): string {
  if (path === '/scheduler/actionLogs') return `?jobId=${jobId}`;
  if (path === '/dashboard/api/strips') return `?schedules=${scheduleId}`;
  if (path === '/dashboard/api/runs') return '?state=SCHEDULED';
  if (path === '/dashboard/api/runs/download') return `?state=SCHEDULED&scheduleId=${scheduleId}`;
  return path.includes('/search/') ? '?q=beta' : '';
}
