import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBackupScan } from './backup.ts';
import { readCloudTrail } from './cloudtrail.ts';
import { Finding } from './finding.ts';
import { readHealth } from './health.ts';
import { readInspector } from './inspector.ts';
import { readMacie } from './macie.ts';
import { readMalwareScan } from './malware-scan.ts';
import type { Envelope, Reader } from './reader.ts';
import { camelised, Unreadable } from './value.ts';

const envelope: Envelope = {
  source: 'aws.any',
  'detail-type': 'Any',
  id: 'e',
  account: '111122223333',
  region: 'eu-central-1',
  time: '2026-11-20T08:15:00Z',
  resources: ['arn:aws:s3:::b', '****', 'x'],
  detail: {},
};
const identity = {
  type: 'AssumedRole',
  principalId: 'AROAMADEUP:ada',
  arn: 'arn:aws:sts::111122223333:assumed-role/r/ada',
  accountId: '111122223333',
  accessKeyId: 'ASIAMADEUPFORTESTS01',
  userName: 'ada',
  sessionContext: { sessionIssuer: { userName: 'r' } },
};

/** One finding of each shape, as full as can be, so that a change can hit every field that is read. */
const shapes: readonly (readonly [name: string, read: Reader, finding: object])[] = [
  [
    'malware scan',
    readMalwareScan,
    {
      scanStatus: 'COMPLETED',
      s3ObjectDetails: { bucketName: 'b', objectKey: 'k', eTag: 'e', versionId: 'v' },
      scanResultDetails: { scanResultStatus: 'THREATS_FOUND', threats: [{ name: 't' }], statusReasons: ['R'] },
    },
  ],
  [
    'health',
    readHealth,
    {
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      eventArn: 'arn:aws:health:us-east-1::event/x',
      communicationId: 'c',
      affectedAccount: '111122223333',
      eventRegion: 'us-east-1',
      startTime: 'Fri, 20 Nov 2026 07:00:00 GMT',
      lastUpdatedTime: 1,
      eventDescription: [{ language: 'en_US', latestDescription: 'belonging to IAM user ada' }],
      affectedEntities: [{ entityValue: 'AKIAMADEUPFORTESTS01', entityMetadata: { userName: 'ada' } }],
      eventMetadata: { userName: 'ada' },
    },
  ],
  [
    'inspector',
    readInspector,
    {
      findingArn: 'arn:aws:inspector2:eu-central-1:111122223333:finding/0',
      awsAccountId: '111122223333',
      type: 'T',
      severity: 'HIGH',
      inspectorScore: 7.4,
      status: 'ACTIVE',
      title: 't',
      firstObservedAt: 'x',
      lastObservedAt: 1,
      resources: [
        {
          id: 'i-0123456789abcdef0',
          type: 'AWS_EC2_INSTANCE',
          region: 'eu-central-1',
          provider: 'AWS',
          partition: 'aws',
          details: {
            awsEc2Instance: { iamInstanceProfileArn: 'a' },
            awsEcrContainerImage: { repositoryName: 'r', imageHash: 'h' },
          },
        },
      ],
    },
  ],
  [
    'macie',
    readMacie,
    {
      id: 'm',
      type: 'T',
      accountId: '111122223333',
      region: 'eu-central-1',
      partition: 'aws',
      title: 't',
      severity: { score: 3, description: 'High' },
      count: 1,
      sample: false,
      archived: false,
      createdAt: 'x',
      updatedAt: 1,
      resourcesAffected: {
        s3Bucket: { arn: 'arn:aws:s3:::b', name: 'b' },
        s3Object: { bucketArn: 'a', key: 'k', versionId: 'v' },
      },
      policyDetails: {
        action: { apiCallDetails: { api: 'A', apiServiceName: 's3.amazonaws.com' } },
        actor: {
          userIdentity: { type: 'AssumedRole', assumedRole: identity },
          ipAddressDetails: { ipAddressV4: '198.51.100.7' },
        },
      },
    },
  ],
  [
    'cloudtrail',
    readCloudTrail,
    {
      eventID: 'e',
      eventName: 'E',
      eventSource: 's3.amazonaws.com',
      eventTime: 'x',
      awsRegion: 'eu-central-1',
      errorCode: 'D',
      recipientAccountId: '111122223333',
      sourceIPAddress: '198.51.100.7',
      userIdentity: identity,
      requestParameters: {
        bucketName: 'b',
        key: 'k',
        instancesSet: { items: [{ instanceId: 'i-0abc' }] },
        instanceIds: ['i-0abc'],
      },
      resources: [{ ARN: 'arn:aws:s3:::b', accountId: '111122223333' }],
    },
  ],
  [
    'backup',
    readBackupScan,
    {
      scanJobId: 's',
      accountId: '111122223333',
      recoveryPointArn: 'r',
      resourceArn: 'a',
      backupVaultArn: 'v',
      state: 'COMPLETED',
      statusMessage: 'm',
      creationDate: 'x',
      completionDate: 1,
      scanResult: { scanResultStatus: 'THREATS_FOUND' },
    },
  ],
];

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

const placesIn = (value: unknown): Place[] => {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Place['holder'];
  return Object.entries(value).flatMap(([key, inner]) => [{ holder, key }, ...placesIn(inner)]);
};

/** What nobody expects where a text, a number or an object belongs. */
const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '****',
    '__proto__',
    'constructor',
    'toString',
    'arn:aws:::',
    'arn:aws:s3:::',
    'NaN',
    -1,
    1e308,
    [],
    {},
  ),
  fc.constant(JSON.parse('{"__proto__": {"name": "x"}, "constructor": 1}')),
);

/** Reads like the program does: a Finding that is one, or an Unreadable. */
function attempt(read: Reader, finding: unknown, around: Envelope | null): void {
  try {
    const found = read(camelised(finding) as Record<string, unknown>, around);
    expect(Finding.parse(found)).toEqual(found);
    expect(found.missing.every((word) => word.length < 200)).toBe(true);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    expect(error.message).toMatch(/\S/);
  }
}

describe.each(shapes)('%s', (_, read, finding) => {
  it('is read whole', () => {
    expect(Finding.safeParse(read(camelised(finding) as Record<string, unknown>, envelope)).success).toBe(true);
  });

  it('is read or refused, whatever stands in any one or two of its fields', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 2 }),
        fc.boolean(),
        (changes, arrives) => {
          const copy = structuredClone(finding);
          for (const [which, given] of changes) {
            const value = structuredClone(given);
            const places = placesIn(copy);
            const place = places[which % places.length];
            if (place)
              Object.defineProperty(place.holder, place.key, {
                value,
                enumerable: true,
                configurable: true,
                writable: true,
              });
          }
          attempt(read, copy, arrives ? envelope : null);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is read or refused without any one of its fields', () => {
    placesIn(finding).forEach((_, index) => {
      const copy = structuredClone(finding);
      const place = placesIn(copy)[index];
      if (place) Reflect.deleteProperty(place.holder, place.key);
      attempt(read, copy, null);
    });
  });

  it('is refused where it is any other JSON object', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (any) => attempt(read, any, null)));
  });
});
