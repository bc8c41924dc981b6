import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Finding } from './finding.ts';
import { readOcsf } from './ocsf.ts';
import type { Fields } from './reader.ts';
import { camelised, Unreadable } from './value.ts';

type Json = Record<string, unknown>;

const detector = 'arn:aws:guardduty:eu-central-1:111122223333:detector/9e';
const product = (name: string, end: string): Json => ({
  name,
  uid: `arn:aws:securityhub:eu-central-1::productv2/aws/${end}`,
});

/** A finding of Inspector's about an instance; the parts a test changes come last. */
const made = (changes: Json = {}): Json => ({
  activity_id: 1,
  category_uid: 2,
  class_uid: 2002,
  type_uid: 200201,
  severity: 'High',
  severity_id: 4,
  status: 'New',
  status_id: 1,
  vendor_attributes: { severity: 'Medium', severity_id: 3 },
  cloud: { account: { uid: '111122223333' }, provider: 'AWS', region: 'eu-central-1' },
  metadata: { product: product('Inspector', 'inspector'), uid: 'e'.repeat(64) },
  finding_info: {
    title: 'CVE-2026-0001 in openssl',
    types: ['Software and Configuration Checks/Vulnerabilities/CVE', 'Vulnerabilities'],
    uid: 'arn:aws:inspector2:eu-central-1:111122223333:finding/0a',
    first_seen_time: 1_795_000_000_000,
    last_seen_time_dt: '2026-11-22T02:00:00+00:00',
  },
  resources: [{ type: 'AWS::EC2::Instance', uid: 'i-0123456789abcdef0', region: 'eu-central-1' }],
  ...changes,
});

const guardDuty = (changes: Json = {}, info: Json = {}): Json =>
  made({
    class_uid: 2004,
    metadata: { product: product('GuardDuty', 'guardduty'), uid: 'd'.repeat(64) },
    finding_info: {
      uid: `${detector}/finding/77`,
      uid_alt: '77',
      title: 'Portscan',
      types: ['Recon:EC2/Portscan'],
      first_seen_time: 1_795_000_000_000,
      last_seen_time: 1_795_000_100_000,
      ...info,
    },
    evidences: [{ data: { resource_role: 'ACTOR' } }],
    ...changes,
  });

const read = (finding: Json): Finding => Finding.parse(readOcsf(camelised(finding) as Fields, null));

