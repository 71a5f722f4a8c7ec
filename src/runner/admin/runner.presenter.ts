import { wireText } from '../../core/instant.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import type { CheckedRunner } from './runner.service.js';

export const RUNNERS = '/admin/v1/runners';

/** Returns a runner without its secret. */
export function runnerWire(runner: RunnerRow) {
  const { id, name, kind, api, spaceId, spaceName, loginKind, loginName, origin } = runner;
  const { appId, caCertificate, state, problem, checkedAt, createdAt } = runner;
  return {
    ...{ runnerId: id, name, kind, api, spaceId, spaceName },
    ...(loginKind === 'password' ? { user: loginName } : { clientId: loginName }),
    ...{ origin, appId, caCertificate, state, problem },
    ...{ checkedAt: wireText(checkedAt), createdAt: wireText(createdAt) },
  };
}

/** Returns a runner after a check. */
export function checkedWire({ runner, warnings }: CheckedRunner) {
  return { ...runnerWire(runner), warnings };
}

/** Returns the path of the applications of a runner, without a page. */
export function appsPath(runnerId: string, { name }: { readonly name?: string | undefined }): string {
  const path = `${RUNNERS}/${runnerId}/apps`;
  return name === undefined ? path : `${path}?${new URLSearchParams({ name }).toString()}`;
}
