/**
 * Stands before every login of a runner, so that a wrong password is not tried until its user is locked
 * (cf-tasks.md, "Logins").
 */
export interface LoginGate {
  /**
   * Makes a login and returns its result. Throws LoginRefused without one where the last was refused and it is too early
   * for another, unless it `isForced`: somebody asks for it.
   */
  pass<T>(logIn: () => Promise<T>, isForced: boolean): Promise<T>;
}

/** Lets every login pass: for a runner that is checked before it is stored. */
export const OPEN_GATE: LoginGate = { pass: (logIn) => logIn() };
