/**
 * Every family of findings, sent into the deployment as AWS would send it: each is answered by its own playbook, whether its rule starts
 * that or the desk does. What has levers is played in the scenarios; this is about who answers, and about what must start nothing.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { isTurnOf } from '../depth.ts';
import { sendEvent } from '../sandbox/finding.ts';
import { hire } from '../sandbox/identities.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { type Item, itemsOf, newIncidents } from '../scenario/runs.ts';
import { freed } from './credentials/incident.ts';
import { deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const { accounts, region } = deployment.sandbox;
const account = accounts.member;
const patience = { timeout: 600_000 };
const word = (bytes: number): string => randomBytes(bytes).toString('hex');

type Event = Parameters<typeof sendEvent>[1];
const event = (Source: string, DetailType: string, detail: object): Event => ({
  Source,
  DetailType,
  Detail: JSON.stringify(detail),
});

interface Told {
  readonly resource?: object;
  readonly service?: object;
  readonly severity?: number;
}

function guardDuty(type: string, { resource = {}, service = {}, severity = 8 }: Told, id = word(16)): Event {
  const at = new Date().toISOString();
  const arn = `arn:aws:guardduty:${region}:${account}:detector/${'d'.repeat(32)}/finding/${id}`;
  return event('aws.guardduty', 'GuardDuty Finding', {
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition: 'aws',
    id,
    arn,
    type,
    severity,
    title: `${type} was seen`,
    description: '',
    createdAt: at,
    updatedAt: at,
    resource,
    service: { serviceName: 'guardduty', archived: false, count: 1, eventFirstSeen: at, eventLastSeen: at, ...service },
  });
}

const key = (userType: string, userName: string, session = '') => ({
  resourceType: 'AccessKey',
  accessKeyDetails: {
    accessKeyId: `ASIA${word(8).toUpperCase()}`,
    principalId: session ? `AROA${word(6).toUpperCase()}:${session}` : `AIDA${word(6).toUpperCase()}`,
    userType,
    userName,
  },
});

const name = word(4);
const bucket = {
  resourceType: 'S3Bucket',
  s3BucketDetails: [{ name: `data-${name}`, arn: `arn:aws:s3:::data-${name}` }],
};
const cluster = { name: `prod-${name}`, arn: `arn:aws:eks:${region}:${account}:cluster/prod-${name}` };
const eks = { resourceType: 'EKSCluster', eksClusterDetails: cluster };
const task = `arn:aws:ecs:${region}:${account}:task/web-${name}/${word(16)}`;
const ecs = { resourceType: 'ECSCluster', ecsClusterDetails: { name: `web-${name}`, taskDetails: { arn: task } } };
const database = { resourceType: 'RDSDBInstance', rdsDbInstanceDetails: { dbInstanceIdentifier: `orders-${name}` } };
const lambda = { resourceType: 'Lambda', lambdaDetails: { functionName: `pay-${name}` } };
const instance = { resourceType: 'Instance', instanceDetails: { instanceId: `i-${word(8)}` } };
const scanned = { bucketName: `upload-${name}`, objectKey: 'invoice.pdf.exe', eTag: 'e', versionId: 'v1' };
/** A real one: IAM is asked whose it is. */
const { accessKeyId: leaked } = (await hire(deployment, `leaky-${name}`, { older: 'none', path: '/' })).key;
const health = {
  eventArn: `arn:aws:health:us-east-1::event/RISK/${name}`,
  communicationId: name,
  affectedAccount: account,
  eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
  service: 'RISK',
  eventTypeCategory: 'issue',
  affectedEntities: [{ entityValue: leaked }],
};
const call = (service: string, eventName: string) =>
  event(`aws.${service}`, 'AWS API Call via CloudTrail', {
    eventID: word(8),
    eventName,
    eventSource: `${service}.amazonaws.com`,
    eventTime: new Date().toISOString(),
    awsRegion: region,
    recipientAccountId: account,
    sourceIPAddress: '198.51.100.7',
    userIdentity: {
      type: 'IAMUser',
      userName: `mallory-${eventName}`,
      accessKeyId: `AKIA${word(8)}`,
      accountId: account,
    },
  });
