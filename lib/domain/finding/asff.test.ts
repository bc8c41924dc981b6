import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAsff } from './asff.ts';
import { Finding } from './finding.ts';
import type { Envelope, Fields } from './reader.ts';
import { camelised, Unreadable } from './value.ts';

type Json = Record<string, unknown>;

const control = 'arn:aws:securityhub:eu-central-1:111122223333:security-control/S3.1/finding/5d0c';
const detector = 'arn:aws:guardduty:eu-central-1:111122223333:detector/9e';
const service = 'aws/guardduty/service';

/** A finding another product imports; the parts a test changes come last. */
const made = (changes: Json = {}): Json => ({
  SchemaVersion: '2018-10-08',
  Id: 'acme-17',
  GeneratorId: 'acme/watch',
  AwsAccountId: '111122223333',
  ProductArn: 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default',
  ProductName: 'Acme',
  Region: 'eu-central-1',
  Types: ['TTPs/Initial Access'],
  Title: 'Somebody came in',
  FirstObservedAt: '2026-11-22T01:00:00.000Z',
  LastObservedAt: '2026-11-22T02:00:00Z',
  Severity: { Label: 'HIGH', Normalized: 70 },
  RecordState: 'ACTIVE',
  Workflow: { Status: 'NEW' },
  Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::orders', Partition: 'aws', Region: 'eu-central-1' }],
  ...changes,
});

const guardDuty = (changes: Json = {}, fields: Json = {}): Json =>
  made({
    Id: `${detector}/finding/77`,
    GeneratorId: detector,
    Types: ['TTPs/Discovery/Recon:EC2-Portscan'],
    ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty',
    ProductName: 'GuardDuty',
    ProductFields: { [`${service}/resourceRole`]: 'ACTOR', ...fields },
    ...changes,
  });

const envelope = (detailType: string): Envelope => ({
  source: 'aws.securityhub',
  'detail-type': detailType,
  id: 'e',
  account: '999999999999',
  region: 'us-east-1',
  time: '2026-11-22T03:00:00Z',
  resources: [],
  detail: {},
});

const read = (finding: Json, around: Envelope | null = null): Finding =>
  Finding.parse(readAsff(camelised(finding) as Fields, around));

