/** The version of ATT&CK Enterprise whose ids, names and tactics stand below: that of 28 April 2026. Later ones were not read. */
export const attackVersion = '19';

/** The tactics of that version, in the order of its matrix. It retired "Defense Evasion": TA0005 is Stealth, TA0112 is new. */
export const tactics = {
  TA0001: 'Initial Access',
  TA0002: 'Execution',
  TA0003: 'Persistence',
  TA0004: 'Privilege Escalation',
  TA0005: 'Stealth',
  TA0112: 'Defense Impairment',
  TA0006: 'Credential Access',
  TA0007: 'Discovery',
  TA0008: 'Lateral Movement',
  TA0009: 'Collection',
  TA0011: 'Command and Control',
  TA0010: 'Exfiltration',
  TA0040: 'Impact',
} as const;
export type TacticId = keyof typeof tactics;

/** A technique as one version of ATT&CK has it. */
export interface Technique {
  readonly id: string;
  readonly name: string;
  readonly tactics: readonly TacticId[];
  readonly attackVersion: string;
  /** The ids of earlier versions, under which other tools and older reports know it. */
  readonly formerly: readonly string[];
}

interface Row {
  readonly name: string;
  readonly tactics: string;
  readonly formerly?: readonly string[];
}

const row = (name: string, inTactics: string, ...formerly: readonly string[]): Row => ({
  name,
  tactics: inTactics,
  formerly,
});

/** Only what a rule uses. */
const rows = {
  'T1021.008': row('Direct Cloud VM Connections', 'TA0008'),
  T1040: row('Network Sniffing', 'TA0006 TA0007'),
  T1046: row('Network Service Discovery', 'TA0007'),
  'T1053.007': row('Container Orchestration Job', 'TA0002 TA0003 TA0004'),
  T1059: row('Command and Scripting Interpreter', 'TA0002'),
  'T1059.009': row('Cloud API', 'TA0002'),
  'T1071.004': row('DNS', 'TA0011'),
  'T1078.001': row('Default Accounts', 'TA0001 TA0003 TA0004 TA0005'),
  'T1078.004': row('Cloud Accounts', 'TA0001 TA0003 TA0004 TA0005'),
  'T1087.004': row('Cloud Account', 'TA0007'),
  T1098: row('Account Manipulation', 'TA0003 TA0004'),
  'T1098.001': row('Additional Cloud Credentials', 'TA0003 TA0004'),
  'T1098.003': row('Additional Cloud Roles', 'TA0003 TA0004'),
  'T1098.006': row('Additional Container Cluster Roles', 'TA0003 TA0004'),
  T1110: row('Brute Force', 'TA0006'),
  T1113: row('Screen Capture', 'TA0009'),
  T1133: row('External Remote Services', 'TA0001 TA0003'),
  'T1136.003': row('Cloud Account', 'TA0003'),
  T1190: row('Exploit Public-Facing Application', 'TA0001'),
  T1199: row('Trusted Relationship', 'TA0001'),
  'T1213.006': row('Databases', 'TA0009'),
  'T1484.002': row('Trust Modification', 'TA0004 TA0112'),
  T1485: row('Data Destruction', 'TA0040'),
  'T1485.001': row('Lifecycle-Triggered Deletion', 'TA0040'),
  T1486: row('Data Encrypted for Impact', 'TA0040'),
  T1489: row('Service Stop', 'TA0040'),
  T1490: row('Inhibit System Recovery', 'TA0040'),
  'T1496.001': row('Compute Hijacking', 'TA0040'),
  'T1496.004': row('Cloud Service Hijacking', 'TA0040'),
  T1525: row('Implant Internal Image', 'TA0003'),
  T1526: row('Cloud Service Discovery', 'TA0007'),
  T1530: row('Data from Cloud Storage', 'TA0009'),
  T1535: row('Unused/Unsupported Cloud Regions', 'TA0005'),
  T1537: row('Transfer Data to Cloud Account', 'TA0010'),
  T1546: row('Event Triggered Execution', 'TA0003 TA0004'),
  'T1548.005': row('Temporary Elevated Cloud Access', 'TA0004'),
  'T1550.001': row('Application Access Token', 'TA0008'),
  T1552: row('Unsecured Credentials', 'TA0006'),
  'T1552.005': row('Cloud Instance Metadata API', 'TA0006'),
  'T1552.007': row('Container API', 'TA0006'),
  'T1555.006': row('Cloud Secrets Management Stores', 'TA0006'),
  T1556: row('Modify Authentication Process', 'TA0003 TA0112 TA0006'),
  'T1556.006': row('Multi-Factor Authentication', 'TA0003 TA0112 TA0006'),
  'T1567.002': row('Exfiltration to Cloud Storage', 'TA0010'),
  T1572: row('Protocol Tunneling', 'TA0011'),
  'T1578.002': row('Create Cloud Instance', 'TA0112'),
  'T1578.003': row('Delete Cloud Instance', 'TA0112'),
  'T1578.005': row('Modify Cloud Compute Configurations', 'TA0112'),
  T1580: row('Cloud Infrastructure Discovery', 'TA0007'),
  T1609: row('Container Administration Command', 'TA0002'),
  T1611: row('Escape to Host', 'TA0004'),
  T1613: row('Container and Resource Discovery', 'TA0007'),
  T1619: row('Cloud Storage Object Discovery', 'TA0007'),
  T1648: row('Serverless Execution', 'TA0002'),
  T1651: row('Cloud Administration Command', 'TA0002'),
  T1666: row('Modify Cloud Resource Hierarchy', 'TA0112'),
  T1685: row('Disable or Modify Tools', 'TA0112', 'T1562.001', 'T1562'),
  'T1685.002': row('Disable or Modify Cloud Log', 'TA0112', 'T1562.008'),
  'T1686.001': row('Cloud Firewall', 'TA0112', 'T1562.007'),
} as const satisfies Readonly<Record<string, Row>>;

export type TechniqueId = keyof typeof rows;

/** Every technique that a rule may name, by its id in this version. */
export const techniques: ReadonlyMap<string, Technique> = new Map(
  Object.entries<Row>(rows).map(([id, { name, tactics: named, formerly = [] }]) => [
    id,
    { id, name, tactics: named.split(' ') as TacticId[], attackVersion, formerly },
  ]),
);

const current = new Map(
  [...techniques.values()].flatMap(({ id, formerly }) => formerly.map((old) => [old, id] as const)),
);

/** What a technique is called in this version; its own id where none of our rules knows an older one. */
export const currentId = (id: string): string => current.get(id) ?? id;
