/** What UAAs say of refused logins, without the full stop at its end. */
const DESCRIPTIONS = new Set([
  'Bad credentials',
  'Bad client credentials',
  'Client authentication failed',
  'Your account has been locked because of too many failed attempts to login',
  'Your current password has expired. Please reset your password',
  'Password change required',
  'User authentication failed',
  "User does not meet the client's required group criteria",
  'The origin provided in the login hint is invalid',
  'The origin provided in the login_hint is invalid',
]);
/** The codes of OAuth 2.0 (RFC 6749, 5.2), and the word of the UAA. */
const CODES = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'unauthorized',
  'unauthorized_client',
  'unsupported_grant_type',
]);

/**
 * Returns what a login server says of a refusal, null where these are no words that are known: they may repeat the
 * password, in whatever form.
 */
export function knownReason(told: {
  readonly error?: unknown;
  readonly error_description?: unknown;
}): string | null {
  const { error, error_description: description } = told;
  const sentence = typeof description === 'string' ? description.replace(/\.$/, '') : '';
  if (DESCRIPTIONS.has(sentence)) return sentence;
  return typeof error === 'string' && CODES.has(error) ? `the login server says ${error}` : null;
}
