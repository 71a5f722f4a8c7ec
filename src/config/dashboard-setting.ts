/** Whether the service has a dashboard. */
export interface DashboardSetting {
  readonly isOn: boolean;
  /** Why it is off, in a sentence; null where it is on, or was switched off on purpose. */
  readonly offBecause: string | null;
}

/** Returns whether there is a dashboard at a public URL: its cookie and its policy are for a whole host, not for a path. */
export function dashboardOf(isWanted: boolean, publicUrl: string): DashboardSetting {
  const { pathname } = new URL(publicUrl);
  if (!isWanted || pathname === '/') return { isOn: isWanted, offBecause: null };
  const offBecause = `The dashboard is off: PUBLIC_URL has the path '${pathname}', and the dashboard needs a host of its own. DASHBOARD=off says that this is meant.`;
  return { isOn: false, offBecause };
}
