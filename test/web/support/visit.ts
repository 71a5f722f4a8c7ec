import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CDPSession, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What the browser itself writes about an answer with a status: the page's own way of finding out who is signed in. */
const OF_STATUS =
  /^Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_INTERNET_DISCONNECTED)/;

/**
 * Looks for violations. Where the markup, the place of every element and whether it is seen are as they were at the last look, as
 * in the dark beside the light, only the rules about colours can find something else: the others are not asked again.
 */
const LOOK = `(async () => {
  const COLOURS = ['color-contrast', 'link-in-text-block'];
  const seen = [...document.querySelectorAll('*')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height, element.checkVisibility({ visibilityProperty: true, opacityProperty: true })];
  });
  const outline = JSON.stringify([document.documentElement.outerHTML, innerWidth, innerHeight, seen]);
  const isSame = axe.lastLook?.outline === outline;
  const { violations } = await axe.run({ resultTypes: ['violations'], ...(isSame && { runOnly: COLOURS }) });
  const others = isSame ? axe.lastLook.others : violations.filter(({ id }) => !COLOURS.includes(id));
  axe.lastLook = { outline, others };
  return [...others, ...violations.filter(({ id }) => COLOURS.includes(id))].map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | '));
})()`;

/** One page of one browser profile, which notes whatever should not happen. */
export class Visit {
  /** What the page complained of: errors of scripts, the content policy, requests to elsewhere. */
  readonly complaints: string[] = [];
  private debuggerOfPage: CDPSession | null = null;

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      const isBad = message.type() === 'error' || message.type() === 'warning';
      if (isBad && !OF_STATUS.test(message.text())) this.complaints.push(message.text());
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) this.complaints.push(`asked ${url}`);
    });
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
  }

  /** Returns the page's first line once it stands. */
  async firstLine(text: string | RegExp): Promise<string> {
    const line = this.page.getByRole('heading', { level: 1 }).filter({ hasText: text });
    await line.waitFor();
    return (await line.textContent()) ?? '';
  }

  /** Sends a request as the page itself would, with its cookie, past the page. */
  async send(method: string, path: string, data?: object): Promise<number> {
    const headers = { 'Sec-Fetch-Site': 'same-origin', 'X-Carillon-Dashboard': '1' };
    const answer = await this.page
      .context()
      .request.fetch(this.origin + path, { method, headers, ...(data && { data }) });
    return answer.status();
  }

  /** Returns what axe finds wrong. The page's policy refuses scripts of others; the debugger's are not asked. */
  async violations(): Promise<string[]> {
    if (!(await this.evaluate("'axe' in window"))) await this.evaluate(AXE);
    return (await this.evaluate(LOOK)) as string[];
  }

  /** Returns how many pixels of the page stand out sideways. */
  async overflow(): Promise<number> {
    const { scrollWidth, clientWidth } = (await this.evaluate(
      '(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)',
    )) as { scrollWidth: number; clientWidth: number };
    return scrollWidth - clientWidth;
  }

  /** Returns what an expression is in the page. */
  async evaluate(expression: string): Promise<unknown> {
    this.debuggerOfPage ??= await this.page.context().newCDPSession(this.page);
    const { result, exceptionDetails } = await this.debuggerOfPage.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Signs in by a link in another tab, which is closed again. */
  async signInBeside(link: string): Promise<void> {
    const beside = await this.page.context().newPage();
    await beside.goto(link);
    await beside.getByRole('button', { name: 'Sign in' }).click();
    await beside.waitForURL('**/dashboard/');
    await beside.close();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
