import { describe, expect, test } from 'vitest';
import { everyText, hostile, rightToLeft } from '../../../test/fixtures/hostile.ts';
import { after, changed, invented, ledgerItems, morning } from '../../../test/fixtures/incident.ts';
import type { Item } from '../../items/item.ts';
import { type Incident, incidentFrom } from '../incident.ts';
import { isPageOf, page } from './page.ts';

function known(items: readonly Item[]): Incident {
  const incident = incidentFrom(items);
  if (!incident) throw new Error('The fixture has no incident.');
  return incident;
}

const made = (items: readonly Item[] = invented, now = morning): string => page(known(items), now);

/** What a reader sees of a section, without its tags. */
function words(html: string, id: string): string {
  const [, body = ''] = new RegExp(`<section id="${id}".*?>(.*?)</section>`, 's').exec(html) ?? [];
  return body
    .replace(/<\/?(bdi|span|strong|em|a|code|time|path)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');
}
const headline = (html: string): string => (/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '').replace(/<[^>]*>/g, '').trim();

const without = (...prefixes: readonly string[]): Item[] =>
  invented.filter(({ sk }) => !prefixes.some((prefix) => String(sk).startsWith(prefix)));
const meta = (state: string) => (item: Item) => ({ ...item, state });

describe('the page of an incident', () => {
  test('says what happened in one paragraph, from the record alone', () => {
    expect(words(made(), 'story')).toContain(
      [
        'On 3 Mar 2026, 02:14:07 UTC GuardDuty reported Backdoor:EC2/C&CActivity.B (high): “EC2 instance',
        'i-0f4c2a9d7be31586a is communicating with a known command & control server”, on i-0f4c2a9d7be31586a in account',
        '444455556666, eu-central-1. It was first seen 4 min 22 s earlier. 1 more finding joined. The playbook',
        'ec2-instance-compromise answered. After 3.3 s responders were asked whether to quarantine; Rosa approved 6 min 8 s later',
        '(“the beacon is in the proxy log”). After 31 h 16 min Rosa asked whether to release; Leo approved 7 min 34 s later',
        '(“rebuilt from a clean image”). 4 containment levers applied, all verified, the last 6 min 16 s after',
        'the finding. All 5 levers released, the last on 4 Mar 2026, 09:38:43 UTC; each was compared with its before-state.',
      ].join(' '),
    );
  });

  test('shows the signals of an attack sequence at their own times, each once', () => {
    const at = '2026-03-03T01:58:00.000Z';
    const signals = [
      { id: 's1', type: 'FINDING', name: 'Credentials used from Tor', at },
      { id: 's2', type: 'FINDING', name: 'no time', at: null },
    ];
    const items = changed('FINDING#', (item) => ({ ...item, finding: { ...(item.finding as object), signals } }));
    const said = words(made(items), 'timeline');
    expect(said.split('signal: Credentials used from Tor')).toHaveLength(2);
    expect(said).not.toContain('no time');
  });

  test('says of each kind of log what there is, what is missing, and by which command the rest is had', () => {
    const receipt = invented.find(({ sk }) => String(sk).startsWith('RECEIPT#'));
    const row = { kind: 'audit', state: 'available', from: null, to: null, words: 'a trail', sealed: 2, left: [] };
    const off = {
      from: '2026-03-03T01:00:00.000Z',
      to: null,
      words: 'no flow log <b>',
      left: ['aws s3 cp s3://b/k .'],
    };
    const logs = [row, { ...row, ...off, kind: 'network', state: 'gap', sealed: 0 }];
    const step = { ...receipt, sk: 'RECEIPT#r#collect-logs#run', step: 'collect-logs' };
    const said = words(made([...invented, { ...step, result: { outcome: 'recorded', logs } }]), 'logs');
    expect(said).toMatch(
      /audit ✓ available a trail 2 artefacts network ✕ gap missing: 2026-03-03T01:00:00.000Z to now no flow log &lt;b&gt; Takes what was left: aws s3 cp s3:\/\/b\/k \. none/,
    );
    expect(words(made(), 'logs')).toContain('Nobody looked which logs there are.');
  });

  test('shows which report is due next, and which is sent', () => {
    const clocks = words(made(), 'clocks');
    expect(clocks).toContain('Next ◔ due in 38 h 54 min dfars: initial report Due Fri 6 Mar 2026, 02:14 UTC');
    expect(clocks).toContain('✓ sent cisa-voluntary');
    expect(clocks).toContain('Filed by Leo on 3 Mar 2026, 18:56:07 UTC, reference INV-2026-0117');
    expect(clocks).toContain(
      'discovered 3 Mar 2026, 02:14:07 UTC (tourniquet, 3 Mar 2026, 02:14:07 UTC: first delivery',
    );
    expect(words(made(invented, after(73 * 3600)), 'clocks')).toContain('✕ overdue by 1 h 0 min');
  });

  test('shows clocks that wait, that moved, that have no hour, and what is only to be kept', () => {
    const as = (change: object) =>
      words(made(changed('OBLIGATION#dfars', (item) => ({ ...item, ...change }))), 'clocks');
    const none = { startedAt: null, dueAt: null };
    expect(as({ ...none, state: 'watching' })).toContain('○ not started yet dfars: initial report No due time');
    expect(as({ ...none })).toContain('◔ due without delay, no deadline set');
    expect(as({ means: 'keep until' })).toContain('○ to be kept dfars: initial report Keep until Fri 6 Mar');
    const withdrawn = { by: 'Rosa', at: after(9), reason: 'no covered system' };
    expect(as({ state: 'withdrawn', withdrawn })).toContain(
      'Withdrawn by Rosa on 3 Mar 2026, 02:14:16 UTC: no covered system.',
    );
    const moved = [{ from: after(9), to: after(5), by: 'Leo', reason: 'an earlier sign', at: after(9) }];
    expect(as({ moved })).toContain(
      'Moved from 3 Mar 2026, 02:14:16 UTC to 3 Mar 2026, 02:14:12 UTC by Leo: an earlier sign.',
    );
    expect(as({ kinder: [{ dueAt: null, because: 'weekends' }] })).toContain(
      'The law may allow more time; do not rely on it: weekends.',
    );
  });

  test('draws the timeline to scale, and lists the same entries lane by lane', () => {
    const html = made();
    expect(html).toContain('role="img" aria-labelledby="timeline-name timeline-says"');
    const timeline = words(html, 'timeline');
    expect(timeline).toContain('Timeline, drawn to scale: 31 entries in 31 h 54 min');
    expect(timeline).toContain('31 h 10 min, after 3 Mar 2026, 02:20:24 UTC');
    expect(timeline).toContain(
      '+6 min 12 s quarantine-interfaces: apply → applied (step quarantine-interfaces, entry 12)',
    );
    expect(timeline.match(/, entry \d+\)/g)).toHaveLength(31);
  });

  test('draws what was destroyed in the lane of eradication, whatever its words are', () => {
    const act = { step: 'delete-login-profile', operation: 'run', phase: 'eradicate', of: 'arn:x' } as const;
    const detail = { run: 'r', result: { outcome: 'removed' }, means: 'good' };
    const entry = { after: 9, kind: 'step', actor: 'somebody', what: 'a password', act, detail } as const;
    const timeline = words(made([...without('LEDGER'), ...ledgerItems([entry])]), 'timeline');
    expect(timeline).toContain('Evidence: 0; Decisions: 0; Containment: 0; Eradication: 1;');
    expect(timeline).toContain('Eradication +9.0 s a password → removed (somebody, entry 1)');
  });

  test('lists what people say, with who recorded it, as words and not as a finding', () => {
    const claim = {
      who: 'Mia',
      when: after(9),
      said: 'our scanner <b>',
      about: { address: '203.0.113.7' },
      holds: 'never',
    };
    const entry = { after: 9, kind: 'claim', actor: 'Rosa', what: 'Mia says: “x”', detail: { claim } } as const;
    const html = made([...without('LEDGER'), ...ledgerItems([entry])]);
    expect(words(html, 'claims')).toMatch(
      /“our scanner &lt;b&gt;” There is no record with address 203\.0\.113\.7\. Mia recorded by Rosa 3 Mar 2026.*entry 1.*timeline inc-5b1e0c94d2a7/,
    );
    expect(headline(html)).toBe(headline(made()));
    expect(words(html, 'unknown')).toBe(words(made(without('LEDGER')), 'unknown'));
    expect(words(made(), 'claims')).toContain('Nobody has put a claim on record.');
  });

  test('shows each target before, during and after', () => {
    expect(words(made(), 'targets')).toContain(
      'Quarantine every network interface ✓ released 4 Mar 2026, 09:38:43 UTC, back as it was ✓ eni-0b7e41 isolated',
    );
    expect(words(made(), 'targets')).toContain(
      'interfaces.eni-0b7e41.groups sg-0web, sg-0shop sg-0closed sg-0web, sg-0shop',
    );
  });

  test('says who decided, when, how and why, with what they were shown', () => {
    const decisions = words(made(), 'decisions');
    expect(decisions).toContain('Asked 3 Mar 2026, 02:14:10 UTC, because no standing order matches.');
    expect(decisions).toContain('Rosa approved in Slack on 3 Mar 2026, 02:20:19 UTC, 6 min 8 s after the question.');
    expect(decisions).toContain('Reason: “the beacon is in the proxy log”');
    expect(decisions).toContain('• Target group shop: 1 of 2 targets stay healthy');
  });

  test('lists evidence with hashes and locks, what could not be known, and the ledger in full', () => {
    const html = made();
    expect(words(html, 'evidence')).toMatch(/console-output\.txt version v\w{12} [0-9a-f]{64} 3 Mar 2026/);
    expect(words(html, 'evidence')).toContain('15 Jun 2026 governance');
    expect(words(html, 'evidence')).toContain('✓ read and hashed again 4 Mar 2026');
    // What was seen last counts, not what the record once said of the lock.
    expect(words(html, 'evidence')).toMatch(
      /✕ changed 4 Mar 2026, 09:38:45 UTC: it is no longer locked ((?!governance).)*? not locked /,
    );
    expect(words(html, 'evidence')).toContain(
      'Copy to K. Meier, police 4 Mar 2026, 10:03:40 UTC, by Leo: warrant 4 Gs',
    );
    expect(words(html, 'unknown')).toContain(
      'console-screenshot: EC2 answered: there is no screenshot (record-instance',
    );
    expect(words(html, 'unknown')).toContain('✕ record-instance: partly-recorded');
    expect(words(html, 'unknown')).toContain(
      '✕ instance-metadata (ev-9-1): changed – it is no longer locked (4 Mar 2026',
    );
    expect(words(html, 'ledger')).toContain('✓ 31 entries, the hash chain is intact');
    expect(html.match(/<th scope="row" role="rowheader" data-label="Entry">/g)).toHaveLength(31);
  });

  test('keeps the order in which it is read', () => {
    const order = [
      'story',
      'clocks',
      'timeline',
      'targets',
      'decisions',
      'claims',
      'lanes',
      'evidence',
      'logs',
      'unknown',
      'ledger',
      'check',
    ];
    expect([...made().matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id)).toEqual(order);
  });

  test('asks for nothing outside itself', () => {
    const html = made();
    expect(html).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:');
    expect(html).not.toMatch(/<(script|img|iframe|object|embed|form|base)\b|@import|url\(|https?:|\ssrc=|\son\w+=/i);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toSatisfy((all: string[]) =>
      all.every((to) => to === 'data:,' || to.startsWith('#')),
    );
  });

  test('is known again, and told from that of another incident', () => {
    expect(isPageOf(made(), 'inc-5b1e0c94d2a7')).toBe(true);
    expect(isPageOf(made(), 'inc-5b1e0c94d2a')).toBe(false);
    expect(isPageOf(`${'Notes on the page. '.repeat(200)}${made()}`, 'inc-5b1e0c94d2a7')).toBe(false);
  });
});

describe('an incident that did not end well says so', () => {
  const stillHeld = changed('BEFORE#', (item) => ({ ...item, releasedAt: null })).filter(
    ({ sk }) => !String(sk).startsWith('RECEIPT#release'),
  );
  const result = { outcome: 'not-verified', because: 'eni-0b7e41 has another group' };
  const unread = stillHeld.map((item) =>
    String(item.sk).includes('quarantine-interfaces#verify') ? { ...item, result } : item,
  );

  test('what was not read back is never called contained', () => {
    const html = made(unread.map((item) => (item.sk === 'META' ? meta('open')(item) : item)));
    expect(headline(html)).toBe('✕ Not fully contained');
    expect(words(html, 'story')).toContain('4 containment levers applied, 3 of them verified.');
    expect(words(html, 'story')).toContain('5 levers are still applied');
    const targets = words(html, 'targets');
    expect(targets).toContain('✕ applied, not-verified: eni-0b7e41 has another group');
    expect(targets).toContain('intended, not verified: sg-0closed');
    expect(words(html, 'unknown')).toContain(
      '✕ quarantine-interfaces: verify: not-verified – eni-0b7e41 has another group',
    );
  });

  test('connections that go on are told in the first paragraph', () => {
    const isolation = { 'eni-0b7e41': 'isolated-new-connections-only' };
    const open = changed('RECEIPT#6d2f0a51-response#quarantine-interfaces#verify', (item) => ({
      ...item,
      result: { outcome: 'verified', isolation },
    }));
    expect(words(made(open), 'story')).toContain(
      'Not everything is cut off: eni-0b7e41 isolated-new-connections-only.',
    );
    expect(words(made(open), 'targets')).toContain('✕ eni-0b7e41 isolated-new-connections-only');
  });

  test('a release that left something behind names it', () => {
    const diff = ['interfaces.eni-0b7e41.groups: was ["sg-0web"], is ["sg-0closed"]'];
    const released = { outcome: 'not-released', diff };
    const items = changed('BEFORE#quarantine-interfaces', (item) => ({ ...item, releasedAt: null })).map((item) =>
      String(item.sk).includes('#quarantine-interfaces#release') ? { ...item, result: released } : item,
    );
    const html = made(items.map((item) => (item.sk === 'META' ? meta('open')(item) : item)));
    expect(headline(html)).toBe('✕ Only partly released');
    expect(words(html, 'story')).toContain('4 of 5 levers released');
    expect(words(html, 'targets')).toContain('✕ was ["sg-0web"], is ["sg-0closed"]');
  });

  test('a broken chain is said before anything is listed', () => {
    const html = made(changed('LEDGER#000005', (item) => ({ ...item, what: 'nothing' })));
    expect(words(html, 'ledger')).toContain('✕ The hash chain is broken: entry 5 was changed Do not rely on this page');
  });
});

describe('decisions that are not a plain yes', () => {
  const asked = (change: object) => made(changed('APPROVAL#6d2f0a51', (item) => ({ ...item, ...change })));

  test('a question that waits is the headline, with the words to answer it', () => {
    const html = asked({ state: 'PENDING', decisions: [], needs: 'two' });
    expect(headline(html)).toBe('◔ Waiting for a decision');
    expect(words(html, 'decisions')).toContain(
      'Waiting for two people until 4 Mar 2026, 11:31:05 UTC: npm run -s tourniquet -- approve a1f0',
    );
  });

  test('nobody, or a no with its reason', () => {
    expect(words(asked({ state: 'EXPIRED', decisions: [] }), 'story')).toContain('nobody answered in time');
    const no = { verdict: 'DECLINED', by: 'Leo', via: 'command-line', at: after(60), reason: 'a penetration test' };
    const html = asked({ state: 'DECLINED', decisions: [no] });
    expect(words(html, 'story')).toContain('Leo declined 56 s later (“a penetration test”)');
    expect(words(html, 'decisions')).toContain('Leo declined from the command line on');
  });

  test('a standing order is a decision too, and observe mode is said', () => {
    const because = 'standing order "miners" of Rosa';
    const detail = { run: 'r', authority: { kind: 'standing', because }, result: { outcome: 'would-apply' } };
    const entry = { after: 9, kind: 'step', actor: 'step deny-session', what: 'deny-session: apply', detail } as const;
    const result = { outcome: 'would-apply', would: ['denied: "no" → "yes"'] };
    const html = made([
      ...without('LEDGER', 'BEFORE#', 'APPROVAL#', 'RECEIPT#release').map((item) =>
        String(item.sk).includes('deny-session#apply') ? { ...item, result } : item,
      ),
      ...ledgerItems([entry]),
    ]);
    expect(words(html, 'story')).toContain('Tourniquet was in observe mode: it changed nothing');
    expect(words(html, 'story')).toContain(
      'No approval was needed: standing order "miners" of Rosa. Nothing was contained.',
    );
    expect(words(html, 'decisions')).toContain('○ standing standing order "miners" of Rosa');
    expect(words(html, 'targets')).toContain('Deny session ○ would-apply: denied: "no" → "yes"');
  });
});

test('an incident with nothing but its record has a page all the same', () => {
  const html = made(invented.filter(({ sk }) => sk === 'META').map(meta('open')));
  expect(headline(html)).toBe('◔ Response in progress');
  expect(words(html, 'story')).toContain('an incident was opened for Backdoor:EC2/C&CActivity.B');
  expect(words(html, 'timeline')).toContain('The ledger has no timed entry.');
  expect(words(html, 'ledger')).toContain('The hash chain is broken: it has 0 entries');
});

describe('whatever comes from outside stays text', () => {
  const tags = (html: string): string[] => html.match(/<[!/a-z][^>]*>/gi) ?? [];
  const with_ = (suffix: string): string =>
    page(
      everyText(known(invented), (text) => `${text}${suffix}`),
      morning,
    );

  test('it adds no tag and no attribute, wherever it stands', () => {
    const names = (html: string) => tags(html).map((tag) => /^<[!/]*[a-z0-9]*/i.exec(tag)?.[0]);
    expect(names(with_(hostile))).toEqual(names(with_(' x')));
    expect(
      tags(with_(hostile)).filter((tag) => /\son\w+\s*=|javascript:|<script/i.test(tag.replace(/"[^"]*"/g, '""'))),
    ).toEqual([]);
  });

  test('nothing in it is invisible or turns the text around', () => {
    const html = with_(hostile);
    expect(html).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    for (const shown of ['␛[2J', '␀', '[U+202E]', '[U+2066]', '[U+200B]']) expect(html).toContain(shown);
  });

  test('other scripts are isolated, so that they do not turn the words around them', () => {
    const html = with_(rightToLeft);
    const bare = html.replace(/<bdi>.*?<\/bdi>/gs, '').replace(/<title>.*?<\/title>|<meta[^>]*>/gs, '');
    expect(bare).not.toContain(rightToLeft.trim());
  });
});
