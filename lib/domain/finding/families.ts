/**
 * Families of GuardDuty's finding types, for the playbooks that share them. A type reads Purpose:Resource/Name; most go by the resource,
 * some by what was done, whatever it was done to.
 */

/** Several signals, correlated by GuardDuty itself. */
export const attackSequences = 'AttackSequence:*';

/** Credentials of a workload, used elsewhere. */
export const stolenCredentials = [
  'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration*',
  'UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration*',
];

/** Logging and other defences switched off. */
export const impairment = ['Stealth:*', 'DefenseImpairment:*', 'DefenseEvasion:IAMUser/BedrockLoggingDisabled*'];

export const rootUse = 'Policy:IAMUser/*Root*';

/** What goes by the deed. Whoever claims a resource leaves these out. */
export const byDeed = [attackSequences, ...stolenCredentials, ...impairment, rootUse];

/** The credential itself is what was misused. Who holds it decides on the playbook. */
export const credentialUse = '*:IAMUser/*';

/** Changes to identities, by Custom Detection Rules. */
export const identityChanges = ['*:IAM/*', '*:RolesAnywhere/*', '*:SageMaker/*'];

/** Malware in a snapshot, an image or a backup. What is on the disk of an instance is the instance's matter, as all that runs on it. */
export const malwareInCopies = ['Execution:EC2/*File*!*', 'Execution:S3/*File*'];
