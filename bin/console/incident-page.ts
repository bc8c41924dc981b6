import { heldAs } from '../../lib/domain/claim.ts';
import { moveLines } from '../../lib/domain/clock/obligation.ts';
import { dueWords } from '../../lib/domain/report/report.ts';
import { type Incident, resourceWords } from '../../lib/record/incident.ts';
import { coloured, columns, dim, harmless, heading, paint, when } from './paint.ts';

const good = /^(applied|already-applied|verified|taken|recorded|measured|opened|filed|released|not-applicable|none-)/;
const mark = (outcome: string): string =>
  good.test(outcome) ? paint('green', '✓') : /^would-/.test(outcome) ? '·' : paint('red', '✗');

function decisions({ decisions, needs, state }: Incident['approvals'][number]): string[] {
  const taken = decisions.map(
    ({ verdict, by, at, via, reason }) =>
      `${verdict.toLowerCase()} by ${by} at ${when(at)} (${via})${reason ? `: ${reason}` : ''}`,
  );
  if (state === 'EXPIRED') return [...taken, 'nobody answered in time'];
  return state === 'PENDING'
    ? [...taken, needs === 'two' ? 'waiting for two people' : 'waiting for one person']
    : taken;
}

const approvals = (incident: Incident): string[][] =>
  incident.approvals.map((approval) => [
    approval.state === 'PENDING' ? paint('yellow', 'PENDING') : approval.state,
    approval.question,
    dim(approval.id),
    [
      ...(approval.requestedBy ? [`asked for by ${approval.requestedBy}`] : []),
      ...(approval.owner ? [`taken over by ${approval.owner.by} at ${when(approval.owner.at)}`] : []),
      ...decisions(approval),
      ...(approval.state === 'PENDING' ? [`until ${when(approval.expiresAt)}`] : []),
    ].join('; '),
  ]);

/** What a person who is still asked would agree to: nobody should have to open Slack to know. */
const questions = ({ approvals }: Incident): string[] =>
  approvals
    .filter(({ state }) => state === 'PENDING')
    .map(({ question, asks }) => {
      const words = asks ?? 'The message could not be posted; the timeline shows what the run has found so far.';
      return `${heading(`Question: ${question}`)}\n${words.replace(/^/gm, '  ')}`;
    });

const steps = (incident: Incident): string[][] =>
  incident.steps.map(({ at, step, operation, outcome, details, ...rest }) => {
    const isolation = 'isolation' in rest && rest.isolation ? Object.entries(rest.isolation) : [];
    const what = operation === 'run' ? step : `${step}: ${operation}`;
    return [
      mark(outcome),
      when(at),
      what,
      [outcome, ...isolation.map(([id, how]) => `${id} ${how}`), ...details].join('; '),
    ];
  });

const logs = (incident: Incident): string[][] =>
  incident.logs.flatMap(({ rows }) => rows.map(({ kind, state, words }) => [kind, state, words]));

const evidence = (incident: Incident): string[][] =>
  incident.evidence.map(({ id, kind, uri, sha256, lockedUntil, verifications, transfers }) => {
    const locked = lockedUntil ? `locked until ${lockedUntil.slice(0, 10)}` : '';
    const looked = verifications.at(-1);
    const seen = looked ? `${looked.found} ${when(looked.at)}` : '';
    const copies = transfers.map(({ to }) => `copy to ${to}`).join('; ');
    return [
      id,
      kind,
      uri,
      sha256 ? `sha256 ${sha256}` : 'no digest',
      locked,
      [seen, copies].filter(Boolean).join('; '),
    ];
  });

const ledgerLine = ({ ledger: { entries, because } }: Incident): string =>
  because
    ? paint('red', `BROKEN: ${because}. Do not rely on what is shown below; keep the copies in the vault.`)
    : `${entries} entries, ${paint('green', 'intact')} (hash chain recomputed)`;

/** What to do next about an incident, as words after `tourniquet`. */
export function nextAbout({ incident, approvals, held, state }: Incident): string {
  const pending = approvals.find((approval) => approval.state === 'PENDING');
  if (pending) return `approve ${pending.id}`;
  return held.length > 0 && state !== 'open' ? `release ${incident} --reason "…"` : 'incidents';
}

/** What is due when; and what it was before, by whose word. */
function dutyOf(one: Incident['obligations'][number], now: string): string[] {
  const { regime, report, dueAt, state, means, because, filed, withdrawn } = one;
  const left = dueAt && state === 'running' && means === 'report' ? dueWords(dueAt, now) : '';
  const said = [
    ...moveLines(one),
    ...(filed ? [`filed by ${filed.by} at ${when(filed.at)}, reference ${filed.reference}`] : []),
    ...(withdrawn ? [`withdrawn by ${withdrawn.by} at ${when(withdrawn.at)}: ${withdrawn.reason}`] : []),
  ];
  return [regime, report, state, dueAt ? when(dueAt) : '–', [left, ...said].filter(Boolean).join('; '), dim(because)];
}

const factsOf = ({ facts }: Incident): string[][] =>
  facts.map(({ name, time, by, reason, at }) => [name, when(time), `${by} at ${when(at)}: ${reason}`]);

const said = ({ said }: Incident): string[][] =>
  said.map(({ at, by, claim }) => [
    when(at),
    `“${claim.said}”`,
    claim.who === by ? claim.who : `${claim.who}, recorded by ${by}`,
    dim(heldAs(claim)),
  ]);

/** One incident whole, for people. */
export async function incidentPage(found: Incident, now: string): Promise<string> {
  const incident = harmless(found);
  const { type, resource, playbook, openedAt, stands, findings, obligations, held, timeline, unread } = incident;
  const section = async (title: string, rows: readonly (readonly string[])[]) =>
    `${heading(title)}\n${await columns(rows, '  ')}`;
  const seen = findings.map((one) => [when(one.receivedAt), coloured(one.severity ?? 'unknown'), one.type, one.title]);
  const standing = stands.map(({ words, types: [first = ''], target }) => [words, first, target]);
  const duties = obligations.map((one) => dutyOf(one, now));
  const parts = [
    `${heading(incident.incident)}  ${coloured(incident.state)}  ${coloured(incident.severity)}\n${type} on ${resourceWords(resource)}\n${dim(`playbook ${playbook}, opened ${when(openedAt)}`)}`,
    ...(unread.length > 0
      ? [
          await section(
            'NOT READ',
            unread.map(({ item, because }) => [item, because]),
          ),
        ]
      : []),
    await section('What is contained, by threat', standing),
    await section('Findings', seen),
    await section('Approvals', approvals(incident)),
    ...questions(incident),
    await section('Steps', steps(incident)),
    await section(
      'Applied until released',
      held.map(({ title, takenAt }) => [when(takenAt), title]),
    ),
    await section('Facts', factsOf(incident)),
    await section('What people say', said(incident)),
    await section('Obligations', duties),
    await section('Evidence', evidence(incident)),
    await section('Logs', logs(incident)),
    `${heading('Ledger')}\n  ${ledgerLine(incident)}`,
    await section(
      'Timeline',
      timeline.map(({ at, actor, what, outcome }) => [when(at), actor, outcome ? `${what} → ${outcome}` : what]),
    ),
  ];
  return parts.join('\n\n');
}
