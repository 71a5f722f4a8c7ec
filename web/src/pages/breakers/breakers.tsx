import { useState } from 'preact/hooks';
import type { Circuit } from '../../api/breakers.js';
import '../../controls/list.css';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { Moment } from '../../controls/time.js';
import { useNow } from '../../controls/use-now.js';
import { away } from '../../duration.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { tenantPath } from '../../paths.js';
import { useSeesTenants } from '../../session.js';
import { BREAKERS_WORDS as words } from '../../texts/breakers.js';
import { counted, wireInstant } from '../../time.js';
import { circuitsLine } from './first-line.js';
import { useCircuits } from './use-circuits.js';

/** Which endpoints are away, since when, and what happens to what waits for them. */
export function BreakersPage() {
  const [isPaused, setPaused] = useState(false);
  const { body: circuits, asOf, error } = useCircuits(isPaused);
  const now = useNow(!isPaused);
  const isOfSeveral = useSeesTenants();
  if (!circuits) {
    const page = (
      <Page title={words.title} first={error ? words.notKnown : words.loading}>
        <PageProblem error={error} hasBody={false} />
      </Page>
    );
    return error ? page : <Late>{page}</Late>;
  }
  return (
    <Page
      title={words.title}
      first={circuitsLine(circuits, now)}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody />
      <p class="lead">{circuits.length === 0 ? words.noneText : words.what}</p>
      {circuits.length > 0 && <Table circuits={circuits} now={now} isOfSeveral={isOfSeveral} />}
    </Page>
  );
}

interface TableProps {
  readonly circuits: readonly Circuit[];
  readonly now: number;
  /** True where they may be those of several tenants. */
  readonly isOfSeveral: boolean;
}

function Table({ circuits, now, isOfSeveral }: TableProps) {
  const columns = [words.origin, words.state, words.since, words.failures, words.waiting] as const;
  return (
    <table class="list">
      <caption class="unseen">{words.table}</caption>
      <thead>
        <tr>
          {[...columns, words.next, words.holdFor].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {circuits.map((circuit) => (
          <Row
            key={circuit.tenantId + circuit.origin}
            circuit={circuit}
            now={now}
            isOfSeveral={isOfSeveral}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ circuit, now, isOfSeveral }: Omit<TableProps, 'circuits'> & { readonly circuit: Circuit }) {
  const { origin, tenantId, state, since, failures, waiting, holdFor } = circuit;
  const isOpen = state === 'open';
  return (
    <tr>
      <th scope="row">
        <code>{origin}</code>{' '}
        {isOfSeveral && tenantId !== '' && <a href={tenantPath(tenantId)}>{words.ofTenant}</a>}
      </th>
      <td data-label={words.state}>
        <span class={`outcome-${isOpen ? 'failure' : 'success'}`}>{words.states[state]}</span>
      </td>
      <td data-label={words.since}>
        <Moment at={wireInstant(since)} isExact />
      </td>
      <td data-label={words.failures}>{counted(failures)}</td>
      <td data-label={words.waiting}>{counted(waiting)}</td>
      <td data-label={words.next}>{isOpen ? nextProbe(circuit, now) : words.nothing}</td>
      <td data-label={words.holdFor}>{holdFor ?? words.ofJob}</td>
    </tr>
  );
}

function nextProbe({ nextProbeAt, waiting }: Circuit, now: number): string {
  if (nextProbeAt === null) return words.underWay;
  const at = wireInstant(nextProbeAt);
  return at <= now && waiting === 0 ? words.withNext : away(Math.max(now, at), now);
}
