/** A URL as a span shows it. */
export interface ShownUrl {
  /** Without user, query and fragment. */
  readonly full: string;
  readonly address: string;
  readonly port: number;
}

/** What stands in place of a path that is a secret, in the word of the OpenTelemetry conventions. */
const MASK = '/REDACTED';

/** Hosts of chats and the like, whose paths are the secret of whoever may post there: exactly these, and all below those with a dot. */
const SECRET_PATHS = [
  'hooks.slack.com',
  'hooks.slack-gov.com',
  'discord.com',
  'discordapp.com',
  '.discord.com',
  'chat.googleapis.com',
  'api.telegram.org',
  'outlook.office.com',
  'outlook.office365.com',
  '.webhook.office.com',
  '.logic.azure.com',
  '.environment.api.powerplatform.com',
  'hooks.zapier.com',
  'maker.ifttt.com',
  'open.feishu.cn',
  'open.larksuite.com',
  'qyapi.weixin.qq.com',
  'oapi.dingtalk.com',
] as const;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Returns a URL as a span may show it, null where it cannot be read: never its user or query, and not its path where that is a
 * secret by itself (telemetry.md, "Settled questions").
 */
export function shownUrl(text: string): ShownUrl | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, host, port, pathname } = new URL(text);
  const path = isSecretPath(hostname) ? MASK : pathname;
  return {
    full: `${protocol}//${host}${path}`,
    address: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port),
  };
}

function isSecretPath(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return SECRET_PATHS.some((secret) => (secret.startsWith('.') ? name.endsWith(secret) : name === secret));
}
