import { describe, expect, it } from 'vitest';
import { guardDutyTypes, retiredGuardDutyTypes } from './guardduty-types.ts';
import { natureOf, passedOn, plainTypes, typeAmong } from './passed-on.ts';

const hub = (product: string): string => `arn:aws:securityhub:eu-central-1::product/${product}`;
const detector = 'arn:aws:guardduty:eu-central-1:111122223333:detector/9e';

describe("GuardDuty's types, as Security Hub writes them", () => {
  // GuardDuty user guide, "Integrating with AWS Security Hub", the odd ones of its table.
  it.each([
    ['TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS', 'Backdoor:EC2/C&CActivity.B!DNS'],
    ['TTPs/Command and Control/Backdoor:EC2-C&CActivity.B', 'Backdoor:EC2/C&CActivity.B'],
    ['TTPs/Command and Control/Backdoor:EC2.C&CActivity.B', 'Backdoor:EC2/C&CActivity.B'],
    ['TTPs/Credential Access/IAMUser-AnomalousBehavior', 'CredentialAccess:IAMUser/AnomalousBehavior'],
    ['TTPs/Discovery/RDS-TorIPCaller', 'Discovery:RDS/TorIPCaller'],
    ['TTPs/DefenseEvasion/EC2:Unusual-DNS-Resolver', 'DefenseEvasion:EC2/UnusualDNSResolver'],
    [
      'TTPs/AnomalousBehavior/CredentialAccess:Kubernetes-SecretsAccessed',
      'CredentialAccess:Kubernetes/AnomalousBehavior.SecretsAccessed',
    ],
    [
      'TTPs/AnomalousBehavior/Persistence:Kubernetes-WorkloadDeployed!ContainerWithSensitiveMount',
      'Persistence:Kubernetes/AnomalousBehavior.WorkloadDeployed!ContainerWithSensitiveMount',
    ],
    ['TTPs/AttackSequence:IAM/CompromisedCredentials', 'AttackSequence:IAM/CompromisedCredentials'],
    ['TTPs/PenTest:IAMUser/KaliLinux', 'PenTest:IAMUser/KaliLinux'],
    ['Unusual Behaviors/VM/Behavior:EC2-NetworkPortUnusual', 'Behavior:EC2/NetworkPortUnusual'],
    ['Effects/Data Exfiltration/Trojan:EC2-DropPoint!DNS', 'Trojan:EC2/DropPoint!DNS'],
    [
      'Software and Configuration Checks/PrivilegeEscalation:Runtime-SuspiciousCommand',
      'PrivilegeEscalation:Runtime/SuspiciousCommand',
    ],
    ['Software and Configuration Checks/Exfiltration:S3.ObjectRead.Unusual', 'Exfiltration:S3/ObjectRead.Unusual'],
    // Younger than our list.
    ['TTPs/Discovery/Discovery:Glue-CatalogWalk.Slow', 'Discovery:Glue/CatalogWalk.Slow'],
  ])('%s', (written, type) => {
    expect(typeAmong([written], 'guardduty')).toBe(type);
  });

  it('are all found again, with a dash, a dot or the slash, alone or under a category', () => {
    for (const type of [...guardDutyTypes, ...retiredGuardDutyTypes]) {
      for (const mark of ['-', '.', '/']) {
        const written = type.replace('/', mark);
        expect(typeAmong([written], 'guardduty')).toBe(type);
        expect(typeAmong([`TTPs/Initial Access/${written}`], 'guardduty')).toBe(type);
      }
    }
  });

  it('are picked among several, wherever they stand', () => {
    expect(typeAmong(['Threats', 'Recon:EC2/Portscan'], 'guardduty')).toBe('Recon:EC2/Portscan');
    expect(typeAmong(['TTPs/Discovery', 'TTPs/Discovery/Recon:EC2-Portscan'], 'guardduty')).toBe('Recon:EC2/Portscan');
    expect(typeAmong([], 'guardduty')).toBeNull();
  });

  it('are not made of what other products write', () => {
    expect(typeAmong(['TTPs/Discovery/RDS-TorIPCaller'], 'other')).toBe('TTPs/Discovery/RDS-TorIPCaller');
    expect(typeAmong(['Vulnerabilities', 'Software and Configuration Checks/Vulnerabilities/CVE'], 'inspector2')).toBe(
      'Software and Configuration Checks/Vulnerabilities/CVE',
    );
    expect(typeAmong(['Sensitive Data Identifications/PII/SensitiveData:S3Object-Personal'], 'macie')).toBe(
      'SensitiveData:S3Object/Personal',
    );
  });

  it('take no time over a type of a million characters', () => {
    const begun = process.cpuUsage();
    for (const filler of ['/', 'a', ':', '-', 'a:', 'a/', '/a:b']) typeAmong([filler.repeat(500_000)], 'guardduty');
    const { user, system } = process.cpuUsage(begun);
    expect(user + system).toBeLessThan(2_000_000);
  });
});

