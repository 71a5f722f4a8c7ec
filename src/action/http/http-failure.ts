/** Error codes of undici, with the codes and messages of Node.js, which users know. */
const KNOWN: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  UND_ERR_SOCKET: { code: 'ECONNRESET', message: 'The endpoint closed the connection before it answered.' },
  UND_ERR_CONNECT_TIMEOUT: { code: 'ETIMEDOUT', message: 'No connection came about within the time limit.' },
  UND_ERR_HEADERS_OVERFLOW: {
    code: 'HPE_HEADER_OVERFLOW',
    message: 'The headers of the answer are too large.',
  },
};

const LONGEST_MESSAGE = 500;

/** Returns what `runText` says about a network error: its code and one line of text. */
export function failureOf(error: Error): { readonly code: string; readonly message: string } {
  // Several addresses were tried: the first failure is reported for all.
  const { errors } = error as { readonly errors?: readonly Error[] }; // only an AggregateError has it
  const told = errors?.[0] ?? error;
  const code = codeOf(told);
  const known = KNOWN[code];
  if (known !== undefined) return known;
  return { code, message: told.message.replace(/\s+/g, ' ').slice(0, LONGEST_MESSAGE) };
}

function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'HTTPParserError' ? 'HPE_INVALID' : 'ERROR'; // undici does not set the code
}
