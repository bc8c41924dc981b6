/**
 * ATT&CK techniques a finding type names beyond doubt, by the start of the type. What may be one of several techniques, such as talking
 * to a command-and-control address, stands here with none: a wrong technique in a report is worse than an open field.
 * Sources: MITRE ATT&CK Enterprise, technique pages; GuardDuty user guide, EC2 finding types.
 */
const techniques: readonly [type: string, technique: string][] = [
  ['CryptoCurrency:EC2/', 'T1496 Resource Hijacking'],
  ['Impact:EC2/BitcoinDomainRequest', 'T1496 Resource Hijacking'],
  ['Backdoor:EC2/DenialOfService.', 'T1498 Network Denial of Service'],
  ['Trojan:EC2/DGADomainRequest.', 'T1568.002 Dynamic Resolution: Domain Generation Algorithms'],
  ['Trojan:EC2/DNSDataExfiltration', 'T1048 Exfiltration Over Alternative Protocol'],
  ['UnauthorizedAccess:EC2/MetadataDNSRebind', 'T1552.005 Unsecured Credentials: Cloud Instance Metadata API'],
  ['UnauthorizedAccess:EC2/SSHBruteForce', 'T1110 Brute Force'],
  ['UnauthorizedAccess:EC2/RDPBruteForce', 'T1110 Brute Force'],
  ['UnauthorizedAccess:EC2/TorClient', 'T1090.003 Proxy: Multi-hop Proxy'],
  ['Recon:EC2/Portscan', 'T1046 Network Service Discovery'],
];

/** The techniques a finding type names, or none where the type leaves it open. */
export const techniquesOf = (type: string): string[] =>
  techniques.filter(([start]) => type.startsWith(start)).map(([, technique]) => technique);

export const typesWithTechnique: readonly string[] = techniques.map(([start]) => start);