const recoveryPoint = `arn:aws:backup:${region}:${account}:recovery-point:${word(8)}`;

/** One finding of each family, with the playbook that has to answer it and words of the resource it is about. */
const families: readonly (readonly [playbook: string, event: Event, about: string])[] = [
  [
    'malware-on-disk',
    guardDuty('Execution:EC2/MaliciousFile!Snapshot', {
      resource: {
        resourceType: 'EBSSnapshot',
        ebsSnapshotDetails: { snapshotArn: `arn:aws:ec2:${region}:${account}:snapshot/snap-${name}` },
      },
    }),
    `snap-${name}`,
  ],
  [
    'stolen-workload-credentials',
    guardDuty('UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS', {
      resource: key('AssumedRole', `task-${name}`, 'session'),
    }),
    `task-${name}`,
  ],
  [
    'iam-access-key',
    guardDuty('UnauthorizedAccess:IAMUser/MaliciousIPCaller', { resource: key('IAMUser', `alice-${name}`) }),
    `user/alice-${name}`,
  ],
  [
    'iam-role-session',
    guardDuty('Discovery:IAMUser/AnomalousBehavior', { resource: key('AssumedRole', `deploy-${name}`, 'ci') }),
    `assumed-role/deploy-${name}/ci`,
  ],
  [
    'identity-center-user',
    guardDuty('Persistence:IAMUser/AnomalousBehavior', {
      resource: key('AssumedRole', `AWSReservedSSO_Admin_${name}`, 'eve@example.com'),
    }),
    `AWSReservedSSO_Admin_${name}/eve@example.com`,
  ],
  [
    'root-user',
    guardDuty('Policy:IAMUser/RootCredentialUsage', { resource: key('Root', 'Root'), severity: 2 }),
    ':root',
  ],
  ['data-exposure', guardDuty('Policy:S3/BucketAnonymousAccessGranted', { resource: bucket }), `data-${name}`],
  ['destruction', call('kms', 'ScheduleKeyDeletion'), 'mallory-ScheduleKeyDeletion'],
  [
    'malicious-object',
    event('aws.guardduty', 'GuardDuty Malware Protection Object Scan Result', {
      schemaVersion: '1.0',
      scanStatus: 'COMPLETED',
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: scanned,
      scanResultDetails: { scanResultStatus: 'THREATS_FOUND', threats: [{ name: 'EICAR' }] },
    }),
    `upload-${name}/invoice.pdf.exe`,
  ],
  ['eks-workload', guardDuty('Execution:Runtime/NewBinaryExecuted', { resource: eks }), `prod-${name}`],
  ['ecs-task', guardDuty('CryptoCurrency:Runtime/BitcoinTool.B', { resource: ecs }), `web-${name}`],
  [
    'rds-database',
    guardDuty('CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin', { resource: database }),
    `orders-${name}`,
  ],
  ['lambda-function', guardDuty('Backdoor:Lambda/C&CActivity.B', { resource: lambda }), `pay-${name}`],
  ['defence-impairment', call('cloudtrail', 'StopLogging'), 'mallory-StopLogging'],
  [
    'resource-hijack',
    guardDuty('Impact:SES/ResourceHijacking', { resource: key('IAMUser', `mail-${name}`) }),
    `user/mail-${name}`,
  ],
  [
    'unmapped-finding',
    guardDuty('Quantum:Teleporter/Unheard', { resource: { resourceType: 'Teleporter' } }),
    'finding:guardduty:',
  ],
  [
    'ec2-instance-compromise',
    guardDuty('NewTactic:EC2/NeverSeen', { resource: instance }),
    instance.instanceDetails.instanceId,
  ],
];

const moreFamilies: typeof families = [
  ['iam-access-key', event('aws.health', 'AWS Health Event', health), leaked],
  [
    'malware-on-disk',
    event('aws.backup', 'Scan Job State Change', {
      scanJobId: word(8),
      state: 'COMPLETED',
      recoveryPointArn: recoveryPoint,
      scanResult: { scanResultStatus: 'THREATS_FOUND' },
    }),
    recoveryPoint,
  ],
];

