/** What analysts see in Security Hub, the console they have open already: the incident, and nothing of theirs overwritten. */
import {
  CreateDetectorCommand,
  DeleteDetectorCommand,
  GetFindingsCommand as GetGuardDutyFindings,
  GuardDutyClient,
} from '@aws-sdk/client-guardduty';
import {
  BatchUpdateFindingsCommand,
  DisableSecurityHubCommand,
  EnableSecurityHubCommand,
  GetFindingsCommand,
  GetFindingsV2Command,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launch } from '../sandbox/estate.ts';
import { entry, eventsOf, findingAbout, sendEvent } from '../sandbox/finding.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { incidentsAbout, itemsOf, runsAbout } from '../scenario/runs.ts';
import { approve, isAsked } from './credentials/incident.ts';
import { deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const hub = deployment.client(SecurityHubClient, 'hub');
const soon = { timeout: 240_000, interval: 500 };

beforeAll(async () => {
  await hub.send(new EnableSecurityHubCommand());
});
afterAll(async () => {
  await hub.send(new DisableSecurityHubCommand());
});

type Detail = ReturnType<typeof findingAbout>;
type Format = 'ASFF' | 'OCSF';

/** A finding as Security Hub shows it, in the words of ASFF. */
async function shown({ id, arn }: Detail, format: Format) {
  if (format === 'ASFF') {
    const Filters = { Id: [{ Value: arn, Comparison: 'EQUALS' as const }] };
    const { Findings = [] } = await hub.send(new GetFindingsCommand({ Filters }));
    const [{ Workflow, Note, UserDefinedFields } = {}] = Findings;
    return { status: Workflow?.Status, note: Note?.Text, by: Note?.UpdatedBy, fields: UserDefinedFields };
  }
  const StringFilters = [
    { FieldName: 'metadata.uid' as const, Filter: { Value: id.repeat(2), Comparison: 'EQUALS' as const } },
  ];
  const { Findings = [] } = await hub.send(
    new GetFindingsV2Command({ Filters: { CompositeFilters: [{ StringFilters, Operator: 'OR' }] } }),
  );
  const [found] = Findings as { status_id?: number; comment?: string }[];
  return { status: found?.status_id, note: found?.comment };
}

const notified = { ASFF: 'NOTIFIED', OCSF: 2 };
const made = () => launch(deployment, deployment.estate, { scaling: 'on its own' });

async function askedAbout(instance: string): Promise<string> {
  return vi.waitFor(async () => {
    const [incident = ''] = await incidentsAbout(deployment, instance);
    const [asked] = incident ? await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#') : [];
    return asked ? incident : expect.fail('nobody has been asked yet');
  }, soon);
}

const ledgerOf = (incident: string) => itemsOf(deployment, `INC#${incident}`, 'LEDGER#');

describe.each(['ASFF', 'OCSF'] as const)('a finding that arrives as %s', (format) => {
  test('shows its incident; what is written starts nothing; and a rise of its severity is heard', async () => {
    const instance = await made();
    const detail = findingAbout(deployment, instance, { severity: 5, profileArn: null });
    await sendEvent(deployment, eventsOf[format](detail));
    const incident = await askedAbout(instance);
    await vi.waitFor(async () => {
      // What it wrote, or could not, stands beside what is shown: a failure then says why.
      const wrote = (await ledgerOf(incident)).filter(({ actor }) => actor === 'update-findings');
      expect({ ...(await shown(detail, format)), wrote }).toMatchObject({
        status: notified[format],
        note: expect.stringContaining(`Tourniquet ${incident}: `),
        ...(format === 'ASFF' && { by: 'tourniquet', fields: { 'tourniquet/incident': incident } }),
      });
    }, soon);
    // It is on the ledger once Security Hub has taken it.
    await vi.waitFor(async () => {
      const written = (await ledgerOf(incident)).filter(({ actor }) => actor === 'update-findings');
      expect(written).toContainEqual(expect.objectContaining({ what: expect.stringContaining('status NOTIFIED') }));
    }, soon);
    // Security Hub tells of what was written as of any change; the finding itself has not changed.
    await vi.waitFor(async () => {
      const echoes = (await runsAbout(deployment, [instance])).filter(({ output }) =>
        output.because.includes(`only the note of incident ${incident}`),
      );
      expect(echoes.map(({ output }) => output.outcome)).toContain('ignored');
    }, soon);
    expect((await ledgerOf(incident)).filter(({ kind }) => kind === 'finding')).toEqual([]);
    await sendEvent(deployment, eventsOf[format]({ ...detail, severity: 9.2 }));
    await vi.waitFor(async () => {
      const raised = (await messagesOf(deployment)).filter(
        ({ text }) => text.includes('CRITICAL') && text.includes(instance),
      );
      expect(raised).not.toEqual([]);
    }, soon);
    expect(await incidentsAbout(deployment, instance)).toEqual([incident]);
  }, 120_000);
});

test('what an analyst wrote stays, whatever becomes of the incident', async () => {
  const instance = await made();
  const detail = findingAbout(deployment, instance, { profileArn: null });
  // Somebody was faster: the note stands before anybody is asked.
  const { arn } = detail;
  const ProductArn = `arn:aws:securityhub:${deployment.sandbox.region}::product/aws/guardduty`;
  const note = new BatchUpdateFindingsCommand({
    FindingIdentifiers: [{ Id: arn, ProductArn }],
    Note: { Text: 'Mine, since Tuesday', UpdatedBy: 'kim' },
    UserDefinedFields: { ticket: 'SEC-7' },
  });
  await sendEvent(deployment, eventsOf.ASFF({ ...detail, service: { ...detail.service, archived: true } }));
  expect(await hub.send(note)).toMatchObject({ UnprocessedFindings: [] });
  await sendEvent(deployment, eventsOf.ASFF(detail));
  const incident = await askedAbout(instance);
  await vi.waitFor(async () => {
    expect(await shown(detail, 'ASFF')).toEqual({
      status: 'NOTIFIED',
      note: 'Mine, since Tuesday',
      by: 'kim',
      fields: { ticket: 'SEC-7', 'tourniquet/incident': incident, 'tourniquet/state': 'open' },
    });
  }, soon);
}, 90_000);

test('a false alarm is archived in GuardDuty by the word of whoever closes it, and without it stays in sight', async () => {
  const guardDuty = deployment.client(GuardDutyClient, 'hub');
  const { DetectorId } = await guardDuty.send(new CreateDetectorCommand({ Enable: true }));
  const isArchived = async ({ id }: Detail): Promise<boolean | undefined> => {
    const { Findings = [] } = await guardDuty.send(new GetGuardDutyFindings({ DetectorId, FindingIds: [id] }));
    return Findings[0]?.Service?.Archived;
  };
  const closed = async (archive?: true): Promise<[Detail, string]> => {
    const instance = await made();
    const detail = findingAbout(deployment, instance, { profileArn: null });
    await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', detail));
    await sendEvent(deployment, eventsOf.ASFF(detail));
    const incident = await askedAbout(instance);
    const closing = {
      action: 'close',
      incident,
      as: 'false-alarm',
      reason: 'our own scanner',
      ...(archive && { archive }),
    };
    expect(await decideBySignature(deployment, 'Rosa', closing)).toMatchObject({ status: 200 });
    await approve(deployment, await isAsked(deployment, incident, 'release'), 'Leo');
    await vi.waitFor(async () => {
      const written = (await ledgerOf(incident)).map(({ actor, what }) => `${actor}: ${what}`);
      expect(written.filter((line) => /^update-findings: .*SUPPRESSED/.test(line))).toHaveLength(1);
    }, soon);
    return [detail, incident];
  };
  try {
    const [[quiet, incident], [seen]] = await Promise.all([closed(true), closed()]);
    await vi.waitFor(async () => expect(await isArchived(quiet)).toBe(true), soon);
    expect(await isArchived(seen)).toBe(false);
    const said = (await ledgerOf(incident)).filter(({ actor }) => actor === 'update-findings').map(({ what }) => what);
    expect(said).toContain('archived 1 finding in GuardDuty');
  } finally {
    await guardDuty.send(new DeleteDetectorCommand({ DetectorId }));
  }
}, 120_000);
