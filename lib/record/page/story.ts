import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { counted, folded, foreign, type Html, section, table } from './markup.ts';
import { between, spanWords, time } from './time.ts';

const place = ({ resource, account, region }: Incident): Html => {
  const name = resource.split(':').slice(5).join(':').split('/').at(-1) || resource;
  return html`${foreign(name)}${account && html` in account ${foreign(account)}`}${region && html`, ${foreign(region)}`}`;
};

function found(incident: Incident): Html {
  const { findings, openedAt, type } = incident;
  const [first] = findings.toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  if (!first) return html`On ${time(openedAt)} an incident was opened for ${foreign(type)}: ${place(incident)}.`;
  const severity = first.severity ? html` (${foreign(first.severity)})` : ', without a severity';
  const before = first.firstSeen && between(first.firstSeen, first.receivedAt) >= 1000 ? first.firstSeen : null;
  const seen = before && html` It was first seen ${spanWords(between(before, first.receivedAt))} earlier.`;
  const more = findings.length > 1 && html` ${counted(findings.length - 1, 'more finding')} joined.`;
  return html`On ${time(first.receivedAt)} ${foreign(first.product)} reported ${foreign(first.type)}${severity}: “${foreign(first.title.replace(/\.$/, ''))}”, on ${place(incident)}.${seen}${more}`;
}

type Approval = Incident['approvals'][number];

/** Whose answer it was, or that there was none. */
function answer({ state, decisions, askedAt, expiresAt }: Approval): Html {
  const last = decisions.at(-1);
  if (state === 'PENDING') return html`the question is open until ${time(expiresAt)}`;
  if (state === 'EXPIRED' || !last) return html`nobody answered in time`;
  const who = decisions.map(({ by }, index) => html`${index > 0 && ' and '}${foreign(by)}`);
  const verdict = state === 'APPROVED' ? 'approved' : state === 'DECLINED' ? 'declined' : state.toLowerCase();
  return html`${who} ${verdict} ${spanWords(between(askedAt, last.at))} later${last.reason && html` (“${foreign(last.reason)}”)`}`;
}

/** More questions than this are told in their own section alone. */
const mostTold = 4;

function decided({ approvals, openedAt, grounds }: Incident): Html[] {
  const standing = grounds
    .filter(({ kind }) => kind === 'standing')
    .map(({ because }) => html`No approval was needed: ${foreign(because)}.`);
  const told = approvals.slice(0, mostTold).map((approval) => {
    const { requestedBy, question, askedAt } = approval;
    const who = requestedBy ? html`${foreign(requestedBy)} asked` : html`responders were asked`;
    return html`After ${spanWords(between(openedAt, askedAt))} ${who} whether to ${foreign(question)}; ${answer(approval)}.`;
  });
  const rest = approvals.length - told.length;
  return [...standing, ...told, ...(rest > 0 ? [html`${counted(rest, 'more question')} followed.`] : [])];
}

function contained({ levers, openedAt }: Incident): Html {
  const taken = levers.filter(
    ({ phase, takenAt, applied }) => phase === 'contain' && takenAt !== null && applied !== null,
  );
  if (taken.length === 0) return html`Nothing was contained.`;
  const good = taken.flatMap(({ verified }) => (verified?.outcome === 'verified' ? [verified.at] : []));
  const last = good.toSorted().at(-1);
  const open = taken.flatMap(({ verified }) =>
    Object.entries(verified?.isolation ?? {}).flatMap(([id, how]) => (how === 'isolated' ? [] : [`${id} ${how}`])),
  );
  const read =
    good.length === taken.length && last
      ? html`all verified, the last ${spanWords(between(openedAt, last))} after the finding`
      : html`${good.length} of them verified`;
  const but = open.length > 0 && html` Not everything is cut off: ${foreign(open.join(', '))}.`;
  return html`${counted(taken.length, 'containment lever')} applied, ${read}.${but}`;
}

function releases({ levers, removals }: Incident): Html[] {
  const all = levers.filter(({ takenAt }) => takenAt !== null);
  const gone = all.flatMap(({ releasedAt }) => releasedAt ?? []);
  const last = gone.toSorted().at(-1);
  const whole =
    gone.length === all.length
      ? html`All ${counted(gone.length, 'lever')} released`
      : html`${gone.length} of ${counted(all.length, 'lever')} released`;
  const released = last
    ? [html`${whole}, the last on ${time(last)}; each was compared with its before-state.`]
    : all.length > 0
      ? [
          html`${counted(all.length, 'lever')} ${all.length === 1 ? 'is' : 'are'} still applied, including those that protect evidence.`,
        ]
      : [];
  const removed = removals.flatMap((one) => one.removed);
  return [
    ...released,
    ...(removed.length > 0
      ? [html`${counted(removed.length, 'thing')} ${removed.length === 1 ? 'was' : 'were'} deleted permanently.`]
      : []),
  ];
}

function trouble({ steps }: Incident): Html | '' {
  const failed = steps.filter(({ means }) => means === 'attention').length;
  return failed > 0
    ? html`${counted(failed, 'step')} did not succeed; see <a href="#unknown">gaps and failures</a>.`
    : '';
}

function findingsTable({ findings }: Incident): Html {
  const cells = findings.map(({ receivedAt, severity, product, type, title, remotes }) => [
    time(receivedAt),
    foreign(severity ?? 'no severity'),
    html`${foreign(type)} <span class="muted">(${foreign(product)})</span>`,
    html`${foreign(title)}${remotes.length > 0 && html` <span class="muted">With ${foreign(remotes.join(', '))}.</span>`}`,
  ]);
  const columns = ['Received', 'Severity', 'Type', 'Details'];
  const list = table({ caption: 'Findings of this incident', columns, groups: [{ cells }], kind: 'findings' });
  return folded(findings.length, counted(findings.length, 'finding'), list);
}

/** What happened, in one paragraph made of the record alone, and the findings it began with. */
export function storySection(incident: Incident): Html {
  const observing = incident.steps.some(({ means }) => means === 'observed');
  const mode = observing
    ? html` Tourniquet was in observe mode: it changed nothing and recorded what it would have done.`
    : '';
  const sentences = [...decided(incident), contained(incident), ...releases(incident), trouble(incident)];
  const paragraph = html`<p class="lede">${found(incident)} The playbook ${foreign(incident.playbook)} answered.${mode} ${sentences.map((one) => html`${one} `)}</p>`;
  return section(
    'story',
    'What happened',
    html`${paragraph}${incident.findings.length > 0 && findingsTable(incident)}`,
  );
}