describe('a finding of the Security Hub of 2025', () => {
  it('is read with all it says', () => {
    const { targets, ...rest } = read(made());
    expect(rest).toEqual({
      source: 'securityhub-v2',
      product: 'Inspector',
      id: 'arn:aws:inspector2:eu-central-1:111122223333:finding/0a',
      arn: 'arn:aws:inspector2:eu-central-1:111122223333:finding/0a',
      key: 'inspector2:arn:aws:inspector2:eu-central-1:111122223333:finding/0a',
      type: 'Software and Configuration Checks/Vulnerabilities/CVE',
      title: 'CVE-2026-0001 in openssl',
      nature: 'weakness',
      severity: 'high',
      score: 3,
      partition: 'aws',
      role: 'unknown',
      count: 1,
      call: null,
      account: '111122223333',
      region: 'eu-central-1',
      remotes: [],
      signals: [],
      missing: [],
      importedBy: null,
      hub: {
        format: 'ocsf',
        id: expect.any(String),
        productArn: expect.stringContaining('/aws/inspector'),
      },
      marked: null,
      updatedBy: null,
      sample: false,
      archived: false,
      suppressed: false,
      drill: false,
      requested: false,
      firstSeen: new Date(1_795_000_000_000).toISOString(),
      lastSeen: '2026-11-22T02:00:00.000Z',
    });
    expect(targets).toMatchObject([{ kind: 'instance', id: 'i-0123456789abcdef0', account: '111122223333' }]);
  });

  it('has the same key as its copy in ASFF, where it is of no service we know', () => {
    const finding_info = { uid: 'acme-17', types: ['Malware'], title: 'x' };
    const metadata = {
      product: { name: 'Acme', uid: 'arn:aws:securityhub:eu-central-1::productv2/acme/watch' },
      uid: 'f'.repeat(64),
    };
    expect(read(made({ finding_info, metadata })).key).toBe('securityhub:111122223333:acme/watch:eu-central-1:acme-17');
    expect(read(made({ finding_info: { types: ['Malware'] }, metadata })).key).toMatch(
      new RegExp(`:${'f'.repeat(64)}$`),
    );
  });

  it.each([
    [1, 'informational'],
    [2, 'low'],
    [3, 'medium'],
    [4, 'high'],
    [5, 'critical'],
    [6, 'critical'],
    ['5', 'critical'],
    [0, null],
    [99, null],
    [-1, null],
    [1.5, null],
  ])('has the severity of step %s', (severity_id, severity) => {
    const finding = read(made({ severity_id }));
    expect(finding.severity).toBe(severity);
    expect(finding.missing).toEqual(severity ? [] : ['severity']);
  });

  it('has the severity of the caption, where there is no step, and none of nonsense', () => {
    expect(read(made({ severity_id: undefined })).severity).toBe('high');
    expect(read(made({ severity_id: undefined, severity: 'Fatal' })).severity).toBe('critical');
    expect(() => read(made({ severity_id: 'High' }))).toThrow(/^severity: /);
    expect(() => read(made({ vendor_attributes: { severity_id: {} } }))).toThrow(/^severity: /);
    expect(read(made({ vendor_attributes: undefined })).score).toBeNull();
  });

  it.each([
    [{ status_id: 2 }, { archived: false, suppressed: false }],
    [{ status_id: 3 }, { archived: false, suppressed: true }],
    [{ status_id: 4 }, { archived: true, suppressed: false }],
    [{ status_id: 5 }, { archived: true, suppressed: false }],
    [
      { status_id: undefined, status: 'Suppressed' },
      { archived: false, suppressed: true },
    ],
    [
      { status_id: undefined, status: 'Resolved' },
      { archived: true, suppressed: false },
    ],
    [{ activity_id: 3 }, { archived: true, suppressed: false, nature: 'weakness' }],
    [{ unmapped: { RecordState: 'ARCHIVED' } }, { archived: true }],
    [{ unmapped: { Sample: 'true' } }, { sample: true }],
    [{ unmapped: { 'ProductFields.tourniquet/drill': 'true' } }, { drill: true }],
    [{ comment: 'John looks at it' }, { marked: null }],
    [{ comment: 'Tourniquet inc-0123456789ab: contained' }, { marked: 'inc-0123456789ab' }],
    [{ comment: 'see Tourniquet inc-0123456789ab: contained' }, { marked: null }],
  ])('stands where %j says', (changes, standing) => {
    expect(read(made(changes))).toMatchObject(standing);
  });

  it.each([
    [{ class_uid: 2003, metadata: { product: product('Security Hub', 'securityhub') } }, 'weakness'],
    [
      { class_uid: 2004, metadata: { product: product('Security Hub Exposure Analysis', 'securityhub-risk') } },
      'weakness',
    ],
    [{ class_uid: 2006, metadata: { product: product('Macie', 'macie') } }, 'attack'],
    [
      {
        class_uid: 2004,
        metadata: { product: { name: 'Acme', uid: 'arn:aws:securityhub:eu-central-1::productv2/acme/watch' } },
      },
      'attack',
    ],
  ])('is an attack or a weakness by its class and product: %j', (changes, nature) => {
    const finding_info = { uid: 'x', title: 'x', types: ['Malware'] };
    expect(read(made({ finding_info, ...changes })).nature).toBe(nature);
  });

  it("keeps Macie's key, type and order: the object, then its bucket", () => {
    const finding = read(
      made({
        class_uid: 2006,
        metadata: { product: product('Macie', 'macie') },
        finding_info: { uid: 'f184', title: 'x', types: ['SensitiveData:S3Object/Personal', 'Sensitive Data'] },
        databucket: { name: 'orders', uid: 'arn:aws:s3:::orders' },
        resources: [
          { type: 'AWS::S3::Bucket', uid: 'orders', uid_alt: 'arn:aws:s3:::orders' },
          { type: 'AWS::S3::Object', uid: 'a/b.csv' },
        ],
      }),
    );
    expect(finding).toMatchObject({ key: 'macie:f184', type: 'SensitiveData:S3Object/Personal', nature: 'attack' });
    expect(finding.targets).toMatchObject([
      { kind: 'object', id: 'orders/a/b.csv', inside: 'orders' },
      { kind: 'bucket', id: 'orders' },
    ]);
  });

  it('is unreadable without an id or a type', () => {
    expect(() => read(made({ finding_info: {}, metadata: {} }))).toThrow(/^finding_info.uid: /);
    expect(() => read(guardDuty({}, { types: [] }))).toThrow(/^type: /);
    const finding_info = { uid: 'x' };
    expect(read(made({ finding_info, compliance: { control: 'S3.1' } })).type).toBe('S3.1');
    expect(() => read(made({ finding_info }))).toThrow(Unreadable);
  });

  it('says what is missing, and never takes it from elsewhere', () => {
    const finding = read({ class_uid: 2004, finding_info: { uid: 'x', types: ['Malware'] } });
    expect(finding).toMatchObject({ account: null, region: null, severity: null, partition: 'aws', targets: [] });
    expect(finding.missing).toEqual([
      'severity',
      'title',
      'product',
      'first seen',
      'last seen',
      'account',
      'region',
      'resource',
    ]);
  });
});