async function incidents(): Promise<Item[]> {
  return newIncidents(deployment);
}

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const end = Date.now() + 240_000; Date.now() < end; await sleep(200)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not happen within 240 s.`);
}

const about = (words: string): Promise<Item> =>
  until(
    // The newest: another suite may have had one about it.
    async () => (await incidents()).findLast(({ resource }) => String(resource).includes(words)),
    `An incident about ${words}`,
  );

/** What other tests here go on with is played each time. */
const played = [...families, ...moreFamilies].filter(
  ([playbook, , about]) =>
    [`alice-${name}`, 'finding:guardduty:'].some((one) => about.endsWith(one)) ||
    isTurnOf(`family ${playbook}`, [`playbooks/${playbook}`, 'test/deployed/families.test.ts']),
);

describe('each family', patience, () => {
  beforeAll(async () => {
    await freed(deployment, `arn:aws:iam::${deployment.sandbox.accounts.member}:root`);
    await Promise.all(played.map(([, one]) => sendEvent(deployment, one)));
  });

  test.each(played.map(([playbook, , resource]) => ({ playbook, resource })))(
    '$playbook answers for $resource',
    async ({ playbook, resource }) => {
      const found = await about(resource);
      expect(found).toMatchObject({ playbook });
      // A question for people and a running clock: the safe default. Nobody is asked to contain what does not exist.
      const asks =
        [leaked, recoveryPoint].includes(resource) ||
        !/^(data-exposure|destruction|ec2-instance|ecs-task|eks-workload|lambda-function|malicious-object|malware-on-disk|rds-database|resource-hijack|stolen-workload|iam-)/.test(
          playbook,
        );
      const items = await until(async () => {
        const all = await itemsOf(deployment, `INC#${found.incident}`);
        return (!asks || all.some(({ sk }) => sk.startsWith('APPROVAL#'))) &&
          all.some(({ sk }) => sk.startsWith('OBLIGATION#'))
          ? all
          : undefined;
      }, 'A question with a clock beside it');
      expect(items.find(({ sk }) => sk.startsWith('APPROVAL#'))?.state).toBe(asks ? 'PENDING' : undefined);
    },
  );

  test('a person takes one over, and the record says who', async () => {
    // What no other playbook answers stays with people, whatever levers come.
    const { incident } = await about('finding:guardduty:');
    const asked = await until(
      async () => (await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#')).find(({ token }) => token),
      'The question',
    );
    const shownIn = ({ blocks }: { blocks?: unknown }): string => JSON.stringify(blocks);
    const message = (await messagesOf(deployment)).find(
      (one) => shownIn(one).includes(String(incident)) && shownIn(one).includes('Who takes over'),
    );
    const shown = shownIn(message ?? {});
    expect(shown).toContain('start a playbook that fits');
    const answer = await decideBySignature(deployment, 'Rosa', { action: 'approve', approval: asked.id });
    expect(answer).toMatchObject({ status: 200 });
    const closed = await until(
      async () => (await incidents()).find((one) => one.incident === incident && one.state === 'held'),
      'The end',
    );
    expect(closed).toMatchObject({ playbook: 'unmapped-finding' });
    const ledger = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
    expect(
      ledger.some(({ actor, what }) => actor === 'Rosa Ruiz' || String(what).startsWith('approved "handover"')),
    ).toBe(true);
  });
});

