/** The errors of a Cloud Controller, as its documentation and its code have them. */
const KINDS = {
  'CF-InvalidAuthToken': [401, 1000],
  'CF-NotAuthenticated': [401, 10002],
  'CF-NotAuthorized': [403, 10003],
  'CF-FeatureDisabled': [403, 330002],
  'CF-BadQueryParameter': [400, 10005],
  'CF-MessageParseError': [400, 1001],
  'CF-NotFound': [404, 10000],
  'CF-ResourceNotFound': [404, 10010],
  'CF-ProcessNotFound': [404, 350003],
  'CF-UnprocessableEntity': [422, 10008],
  'CF-RateLimitExceeded': [429, 10013],
};

/** A request that is refused; thrown by whoever finds out. */
export class Refusal extends Error {
  constructor(title, detail, headers = {}) {
    super(detail);
    const [status, code] = KINDS[title];
    this.status = status;
    this.headers = headers;
    this.body = { errors: [{ code, title, detail }] };
  }
}

export const unprocessable = (detail) => new Refusal('CF-UnprocessableEntity', detail);
export const notFound = (what) => new Refusal('CF-ResourceNotFound', `${what} not found`);
export const invalidToken = () => new Refusal('CF-InvalidAuthToken', 'Invalid Auth Token');
