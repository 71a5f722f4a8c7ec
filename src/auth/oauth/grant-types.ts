export const CLIENT_CREDENTIALS = 'client_credentials';
/** RFC 7523: exchanges a user's token for a token in that user's tenant. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The grants that the token endpoint knows. */
export const GRANT_TYPES = [CLIENT_CREDENTIALS, JWT_BEARER] as const;