describe('an attack sequence', patience, () => {
  const uid = (count: number): string => `i-${String(count).padStart(17, '0')}`;
  const resources = Array.from({ length: 300 }, (_, at) => ({
    uid: `arn:aws:ec2:${region}:${account}:instance/${uid(at)}`,
    resourceType: 'EC2_INSTANCE',
    accountId: account,
    region,
    name: `${name} `.repeat(100),
  }));
  const signals = Array.from({ length: 100 }, (_, at) => ({
    uid: word(16),
    type: 'FINDING',
    name: `Signal ${at}`,
    description: 'x'.repeat(1000),
    count: 1,
  }));
  const actors = [{ id: 'a1', user: { name: `oscar-${name}`, uid: 'AIDAX', type: 'IAMUser', credentialUid: 'AKIAX' } }];
  const service = { detection: { sequence: { uid: word(8), actors, resources, signals } } };

  test('larger than a state machine takes is sealed whole, and answered', async () => {
    const id = word(16);
    const large = guardDuty(
      'AttackSequence:EC2/CompromisedInstanceGroup',
      { resource: { resourceType: 'AttackSequence' }, service, severity: 9 },
      id,
    );
    expect(large.Detail.length).toBeGreaterThan(262_144);
    await sendEvent(deployment, large);
    const found = await about(`user/oscar-${name}`);
    expect(found).toMatchObject({ playbook: 'attack-sequence', severity: 'critical' });
    const s3 = deployment.client(S3Client, 'hub');
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: deployment.outputs.VaultName, Prefix: `findings/guardduty-${id}` }),
    );
    expect(Contents.map(({ Size }) => Size)).toEqual([expect.any(Number)]);
    expect(Contents[0]?.Size).toBeGreaterThan(262_144);
  });

  test('holds every resource it names: a later finding about one of them joins', async () => {
    const { incident } = await about(`user/oscar-${name}`);
    const resource = { resourceType: 'Instance', instanceDetails: { instanceId: uid(7) } };
    await sendEvent(deployment, guardDuty('Trojan:EC2/DropPoint', { resource, severity: 5 }));
    await until(
      async () =>
        (await itemsOf(deployment, `INC#${incident}`, 'FINDING#')).find(({ finding }) =>
          JSON.stringify(finding).includes('DropPoint'),
        ),
      'The second finding in the same incident',
    );
    // Where the ledger says that the event lies, it lies.
    const joined = await until(
      async () =>
        (await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).find(({ what }) =>
          String(what).includes('DropPoint'),
        ),
      'The entry about the second finding',
    );
    const { uri } = z.object({ raw: z.object({ uri: z.string() }) }).parse(joined.detail).raw;
    const Bucket = deployment.outputs.VaultName;
    const Key = uri.replace(`s3://${Bucket}/`, '');
    const s3 = deployment.client(S3Client, 'hub');
    await until(() => s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined), `${uri} in the vault`);
    expect((await incidents()).filter(({ resource: one }) => String(one).endsWith(uid(7)))).toEqual([]);
  });
});

describe('our own doing', patience, () => {
  const RoleName = 'tourniquet-contain';
  const ours = (session: string) => key('AssumedRole', RoleName, session);
  /** By the very role, whose id no other of its name has. */
  async function byOurRole(session: string) {
    const { Role } = await deployment.client(IAMClient, 'member').send(new GetRoleCommand({ RoleName }));
    const { accessKeyDetails, ...resource } = ours(session);
    return { ...resource, accessKeyDetails: { ...accessKeyDetails, principalId: `${Role?.RoleId}:${session}` } };
  }

  test('is noted in the incident it belongs to, and starts nothing', async () => {
    const { incident, run } = await about(`alice-${name}`);
    const before = (await incidents()).length;
    await sendEvent(
      deployment,
      guardDuty('Impact:IAMUser/AnomalousBehavior', { resource: await byOurRole(String(run).slice(0, 64)) }),
    );
    await until(
      async () =>
        (await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).find(({ what }) =>
          String(what).includes('was caused by Tourniquet itself'),
        ),
      'The note',
    );
    expect((await incidents()).length).toBe(before);
  });

  test('is not what a role of the same name did, though it knows the name of a run', async () => {
    const { run } = await about(`alice-${name}`);
    const session = String(run).slice(0, 64);
    await sendEvent(deployment, guardDuty('Impact:IAMUser/AnomalousBehavior', { resource: ours(session) }));
    expect(await about(`tourniquet-contain/${session}`)).toMatchObject({ playbook: 'iam-role-session' });
  });

  test('that no run of ours did is an incident like any other', async () => {
    await sendEvent(deployment, guardDuty('Impact:IAMUser/AnomalousBehavior', { resource: ours(`stranger-${name}`) }));
    expect(await about(`tourniquet-contain/stranger-${name}`)).toMatchObject({ playbook: 'iam-role-session' });
  });
});
