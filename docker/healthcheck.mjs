// Ends with 0 where the service in this container is alive. The slim image has no curl.
const scheme = process.env.TLS_CERT ? 'https' : 'http';
// The certificate names the host that callers use, not this address.
if (scheme === 'https') process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const answer = await fetch(`${scheme}://127.0.0.1:${process.env.PORT}/health/live`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
