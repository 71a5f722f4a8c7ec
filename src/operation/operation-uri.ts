/** Answers the path under which the outside finds an operation. */
export function operationUri(id: string): string {
  return `/api/jobs/${id}`;
}
