export const CLIENT_CREDENTIALS = 'client_credentials';

/** The grants that the token endpoint knows. */
export const GRANT_TYPES = [CLIENT_CREDENTIALS] as const;