describe('what it says of the attack', () => {
  it('is in the evidence, without our own side', () => {
    const evidences = [
      {
        src_endpoint: { ip: '10.0.0.5', instance_uid: 'i-0123456789abcdef0' },
        dst_endpoint: { ip: '203.0.113.9', hostname: 'evil.example' },
        query: { hostname: 'c2.example' },
      },
      { src_endpoint: { uid: 'tor.example' } },
      { connection_info: { direction_id: 2 }, src_endpoint: { ip: '10.0.0.6' }, dst_endpoint: { ip: '198.51.100.3' } },
      {
        connection_info: { direction: 'Inbound' },
        src_endpoint: { ip: '198.51.100.4' },
        dst_endpoint: { ip: '10.0.0.7' },
      },
      { data: '{"resource_role":"TARGET"}', api: { operation: 'list' } },
      { api: { operation: 'GetObject', service: { name: 's3.amazonaws.com' } } },
    ];
    const finding = read(guardDuty({ evidences, count: '264' }));
    expect(finding).toMatchObject({ role: 'TARGET', call: 's3:GetObject', count: 264 });
    expect(finding.remotes.toSorted()).toEqual(
      ['198.51.100.3', '198.51.100.4', '203.0.113.9', 'c2.example', 'evil.example', 'tor.example'].toSorted(),
    );
  });

  it('is in what the conversion from ASFF could not map', () => {
    const unmapped = {
      'ProductFields.aws/guardduty/service/resourceRole': 'TARGET',
      'ProductFields.aws/guardduty/service/count': '5',
      'ProductFields.aws/guardduty/service/archived': 'true',
      'ProductFields.aws/guardduty/service/action/dnsRequestAction/domain': 'evil.example',
    };
    const types = ['TTPs/Command and Control/Trojan:EC2-DGADomainRequest.B'];
    expect(read(guardDuty({ unmapped, evidences: [] }, { types }))).toMatchObject({
      type: 'Trojan:EC2/DGADomainRequest.B',
      role: 'TARGET',
      count: 5,
      archived: true,
      remotes: ['evil.example'],
    });
  });

  it('is in the related events of an attack sequence, and in whoever acted', () => {
    const related_events = [
      { uid: `${detector}/finding/1`, type: 'FINDING', title: 'Recon:EC2/Portscan', created_time: 1_795_000_000_000 },
    ];
    const evidences = [
      {
        actor: {
          user: { name: 'deploy', uid: 'AIDAEXAMPLE', type: 'IAMUser', credential_uid: 'AKIAIOSFODNN7EXAMPLE' },
        },
      },
      { actor: { user: { name: 'root', uid: '0' }, process: { name: 'sh' } } },
    ];
    const types = ['Threats', 'AttackSequence:EC2/CompromisedInstanceGroup'];
    const finding = read(guardDuty({ evidences }, { types, related_events }));
    expect(finding.targets.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'access-key AKIAIOSFODNN7EXAMPLE',
      'instance i-0123456789abcdef0',
    ]);
    expect(finding.signals).toEqual([
      {
        id: `${detector}/finding/1`,
        type: 'FINDING',
        name: 'Recon:EC2/Portscan',
        at: new Date(1_795_000_000_000).toISOString(),
      },
    ]);
    expect(read(guardDuty({}, { types })).missing).toEqual(['sequence']);
  });

  it('takes no signals from related findings of anything else', () => {
    const related_events = [{ uid: 'a', title: 'b' }];
    const metadata = { product: product('Security Hub Exposure Analysis', 'securityhub-risk') };
    const uid = 'arn:aws:securityhub:eu-central-1:111122223333:risk:0a';
    expect(read(guardDuty({ metadata }, { uid, related_events })).signals).toEqual([]);
    expect(read(guardDuty({}, { related_events })).signals).toEqual([]);
  });
});

