import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { threat } from '../../test/fixtures/stored-incident.ts';
import { findingAbout, readBack } from '../../test/sandbox/finding.ts';
import { explained } from './explanation.ts';
import { explanationPage } from './explanation-page.ts';
import { type GivenIncident, given } from './given-incident.ts';

const where = { sandbox: { accounts: { hub: '111122223333', member: '444455556666' }, region: 'eu-central-1' } };
const finding = (type: string, id = 'i-0aaaabbbbccccddd1') => readBack(findingAbout(where as never, id, { type }));
const instance = 'arn:aws:ec2:eu-central-1:444455556666:instance/i-0aaaabbbbccccddd1';
const at = '2026-11-29T10:00:00.000Z';
const now = '2026-11-29T11:00:00.000Z';
const ended = { at, mode: 'respond' } as const;
const asks = [
  {
    name: 'quarantine',
    levers: [
      'quarantine-interfaces',
      'deny-session',
      'leave-auto-scaling',
      'leave-load-balancers',
      'swap-instance-profile',
    ],
    held: 'network isolated',
    open: 'network still open',
  },
];
const own = {
  playbook: 'ec2-instance-compromise',
  about: [instance],
  types: { 'UnauthorizedAccess:EC2/TorClient': at },
  asks,
  at,
  ended,
};

const open = (
  more: object,
  answers: GivenIncident['threats']['answers'] = [],
  end = 'held' as const,
): GivenIncident => ({
  incident: 'inc-0123456789ab',
  state: 'open',
  claims: [instance],
  threats: { runs: [{ ...threat({ ...own, ...more }), run: 'one', end }], answers, readBack: [], released: [] },
});
const declined = { run: 'one', question: 'quarantine', state: 'DECLINED' as const, by: ['Rosa'], at };
const of = (found: GivenIncident, type: string, id?: string) => {
  const [one] = [
    explained(playbooks, finding(type, id), (it, name) =>
      given(
        found,
        it,
        playbooks.find((book) => book.name === name),
        now,
      ),
    ),
  ];
  return one;
};

describe('what comes of a finding given an open incident', () => {
  it.each([
    ['a repeat of what was declined', 'UnauthorizedAccess:EC2/TorClient', open({}, [declined]), 'joins'],
    ['another type than the declined one', 'Execution:Runtime/ReverseShell', open({}, [declined]), 'asks'],
    [
      'a threat that another playbook answers',
      'Backdoor:EC2/C&CActivity.B!DNS',
      open({ playbook: 'stolen-workload-credentials' }),
      'asks',
    ],
    [
      'a question that waits',
      'Backdoor:EC2/C&CActivity.B!DNS',
      {
        ...open({ ended: null }),
        threats: {
          ...open({ ended: null }).threats,
          runs: open({ ended: null }).threats.runs.map((run) => ({ ...run, end: 'open' as const })),
        },
      },
      'joins',
    ],
    [
      'an incident that is closed',
      'Backdoor:EC2/C&CActivity.B!DNS',
      { ...open({}), state: 'closed' as const },
      'opens',
    ],
  ] as const)('%s', (_, type, found, outcome) => {
    expect(of(found, type).given?.outcome).toBe(outcome);
  });

  it('belongs to no incident about something else', () => {
    expect(of(open({}), 'Backdoor:EC2/Spambot', 'i-0bbbbccccddddeee2').given?.outcome).toBe('opens');
  });

  it('is shown with what is asked, and how the incident stands', async () => {
    const page = await explanationPage(playbooks, [of(open({}, [declined]), 'Execution:Runtime/ReverseShell')]);
    expect(page).toContain(
      'a further run of the incident asks about it: "quarantine": declined by Rosa, about another type',
    );
    expect(page).toContain('Asked: quarantine');
    expect(page).toContain('As it stands: network still open, declined by Rosa');
  });
});
