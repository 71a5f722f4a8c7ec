import { z } from 'zod';
import { isPlatformFailure, PlatformRefused, problemOf, stateAfter } from '../platform-failure.js';
import type { RunnerCheck } from '../task-platform.js';
import { documentOf } from './cloud-answer.js';
import type { CloudClient } from './cloud-client.js';
import { appDocument, flagDocument, pageDocument, spaceDocument } from './cloud-documents.js';
import type { CloudTarget } from './cloud-target.js';
import type { CloudTokens } from './cloud-tokens.js';

const NO_ROLE =
  'The role space_developer was not found for this login in the space: the Cloud Controller may refuse to start tasks.';
const FLAG_OFF =
  "The feature flag 'task_creation' is off: the Cloud Controller lets nobody but its administrators start tasks.";

const anyPage = pageDocument(z.unknown());

/** Looks whether a target can run tasks: logs in, reads the space and an application, and what starting a task needs. */
export class CloudCheck {
  constructor(
    private readonly client: CloudClient,
    private readonly tokens: CloudTokens,
    private readonly target: CloudTarget,
    private readonly timeoutMs: number,
  ) {}

  /** Returns what was found, within the time limit of one call for all of it. Never rejects. */
  async run(): Promise<RunnerCheck> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<RunnerCheck>((resolve) => {
      const problem = `The Cloud Controller or its login server did not answer within ${this.timeoutMs / 1_000} s.`;
      timer = setTimeout(() => resolve(failed('unreachable', problem)), this.timeoutMs);
    });
    try {
      return await Promise.race([this.look().catch(checkOf), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async look(): Promise<RunnerCheck> {
    const access = await this.tokens.logInAnew();
    const [spaceName, ...warnings] = await Promise.all([
      this.spaceName(),
      this.warningOfApp(),
      this.warningOfRole(access),
      this.warningOfFlag(),
    ]);
    return { state: 'ready', problem: null, spaceName, warnings: warnings.flatMap((text) => text ?? []) };
  }

  private async spaceName(): Promise<string> {
    const { spaceId } = this.target;
    try {
      return documentOf(await this.client.get(`/v3/spaces/${spaceId}`), spaceDocument).name;
    } catch (error) {
      if (!(error instanceof PlatformRefused) || !error.about.isOwn) throw error;
      const text = `The space ${spaceId} is not there, or this login may not see it: ${error.message}`;
      throw new PlatformRefused(error.status, [text], error.about);
    }
  }

  private async warningOfApp(): Promise<string | null> {
    const { appId, spaceId } = this.target;
    const query = { space_guids: spaceId, per_page: 1, guids: appId ?? undefined };
    const { resources } = documentOf(await this.client.get('/v3/apps', query), pageDocument(appDocument));
    if (appId === null || resources.length > 0) return null;
    return `The application ${appId} was not found in the space: every task has to name its own.`;
  }

  private async warningOfRole(access: string): Promise<string | null> {
    const user = subjectOf(access) ?? this.target.login.name;
    const query = { types: 'space_developer', space_guids: this.target.spaceId, user_guids: user };
    return this.warning(async () => {
      const { pagination } = documentOf(await this.client.get('/v3/roles', query), anyPage);
      return pagination.total_results === 0 ? NO_ROLE : null;
    }, NO_ROLE);
  }

  private warningOfFlag(): Promise<string | null> {
    return this.warning(async () => {
      const { enabled } = documentOf(await this.client.get('/v3/feature_flags/task_creation'), flagDocument);
      return enabled ? null : FLAG_OFF;
    }, null);
  }

  /** What may not be read is no reason to refuse a runner. */
  private async warning(
    look: () => Promise<string | null>,
    otherwise: string | null,
  ): Promise<string | null> {
    try {
      return await look();
    } catch (error) {
      if (error instanceof PlatformRefused && error.about.isOwn) return otherwise;
      throw error;
    }
  }
}

/** Returns whose token this is by its claims, which are not verified: they only choose what is looked for. */
function subjectOf(access: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return z.object({ user_id: z.string() }).safeParse(claims).data?.user_id ?? null;
  } catch {
    return null;
  }
}

function checkOf(error: unknown): RunnerCheck {
  if (!isPlatformFailure(error)) throw error;
  return failed(stateAfter(error), problemOf(error));
}

function failed(state: 'refused' | 'unreachable', problem: string): RunnerCheck {
  return { state, problem, spaceName: null, warnings: [] };
}