describe('a finding that Security Lake made of ASFF', () => {
  it('has its key hidden, its details as text, and one resource apart', () => {
    const uid = 'AWS::IAM::AccessKey:********************';
    const data = '{"AwsIamAccessKey":{"PrincipalId":"111122223333","PrincipalName":"Root","PrincipalType":"Root"}}';
    const resource = { type: 'AwsIamAccessKey', uid, data, region: 'eu-central-1', cloud_partition: 'aws-eusc' };
    const types = ['TTPs/Policy:IAMUser-RootCredentialUsage'];
    const finding = read(guardDuty({ resources: null, resource }, { types }));
    expect(finding).toMatchObject({ type: 'Policy:IAMUser/RootCredentialUsage', partition: 'aws-eusc' });
    expect(finding.targets).toMatchObject([{ kind: 'principal', id: 'Root', principal: { kind: 'root' } }]);
    expect(finding.missing).toEqual(['access key id']);
  });
});

describe('whatever is sent', () => {
  const anything = (finding: unknown): void => {
    try {
      Finding.parse(readOcsf(camelised(finding) as Fields, null));
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable);
    }
  };

  it('is read or refused with a reason', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), anything));
  });

  it('is read or refused with one part of it replaced', () => {
    const whole = guardDuty({ unmapped: {}, databucket: {}, compliance: {}, resource: {}, finding: {}, count: 1 });
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom({ toString: 1 }, { valueOf: null }, { ['__proto__']: { a: 1 } }, '__proto__', 'constructor', [
        [[]],
      ]),
      fc.jsonValue().map((value) => [{ type: 'AwsIamAccessKey', uid: 'AKIA', data: JSON.stringify(value) }]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(whole)), odd, (key, value) => anything({ ...whole, [key]: value })),
      { numRuns: 1_000 },
    );
  });

  it('is not walked deeper than a finding goes, even inside a text', () => {
    const data = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const resources = [{ type: 'AWS::EC2::Instance', uid: 'i-0123456789abcdef0', data }];
    expect(read(made({ resources })).targets).toMatchObject([{ id: 'i-0123456789abcdef0' }]);
  });
});
