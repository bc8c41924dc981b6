import type { Kind } from '../event.ts';
import type { TechniqueId } from '../rules/attack.ts';
import type { Query, TypeQuery, Where } from './query.ts';

/** A way in which they may have come. */
export interface Hypothesis {
  readonly id: string;
  readonly says: string;
  /** What ATT&CK calls that way in; none where nobody attacked. */
  readonly techniques: readonly TechniqueId[];
  /** What would be in the record if it were so. */
  readonly signs: readonly Query[];
  /** Types of findings that say it. */
  readonly types?: TypeQuery;
  /** What would be there if it were not. */
  readonly against: readonly Query[];
}

const they = (asks: string, needs: readonly Kind[], where: Where): Query => ({ asks, of: 'suspects', needs, where });
const label = (asks: string, needs: readonly Kind[], ...rules: string[]): Query => ({
  asks,
  of: 'everybody',
  needs,
  where: { rules },
});

const newAddress = they('They came from an address that was new of them', ['audit'], { newIn: 'address' });
const newAgent = they('They used a program that was new of them', ['audit'], { newIn: 'agent' });
const probing = label(
  'Somebody tried what these credentials may do',
  ['audit'],
  'who-am-i',
  'refused-often',
  'attack-tool',
  'gui-thief',
);
const secondFactor = they('They had given a second factor', ['audit'], {
  raw: /"mfaAuthenticated"\s*:\s*"?true/,
});
const blinded = label('Somebody switched off what sees', ['audit'], 'blinds:');
const shared = label(
  'Something was shared with strangers',
  ['audit', 'storage'],
  'snapshot-shared',
  'image-shared',
  'database-shared',
  'bucket-opened',
  'key-opened',
);