describe('whose finding it is', () => {
  const sender = { alias: null, product: null, productArn: null, account: '111122223333', region: null };

  it("is GuardDuty's by its product, and has the key of GuardDuty's own event", () => {
    const uid = `${detector}/finding/1ab2`;
    const copy = { finder: 'guardduty', product: 'GuardDuty', id: '1ab2', key: 'guardduty:1ab2', importedBy: null };
    expect(passedOn({ ...sender, uid, productArn: hub('aws/guardduty') })).toEqual({ ...copy, arn: uid });
    const productArn = 'arn:aws-cn:securityhub:cn-north-1::productv2/aws/guardduty';
    expect(passedOn({ ...sender, uid: '1ab2', productArn })).toEqual({ ...copy, arn: '' });
    expect(passedOn({ ...sender, uid, productArn: hub('111122223333/default'), product: 'Ours' })).toMatchObject({
      ...copy,
      importedBy: '111122223333/default',
    });
  });

  it('always has an id, also where nothing follows the last slash', () => {
    for (const product of ['aws/guardduty', 'aws/macie']) {
      for (const uid of [`${detector}/finding/`, '1ab2/', '/']) {
        const { id, key } = passedOn({ ...sender, uid, productArn: hub(product) });
        expect(id).not.toBe('');
        expect(key.endsWith(`:${id}`)).toBe(true);
      }
    }
  });

  it('is not because somebody says so, or because its id is a detector', () => {
    const said = { ...sender, product: 'GuardDuty', productArn: hub('111122223333/default') };
    expect(passedOn({ ...said, uid: 'x-1' })).toMatchObject({
      finder: 'other',
      key: 'securityhub:111122223333:111122223333/default:x-1',
    });
    expect(passedOn({ ...said, uid: detector })).toMatchObject({ finder: 'other' });
  });

  it('is told apart from one of the same id that another account, Region or product gave', () => {
    const keyOf = (account: string, product: string, region = 'eu-central-1') =>
      passedOn({ ...sender, account, region, uid: 'agent/rule-9', productArn: hub(product) }).key;
    const keys = [
      keyOf('111122223333', 'acme/agent'),
      keyOf('444455556666', 'acme/agent'),
      keyOf('111122223333', 'acme/agent', 'us-west-2'),
      keyOf('111122223333', 'b/c'),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it("is Macie's, Inspector's or Security Hub's own", () => {
    expect(passedOn({ ...sender, uid: 'f184', productArn: hub('aws/macie') })).toMatchObject({
      key: 'macie:f184',
      product: 'Macie',
    });
    const vulnerability = 'arn:aws:inspector2:eu-central-1:111122223333:finding/77';
    expect(passedOn({ ...sender, uid: vulnerability })).toMatchObject({ key: `inspector2:${vulnerability}` });
    const control = 'arn:aws:securityhub:eu-central-1:111122223333:security-control/S3.1/finding/5d';
    expect(passedOn({ ...sender, uid: control, productArn: hub('aws/securityhub') })).toEqual({
      finder: 'securityhub',
      product: 'Security Hub',
      id: control,
      arn: control,
      importedBy: null,
      key: `securityhub:111122223333:securityhub:${control}`,
    });
    expect(passedOn({ ...sender, uid: 'z', productArn: hub('acme/watcher') }).product).toBe('watcher');
  });
});

describe('types that a product labels part by part', () => {
  it('are joined as ASFF joins them, and others stay', () => {
    const labelled = ['Category: Impact', 'Namespace: TTPs', 'Classifier: Data Encrypted for Impact'];
    expect(plainTypes(labelled)).toEqual(['TTPs/Impact/Data Encrypted for Impact']);
    expect(plainTypes(['Namespace: TTPs', 'Ransomware'])).toEqual(['TTPs', 'Ransomware']);
    for (const types of [[], ['TTPs/Impact'], ['Category: Impact']]) expect(plainTypes(types)).toEqual(types);
  });
});

describe('attack or weakness', () => {
  const signs = {
    finder: 'other',
    types: [],
    checked: false,
    scanned: false,
    detected: false,
    foreign: true,
    severity: 'low',
  } as const;

  it.each([
    [
      'GuardDuty, whatever category',
      { ...signs, finder: 'guardduty', types: ['Software and Configuration Checks/X'] },
      'attack',
    ],
    ['Macie', { ...signs, finder: 'macie' }, 'attack'],
    ['Inspector', { ...signs, finder: 'inspector2' }, 'weakness'],
    [
      'an exposure',
      { ...signs, finder: 'securityhub', types: ['Exposure/Potential Impact'], detected: true },
      'weakness',
    ],
    [
      'Access Analyzer',
      { ...signs, finder: 'access-analyzer', types: ['Effects/Data Exposure/External Access'] },
      'weakness',
    ],
    ['a control of another product', { ...signs, types: ['TTPs/Initial Access'], checked: true }, 'weakness'],
    ['tactics', { ...signs, types: ['TTPs/Initial Access'] }, 'attack'],
    ['effects', { ...signs, types: ['Effects'] }, 'attack'],
    ['unusual behaviors', { ...signs, types: ['Unusual Behaviors/User'] }, 'attack'],
    ['a check', { ...signs, types: ['Software and Configuration Checks/Patch'] }, 'weakness'],
    ['a detection', { ...signs, types: ['Malware'], detected: true }, 'attack'],
    ['who knows what, of low severity', { ...signs, types: ['Malware'] }, 'weakness'],
    ['who knows what, from medium up', { ...signs, types: ['Malware'], severity: 'medium' }, 'attack'],
    ['what has no type, from medium up', { ...signs, severity: 'critical' }, 'attack'],
    ['who knows how bad', { ...signs, severity: null }, 'attack'],
    ['a service of AWS, however bad', { ...signs, foreign: false, severity: 'critical' }, 'weakness'],
    ['a list of vulnerabilities', { ...signs, scanned: true, severity: 'critical' }, 'weakness'],
    ['a scanner by its words', { ...signs, types: ['Image Vulnerability'], severity: 'critical' }, 'weakness'],
    ['a benchmark by its words', { ...signs, types: ['CIS Benchmark'], severity: 'high' }, 'weakness'],
    [
      'a check, however bad',
      { ...signs, types: ['Software and Configuration Checks/Vulnerabilities/CVE'], severity: 'critical' },
      'weakness',
    ],
  ] as const)('%s', (_, given, nature) => {
    expect(natureOf(given)).toBe(nature);
  });
});