describe('a finding of Security Hub CSPM', () => {
  it('is read with all it says', () => {
    expect(read(made())).toEqual({
      source: 'securityhub',
      product: 'Acme',
      id: 'acme-17',
      arn: '',
      key: 'securityhub:111122223333:111122223333/default:eu-central-1:acme-17',
      type: 'TTPs/Initial Access',
      title: 'Somebody came in',
      nature: 'attack',
      severity: 'high',
      score: 70,
      partition: 'aws',
      account: '111122223333',
      region: 'eu-central-1',
      role: 'unknown',
      count: 1,
      sample: false,
      archived: false,
      suppressed: false,
      drill: false,
      requested: false,
      importedBy: '111122223333/default',
      hub: {
        format: 'asff',
        id: 'acme-17',
        productArn: 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default',
      },
      marked: null,
      updatedBy: null,
      firstSeen: '2026-11-22T01:00:00.000Z',
      lastSeen: '2026-11-22T02:00:00.000Z',
      call: null,
      remotes: [],
      signals: [],
      missing: [],
      targets: [
        {
          kind: 'bucket',
          id: 'orders',
          account: '111122223333',
          region: 'eu-central-1',
          arn: 'arn:aws:s3:::orders',
          principal: null,
          inside: null,
          version: null,
          profile: null,
          user: null,
        },
      ],
    });
  });

  it('names no other account or Region than its own', () => {
    const around = envelope('Security Hub Findings - Imported');
    expect(read(made(), around)).toMatchObject({ account: '111122223333', region: 'eu-central-1', requested: false });
    const bare = read(made({ AwsAccountId: undefined, Region: undefined, ProductArn: undefined }), around);
    expect(bare).toMatchObject({ account: null, region: null });
    expect(bare.missing).toEqual(['account', 'region']);
    const masked = read(made({ AwsAccountId: '11111111111' }), around);
    expect(masked.missing).toEqual(['account (11111111111 is no 12-digit account id)']);
    // Findings of before 2021 have no Region beside the ARN.
    expect(read(guardDuty({ Region: undefined }), around).region).toBe('eu-central-1');
  });

  it('is about what it lists first, unless that is merely the account', () => {
    const Resources = [
      { Type: 'AwsAccount', Id: 'AWS::::Account:111122223333' },
      { Type: 'AwsKmsKey', Id: 'arn:aws:kms:eu-central-1:111122223333:key/5d0c' },
      { Type: 'AwsEc2Instance', Id: 'i-0123456789abcdef0' },
    ];
    expect(read(made({ Resources })).targets.map(({ kind }) => kind)).toEqual(['key', 'instance', 'account']);
    expect(read(made({ Resources: [] })).targets).toMatchObject([{ kind: 'account', id: '111122223333' }]);
  });

  it('was asked for, where a person sent it', () => {
    expect(read(made(), envelope('Security Hub Findings - Custom Action')).requested).toBe(true);
  });

  it.each([
    [
      'ProductName',
      { Id: 'x', ProductName: undefined, ProductFields: { 'aws/securityhub/ProductName': 'Default' } },
      'Default',
    ],
    [
      'product ARN',
      { ProductName: undefined, ProductArn: 'arn:aws:securityhub:eu-central-1::product/acme/watcher' },
      'watcher',
    ],
  ])('takes the product from the %s', (_, changes, product) => {
    expect(read(made(changes)).product).toBe(product);
  });

  it('is unreadable without an id, or without anything that says what it is', () => {
    expect(() => read(made({ Id: ' ' }))).toThrow(/^Id: /);
    expect(() => read(made({ Types: [], GeneratorId: undefined }))).toThrow(Unreadable);
    expect(() => read(guardDuty({ Types: [] }))).toThrow(/^type: /);
    expect(read(made({ Types: [] })).type).toBe('acme/watch');
    expect(read(made({ Types: [], FindingProviderFields: { Types: ['Effects'] } })).type).toBe('Effects');
  });

  it('says what is missing, and guesses nothing', () => {
    const bare = read({ Id: 'x', Types: ['Effects'] });
    expect(bare).toMatchObject({ severity: null, score: null, title: 'Effects', targets: [], product: '' });
    expect(bare.missing).toEqual([
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

describe('its severity', () => {
  it.each([
    [{ Label: 'CRITICAL', Normalized: 10 }, 'critical', 10],
    [{ Normalized: 0 }, 'informational', 0],
    [{ Normalized: 1 }, 'low', 1],
    [{ Normalized: 39 }, 'low', 39],
    [{ Normalized: 40 }, 'medium', 40],
    [{ Normalized: 69.5 }, 'medium', 69.5],
    [{ Normalized: 70 }, 'high', 70],
    [{ Normalized: 90 }, 'critical', 90],
    [{ Normalized: 100, Product: 8.5 }, 'critical', 8.5],
    [{ Label: 'low', Original: '7.2' }, 'low', 7.2],
    [{ Label: 'LOW', Original: 'MEDIUM', Normalized: '30' }, 'low', 30],
    [{ Label: 'SEVERE' }, null, null],
    [{ Normalized: 101 }, null, 101],
    [{ Normalized: -1 }, null, -1],
    ['HIGH', null, null],
  ])('of %j', (Severity, severity, score) => {
    const finding = read(made({ Severity }));
    expect(finding).toMatchObject({ severity, score });
    expect(finding.missing).toEqual(severity ? [] : ['severity']);
  });

  it.each([{ Normalized: 'high' }, { Product: 'high', Label: 'HIGH' }, { Normalized: Number.NaN }, { Product: [] }])(
    'is unreadable where %j stands for a number',
    (Severity) => {
      expect(() => read(made({ Severity }))).toThrow(/^severity: /);
    },
  );

  it('is what the provider said, where nobody has changed it', () => {
    const provided = { Severity: undefined, FindingProviderFields: { Severity: { Label: 'LOW' } } };
    expect(read(made(provided)).severity).toBe('low');
  });
});

describe('where it stands', () => {
  it.each([
    [{ RecordState: 'ARCHIVED' }, { archived: true, suppressed: false }],
    [{ Workflow: { Status: 'RESOLVED' } }, { archived: true, suppressed: false }],
    [{ Workflow: { Status: 'SUPPRESSED' } }, { archived: false, suppressed: true }],
    [{ Workflow: { Status: 'NOTIFIED' } }, { archived: false, suppressed: false }],
    [{ UserDefinedFields: { 'tourniquet/incident': 'inc-0123456789ab' } }, { marked: 'inc-0123456789ab' }],
    [{ Sample: true }, { sample: true }],
    [{ Title: '[SAMPLE] Somebody came in' }, { sample: true, drill: false }],
    [{ Title: '[DRILL] Somebody came in' }, { drill: true, sample: false }],
    [{ UserDefinedFields: { 'tourniquet/drill': 'true' } }, { drill: true }],
    [{ ProductFields: { 'tourniquet/drill': 'true' } }, { drill: true }],
    [{ ProductFields: { 'tourniquet/drill': 'false' } }, { drill: false }],
    [{ ProductFields: { [`${service}/additionalInfo/drill`]: 'true' } }, { drill: true }],
    [{ ProductFields: { [`${service}/additionalInfo`]: '{"sample":true}' } }, { sample: true }],
  ])('%j', (changes, standing) => {
    expect(read(made(changes))).toMatchObject(standing);
  });

  it('is a weakness where a control was checked, passed or not', () => {
    const checked = [
      { Compliance: { Status: 'FAILED' } },
      { Compliance: { Status: 'PASSED' } },
      { GeneratorId: 'security-control/S3.1' },
      { GeneratorId: 'arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/2.3' },
      { GeneratorId: 'aws-foundational-security-best-practices/v/1.0.0/RDS.2' },
      { ProductFields: { StandardsArn: 'arn:aws:securityhub:::standards/pci-dss/v/3.2.1' } },
      { Types: ['TTPs/Initial Access', 'Software and Configuration Checks/Vulnerabilities/CVE'] },
      { Id: control, ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/securityhub' },
    ];
    for (const changes of checked) expect(read(made(changes)).nature).toBe('weakness');
    expect(read(made()).nature).toBe('attack');
    expect(read(guardDuty({ Compliance: { Status: 'FAILED' } })).nature).toBe('attack');
  });
});

describe('what it says of the attack', () => {
  it('is in what GuardDuty adds', () => {
    const finding = read(
      guardDuty(
        {},
        {
          [`${service}/archived`]: 'true',
          [`${service}/count`]: '12',
          [`${service}/additionalInfo/value`]: '{"sample":true}',
          [`${service}/action/portProbeAction/portProbeDetails.0_/remoteIpDetails/ipAddressV4`]: '198.51.100.1',
          [`${service}/action/portProbeAction/portProbeDetails.1_/remoteIpDetails/ipAddressV6`]: '2001:db8::1',
          [`${service}/action/portProbeAction/portProbeDetails.1_/localIpDetails/ipAddressV4`]: '10.0.0.1',
          [`${service}/action/dnsRequestAction/domain`]: 'evil.example',
        },
      ),
    );
    expect(finding).toMatchObject({ role: 'ACTOR', archived: true, count: 12, sample: true });
    expect(finding.remotes).toEqual(['198.51.100.1', '2001:db8::1', 'evil.example']);
  });

  it('is in the action that any product may give', () => {
    const Action = {
      ActionType: 'AWS_API_CALL',
      AwsApiCallAction: {
        Api: 'GetObject',
        ServiceName: 's3.amazonaws.com',
        DomainDetails: { Domain: 'evil.example' },
        RemoteIpDetails: { IpAddressV4: '198.51.100.1' },
      },
    };
    expect(read(made({ Action }))).toMatchObject({ call: 's3:GetObject', remotes: ['198.51.100.1', 'evil.example'] });
  });

  it.each([
    ['IN', ['198.51.100.1']],
    ['OUT', ['evil.example', '203.0.113.9']],
    [undefined, ['198.51.100.1', '203.0.113.9', 'evil.example']],
  ])('is at the other end of a connection %s', (Direction, remotes) => {
    const Network = {
      Direction,
      SourceIpV4: '198.51.100.1',
      DestinationIpV4: '203.0.113.9',
      DestinationDomain: 'evil.example',
    };
    expect(read(made({ Network })).remotes.toSorted()).toEqual(remotes.toSorted());
  });

  const sequence = {
    Uid: 'seq-1',
    Actors: [
      {
        Id: 'a',
        User: {
          Name: 'web',
          Uid: 'AROAEXAMPLE:i-0123456789abcdef0',
          Type: 'AssumedRole',
          CredentialUid: 'ASIAIOSFODNN7EXAMPLE',
        },
      },
    ],
    Endpoints: [{ Id: 'e', Ip: '198.51.100.1' }],
    Signals: [
      { Id: 's-1', Type: 'FINDING', Name: 'Discovery:S3/AnomalousBehavior', FirstSeenAt: 1_795_000_000_000 },
      { Id: 's-2', Type: 'CLOUD_TRAIL', Title: 'ListBuckets', CreatedAt: 1_795_000_000_000 },
    ],
  };

  it('is in the sequence of an attack sequence, actors first', () => {
    const finding = read(
      guardDuty({ Types: ['TTPs/AttackSequence:S3/CompromisedData'], Detection: { Sequence: sequence } }),
    );
    expect(finding.type).toBe('AttackSequence:S3/CompromisedData');
    expect(finding.targets.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'access-key ASIAIOSFODNN7EXAMPLE',
      'bucket orders',
    ]);
    const at = new Date(1_795_000_000_000).toISOString();
    expect(finding.signals).toEqual([
      { id: 's-1', type: 'FINDING', name: 'Discovery:S3/AnomalousBehavior', at },
      { id: 's-2', type: 'CLOUD_TRAIL', name: 'ListBuckets', at },
    ]);
    expect(finding.remotes).toEqual(['198.51.100.1']);
    expect(finding.missing).toEqual([]);
  });

  it('is missing where the sequence is', () => {
    const finding = read(guardDuty({ Types: ['TTPs/AttackSequence:S3/CompromisedData'] }));
    expect(finding.missing).toEqual(['sequence']);
  });

  it('names no sequence in the words of another product', () => {
    expect(read(made({ Detection: { Sequence: sequence } })).signals).toEqual([]);
  });
});

describe('whatever is sent', () => {
  const anything = (finding: unknown): void => {
    try {
      Finding.parse(readAsff(camelised(finding) as Fields, null));
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable);
    }
  };

  it('is read or refused with a reason', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), anything));
  });

  it('is read or refused with one part of it replaced', () => {
    const whole = guardDuty({ Detection: { Sequence: {} }, Action: {}, Network: {}, Note: {}, Compliance: {} });
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom({ toString: 1 }, { valueOf: null }, { ['__proto__']: { a: 1 } }, '__proto__', 'constructor', [
        [[]],
      ]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(whole)), odd, (key, value) => anything({ ...whole, [key]: value })),
      { numRuns: 1_000 },
    );
  });
});