/** Ways in, the usual ones in AWS; that it was one's own people is one of them. */
export const hypotheses: readonly Hypothesis[] = [
  {
    id: 'key',
    says: 'A long-lived access key was used by somebody other than its owner',
    techniques: ['T1078.004'],
    signs: [
      they('They acted with a long-lived key, from a public address', ['audit'], {
        raw: /"accessKeyId"\s*:\s*"AKIA/,
        from: 'a public address',
      }),
      newAddress,
      newAgent,
      probing,
    ],
    types: {
      asks: 'A finding says that a user’s credentials are misused or known to others',
      type: /^(?!.*(?:InstanceCredential|ConsoleLogin|RootCredential)).*:IAMUser\/|CREDENTIALS_EXPOSED|CREDENTIALS_COMPROMISED|CompromisedCredentials/,
    },
    against: [secondFactor],
  },
  {
    id: 'instance',
    says: 'The credentials of an instance were read from its metadata and used elsewhere',
    techniques: ['T1552.005'],
    signs: [
      label('The session of one instance was used from two public addresses', ['audit'], 'instance-elsewhere'),
      they('They acted in a session of an instance, from a public address', ['audit'], {
        raw: /:assumed-role\/[^"]+\/i-[0-9a-f]{8,17}"/,
        from: 'a public address',
      }),
      label('Web requests were attacks', ['network'], 'web-attack'),
    ],
    types: {
      asks: 'A finding says that an instance’s credentials are used elsewhere',
      type: /InstanceCredentialExfiltration|MetadataDNSRebind/,
    },
    against: [
      label('Commands were sent to machines, which needs no metadata', ['audit'], 'command-sent', 'shell-opened'),
    ],
  },
  {
    id: 'session',
    says: 'The temporary credentials of a role, of a program or of a person, were used by somebody else',
    techniques: ['T1550.001'],
    signs: [
      they('They acted with temporary credentials, from a public address', ['audit'], {
        raw: /"accessKeyId"\s*:\s*"ASIA/,
        from: 'a public address',
      }),
      newAddress,
      newAgent,
      probing,
    ],
    against: [secondFactor],
  },
  {
    id: 'password',
    says: 'Somebody logged in to the console with a password that was guessed, stolen or asked for',
    techniques: ['T1078.004', 'T1110'],
    signs: [
      label('Log-ins to the console failed again and again', ['audit'], 'console-failures'),
      label(
        'Somebody logged in without a second factor, or as root',
        ['audit'],
        'console-without-mfa',
        'console-as-root',
      ),
      they('They logged in to the console from a public address', ['audit'], {
        actions: /^signin:ConsoleLogin/,
        outcome: 'success',
        from: 'a public address',
      }),
    ],
    types: {
      asks: 'A finding says that somebody logged in from an unusual place, or as root',
      type: /ConsoleLogin|RootCredentialUsage/,
    },
    against: [
      they('They had given a second factor at the log-in', ['audit'], {
        actions: /^signin:ConsoleLogin/,
        raw: /"MFAUsed"\s*:\s*"Yes"/,
      }),
    ],
  },
  {
    id: 'application',
    says: 'An application or a machine that is reachable from the internet was exploited',
    techniques: ['T1190', 'T1133'],
    signs: [
      label('Web requests were attacks', ['network'], 'web-attack'),
      label('Machines were administered from the internet', ['network'], 'administered-from-outside'),
      label(
        'Log-ins to machines or databases failed again and again',
        ['compute', 'database'],
        'host-failures',
        'database-failures',
      ),
      label('Something was open to the internet', ['audit'], 'open-to-the-world', 'acl-open', 'database-public'),
    ],
    types: {
      asks: 'A finding says that a machine, a container or a function does what attackers do',
      type: /^(?!.*Credential)[A-Za-z]+:(?:EC2|ECS|Runtime|Lambda)\//,
    },
    against: [],
  },
  {
    id: 'trust',
    says: 'Somebody came in through another account, or an identity provider, that is trusted here',
    techniques: ['T1199', 'T1484.002'],
    signs: [
      label('A role was taken on from another account', ['audit'], 'role-across-accounts'),
      label(
        'Who is trusted to let people in was changed',
        ['audit'],
        'identity-provider',
        'trust-anchor',
        'role-opened',
        'role-for-strangers',
      ),
      they('They came through an identity provider', ['audit'], { actions: /^sts:AssumeRoleWith(?:SAML|WebIdentity)/ }),
    ],
    against: [],
  },
  {
    id: 'exposed',
    says: 'Data was open to strangers, who needed no credentials of ours',
    techniques: ['T1530'],
    signs: [
      label(
        'Somebody without credentials, or of another account, read data',
        ['storage'],
        's3-anonymous',
        'copied-to-stranger',
        'shared-snapshot-used',
      ),
      shared,
      label(
        'What keeps data from being public was switched off',
        ['audit'],
        'public-access-allowed',
        'public-access-block-deleted',
        'bucket-listed-to-all',
      ),
    ],
    types: {
      asks: 'A finding says that data was opened, or taken',
      type: /^(?:Policy|Exfiltration|Discovery|UnauthorizedAccess):S3\//,
    },
    against: [],
  },
  {
    id: 'cluster',
    says: 'Somebody came in through a cluster, or out of one of its containers',
    techniques: ['T1078.001', 'T1611'],
    signs: [
      label('Somebody without a name was let in to the cluster', ['kubernetes'], 'anonymous'),
      label('Commands were run in containers', ['kubernetes'], 'entered', 'container-added', 'node-proxied'),
      label('Tokens or certificates of the cluster were made', ['kubernetes'], 'token-made', 'certificate-made'),
    ],
    types: { asks: 'A finding is about a cluster', type: /:Kubernetes\/|:EKS\// },
    against: [],
  },
  {
    id: 'own',
    says: 'It was planned work of your own people or programs',
    techniques: [],
    signs: [secondFactor],
    against: [
      newAddress,
      newAgent,
      blinded,
      shared,
      label('A call names a tool that is made for attacks', ['audit'], 'attack-tool', 'gui-thief'),
    ],
  },
];
