import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import rhea, { type Connection, type Delivery, type EventContext, type Message, type Sender } from 'rhea';

const OPEN_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 15_000;
/** The topic exchange that every RabbitMQ has. For another broker, the topic is the path of the URL. */
const DEFAULT_ADDRESS = '/exchange/amq.topic';
/** All events by which a broker shows that it will accept nothing more. */
const ENDINGS = [
  ...['disconnected', 'connection_error', 'connection_close', 'protocol_error', 'error'],
  ...['session_error', 'session_close', 'sender_error', 'sender_close'],
];

interface Unanswered {
  readonly answer: (isTaken: boolean) => void;
}

/** One open link to a broker, over AMQP 1.0. After it has failed it cannot be used again: open another. */
export class AmqpSender {
  private readonly unanswered = new Map<Delivery, Unanswered>();
  private whenSendable: () => void = () => undefined;
  private failure: string | null = null;

  private constructor(
    private readonly connection: Connection,
    private readonly sender: Sender,
  ) {
    sender.on('accepted', ({ delivery }: EventContext) => this.settle(delivery, true));
    for (const refusal of ['rejected', 'released', 'modified']) {
      sender.on(refusal, ({ delivery }: EventContext) => this.settle(delivery, false));
    }
    sender.on('sendable', () => this.whenSendable());
    for (const ending of ENDINGS)
      connection.on(ending, (context: EventContext) => this.fail(ending, context));
  }

  /** Connects to the broker at a URL, whose path is the address. Rejects where that takes longer than 10 s or fails. */
  static async open(url: string): Promise<AmqpSender> {
    const { protocol, hostname, port, username, password, pathname } = new URL(url);
    const isTls = protocol === 'amqps:';
    const container = rhea.create_container({ id: `carillon-${randomUUID()}` });
    // Without its own listener, an error of the container would end the process.
    container.on('error', () => undefined);
    const connection = container.connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || (isTls ? 5671 : 5672)),
      ...(isTls ? { transport: 'tls', servername: hostname } : { transport: 'tcp' }),
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      reconnect: false,
    });
    const address = pathname.length > 1 ? decodeURIComponent(pathname) : DEFAULT_ADDRESS;
    const sender = connection.open_sender({ target: { address, durable: 1 }, snd_settle_mode: 0 });
    const link = new AmqpSender(connection, sender);
    try {
      await link.sendable(OPEN_WITHIN_MS);
    } catch (error) {
      link.close();
      throw error;
    }
    return link;
  }

  get hasFailed(): boolean {
    return this.failure !== null;
  }

  /**
   * Sends messages and returns which of them the broker has accepted. Rejects where the link fails before the
   * first.
   */
  async send(messages: readonly Message[]): Promise<boolean[]> {
    const answers: Promise<boolean>[] = [];
    for (const message of messages) {
      await this.sendable(ANSWER_WITHIN_MS).catch((error: unknown) => {
        if (answers.length === 0) throw error;
      });
      if (this.hasFailed) break;
      const delivery = this.sender.send(message);
      answers.push(new Promise((answer) => this.unanswered.set(delivery, { answer })));
    }
    const tooLate = setTimeout(() => this.fail('no answer'), ANSWER_WITHIN_MS);
    const taken = await Promise.all(answers);
    clearTimeout(tooLate);
    return messages.map((_, place) => taken[place] ?? false);
  }

  close(): void {
    this.fail('closed');
    this.connection.close();
    // A broker that does not answer the close would keep the socket open.
    (this.connection.socket as Socket | undefined)?.end();
  }

  private async sendable(withinMs: number): Promise<void> {
    if (this.failure === null && !this.sender.sendable()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => this.fail('no credit'), withinMs);
        this.whenSendable = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.failure !== null) throw new Error(`The broker cannot be told: ${this.failure}`);
  }

  private settle(delivery: Delivery | undefined, isTaken: boolean): void {
    if (!delivery) return;
    this.unanswered.get(delivery)?.answer(isTaken);
    this.unanswered.delete(delivery);
  }

  private fail(what: string, context?: EventContext): void {
    this.failure ??= `${what} ${String(context?.error ?? '')}`.trim();
    for (const { answer } of this.unanswered.values()) answer(false);
    this.unanswered.clear();
    this.whenSendable();
  }
}
