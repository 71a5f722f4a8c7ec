import type { TaskView } from './task.content.js';

/** What the wire says of a task after all that it says of a job. */
export function taskFields({ runnerId, appId, appName, processId, options }: TaskView) {
  return { runnerId, appId, appName, processId, options };
}
