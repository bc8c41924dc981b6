/** The draft report on a deployment: what is missing, fields that approvers set and confirm, ready, and what is on the ledger of it. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { RegimeDraft } from '../../lib/domain/report/regime-draft.ts';
import { incidentFrom } from '../../lib/record/incident.ts';
import { typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { openIncident } from '../scenario/clocks.ts';
import { itemsOf } from '../scenario/runs.ts';

const deployment = deployed();
const { sandbox, operators } = deployment;
const patience = { timeout: 600_000 };

/** Somebody at a terminal. */
const at =
  ({ accessKeyId, secretAccessKey }: Credentials) =>
  (...words: string[]) => {
    const aws = { AWS_ENDPOINT_URL: sandbox.endpoint, AWS_REGION: sandbox.region };
    return typed(words, { ...aws, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  };
const rosa = at(operators.rosa);
/** May call the API, and is on no list of approvers. */
const stranger = at({ accessKeyId: sandbox.accounts.hub, secretAccessKey: 'test' });

let incident: string;
beforeAll(async () => {
  incident = await openIncident(deployment);
}, 60_000);

async function report(...words: string[]): Promise<RegimeDraft> {
  const { code, stdout, stderr } = await rosa('report', incident, ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as RegimeDraft;
}
const dfars = (...words: string[]): Promise<RegimeDraft> => report('--regime', 'dfars', ...words);
const fieldIn = ({ fields }: RegimeDraft, name: string) => fields.find(({ field }) => field === name);
const items = () => itemsOf(deployment, `INC#${incident}`, '');
const entries = () => itemsOf(deployment, `INC#${incident}`, 'LEDGER#');

describe('the draft report', patience, () => {
  test('has the eight items, from configuration and record, and says what is missing', async () => {
    const draft = await report();
    expect(draft).toMatchObject({ incident, regime: null, report: null, ready: false });
    expect(draft.missing).toContain('impact.statement');
    expect(draft.unconfirmed).toEqual(expect.arrayContaining(['narrative', 'times.discovered']));
    expect(fieldIn(draft, 'entity.name')).toMatchObject({ value: 'Example Corp', by: 'configuration' });
    expect(JSON.stringify(fieldIn(draft, 'narrative'))).toContain('Rosa declined');
  });

  test('is a view of the same fields for each regime, with the due time where one is owed', async () => {
    const owed = await dfars();
    expect(owed).toMatchObject({ report: 'initial', obligation: { state: 'running', dueAt: expect.any(String) } });
    expect(owed.fields).toHaveLength(20);
    expect(await report('--regime', 'dora', '--report', 'final')).toMatchObject({ obligation: null, ready: false });
  });

  test('takes what an approver says, as one entry of the ledger, and shows it', async () => {
    const before = (await entries()).length;
    const said = ['--set', 'outcome=failed, by the proxy log', '--unknown', 'dod.uei', '--confirm', 'location'];
    const draft = await dfars(...said, '--reason', 'after the call');
    expect(fieldIn(draft, 'outcome')).toMatchObject({
      value: 'failed, by the proxy log',
      status: 'confirmed',
      by: 'Rosa',
      sources: ['Rosa: after the call'],
    });
    expect(fieldIn(draft, 'dod.uei')).toMatchObject({ value: null, status: 'unknown', by: 'Rosa' });
    expect(fieldIn(draft, 'location')).toMatchObject({ status: 'confirmed', by: 'Rosa' });
    for (const name of ['outcome', 'dod.uei', 'location'])
      expect([...draft.missing, ...draft.unconfirmed]).not.toContain(name);
    // Its sealing may come late.
    const added = (await entries()).slice(before).filter(({ kind }) => kind !== 'sealed');
    expect(added).toMatchObject([{ kind: 'report', actor: 'Rosa', detail: { reason: 'after the call' } }]);
    expect(incidentFrom(await items())?.ledger).toMatchObject({ intact: true });
  });

  test('is ready once everything required is answered; nothing was sent', async () => {
    const before = await dfars();
    const words = [
      ...before.missing.flatMap((field) => ['--not-applicable', field]),
      ...before.unconfirmed.flatMap((field) => ['--confirm', field]),
    ];
    expect(await dfars(...words)).toMatchObject({ ready: true, missing: [], unconfirmed: [], changed: [] });
    const { stdout } = await rosa('report', incident, '--regime', 'dfars');
    expect(stdout).toContain('Ready: a person files it, Tourniquet sends nothing.');
    expect(stdout).toContain(`Next: npm run -s tourniquet -- filed ${incident} --regime dfars --report initial`);
    expect(await report('--regime', 'nis2', '--report', 'final')).toMatchObject({ ready: false });
  });

  test('takes nothing from whoever is no approver, all or nothing, and of no incident there is none', async () => {
    const before = await items();
    const refused = await Promise.all([
      stranger('report', incident, '--set', 'outcome=successful', '--json'),
      rosa('report', incident, '--set', 'outcome=successful', '--confirm', 'actor', '--json'),
      rosa('report', 'inc-000000000000', '--unknown', 'actor', '--json'),
      rosa('report', 'inc-000000000000', '--json'),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(refused.map(({ stdout }) => (JSON.parse(stdout) as { error: string }).error)).toEqual([
      expect.stringContaining('not on the list of approvers'),
      expect.stringContaining('no draft of actor to confirm'),
      expect.stringContaining('no incident inc-000000000000'),
      expect.stringContaining('no incident inc-000000000000'),
    ]);
    expect(await items()).toEqual(before);
  });
});
