import { type Kind, kinds } from '../event.ts';
import type { Query, Where } from './query.ts';

/** What people have to look at: `{who}` and `{when}` are filled in from the record. */
export interface Task {
  readonly does: string;
  /** The team whose work it is. */
  readonly owner: string;
}

/** One of the ten things to look at when nobody knows yet how they came in. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly asks: readonly Query[];
  /** What findings say, besides logs. */
  readonly findings?: 'attack' | 'weakness';
  readonly people: readonly Task[];
}

const calls: readonly Kind[] = ['audit', 'key', 'storage'];

const everybody = (asks: string, needs: readonly Kind[], where: Where): Query => ({
  asks,
  of: 'everybody',
  needs,
  where,
});
const suspects = (asks: string, needs: readonly Kind[], where: Where): Query => ({
  asks,
  of: 'suspects',
  needs,
  where,
});
const labelled = (asks: string, needs: readonly Kind[], ...rules: string[]): Query => everybody(asks, needs, { rules });
const task = (owner: string, does: string): Task => ({ owner, does });

/** The ten checks, in the order in which they are gone through. */
export const checks: readonly Check[] = [
  {
    id: 'mail',
    title: 'Mail',
    asks: [
      labelled('Did somebody look into who may send mail from here?', ['audit'], 'mail-explored'),
      suspects('Did they use mail services?', ['audit'], { actions: /^(?:ses|sesv2|workmail|pinpoint):/ }),
    ],
    people: [
      task(
        'mail',
        'Search the mailboxes of {who} for messages that asked for credentials or codes, in the days before {when}; keep them with their headers.',
      ),
    ],
  },
  {
    id: 'browser',
    title: 'Browser',
    asks: [
      suspects('Did they log in to the console?', ['audit'], { actions: /^signin:(?:ConsoleLogin|SwitchRole)/ }),
      labelled('Were credentials turned into a session of the console?', ['audit'], 'signin-token'),
      suspects('Did they act with a browser?', ['audit'], { raw: /"userAgent"\s*:\s*"Mozilla\// }),
    ],
    people: [
      task(
        'workplace',
        'Look at the browsers of {who} about {when}: history, downloads, extensions, stored passwords and sessions.',
      ),
    ],
  },
  {
    id: 'systems',
    title: 'System logs',
    asks: [
      labelled(
        'Did log-ins to machines or databases fail again and again?',
        ['compute', 'database'],
        'host-failures',
        'database-failures',
      ),
      labelled(
        'Were commands run or shells opened on machines?',
        ['audit', 'compute', 'kubernetes'],
        'command-sent',
        'shell-opened',
        'ssh-key-sent',
        'serial-console',
        'task-entered',
        'entered',
        'container-added',
      ),
      labelled(
        'Was what machines run replaced?',
        ['audit'],
        'user-data-changed',
        'function-code',
        'function-layer',
        'task-definition',
      ),
    ],
    people: [
      task(
        'system owners',
        'Read what is not collected here on the machines involved, from {when} on: logs of the operating system, of its protection, new accounts, services and scheduled jobs.',
      ),
    ],
  },
  {
    id: 'shares',
    title: 'Shares',
    asks: [
      labelled(
        'Was something shared with another account, or with everybody?',
        calls,
        'snapshot-shared',
        'image-shared',
        'database-shared',
        'bucket-opened',
        'bucket-listed-to-all',
        'key-opened',
        'repository-opened',
        'replicated',
      ),
      suspects('Did they touch file systems or backups?', ['audit'], {
        actions: /^(?:elasticfilesystem|fsx|backup|storagegateway|datasync|transfer):/,
      }),
      labelled(
        'Was data read in bulk, or by strangers?',
        calls,
        'objects-read',
        's3-read',
        'blocks-read',
        'copied-to-stranger',
        's3-anonymous',
        'shared-snapshot-used',
      ),
    ],
    people: [
      task('storage', 'Compare file shares with a backup from before {when}: what is new, changed, encrypted or gone.'),
    ],
  },
  {
    id: 'odd',
    title: 'Odd hours and places',
    asks: [
      suspects('Did they act at hours at which they had not?', calls, { newIn: 'hour' }),
      suspects('Did they act from addresses from which they had not?', calls, { newIn: 'address' }),
      suspects('Did they act in Regions in which they had not?', calls, { newIn: 'region' }),
      labelled(
        'Was a session of an instance used from elsewhere, or a Region switched on?',
        ['audit'],
        'instance-elsewhere',
        'region-enabled',
      ),
    ],
    people: [
      task(
        'identity',
        'Ask {who}, by another way than the accounts in question, whether they worked about {when}, from where, and who else has their credentials.',
      ),
    ],
  },
  {
    id: 'outbound',
    title: 'Outbound and lateral',
    asks: [
      labelled(
        'Did machines talk to pools, or ask for names that are blocked?',
        ['network'],
        'pool-port',
        'name-refused',
      ),
      labelled(
        'Did somebody look for a way inside, or come in by a port of administrators?',
        ['network'],
        'ports-tried',
        'administered-from-outside',
        'forwarded',
      ),
      labelled(
        'Did somebody go on from role to role, or to other accounts?',
        ['audit'],
        'role-by-user',
        'role-chained',
        'role-across-accounts',
        'federation-token',
      ),
      labelled(
        'Was data written to somewhere outside?',
        ['audit', 'database'],
        'disk-exported',
        'database-exported',
        'database-written-out',
        'encrypted-elsewhere',
      ),
    ],
    people: [
      task(
        'network',
        'Look into firewalls, proxies and VPN outside of AWS for the addresses in this timeline, from {when} on.',
      ),
    ],
  },
  {
    id: 'weak',
    title: 'Misconfiguration and vulnerabilities',
    asks: [
      labelled('Were web requests attacks?', ['network'], 'web-attack'),
      labelled(
        'Was something opened to the internet?',
        ['audit'],
        'open-to-the-world',
        'acl-open',
        'public-access-allowed',
        'public-access-block-deleted',
        'database-public',
        'firewall-off',
      ),
      labelled(
        'Was somebody without a name let in?',
        ['kubernetes', 'storage'],
        'anonymous',
        's3-anonymous',
        'copied-to-stranger',
      ),
    ],
    findings: 'weakness',
    people: [
      task(
        'vulnerability management',
        'Compare what the places in the blast radius ran about {when} with known vulnerabilities and with what was reachable then.',
      ),
    ],
  },
  {
    id: 'behaviour',
    title: 'Behaviour',
    asks: [
      suspects('Did they make calls that they had never made?', calls, { newIn: 'call' }),
      suspects('Did they use programs that they had never used?', calls, { newIn: 'agent' }),
      labelled(
        'Did somebody try what they may do?',
        ['audit', 'kubernetes'],
        'refused-often',
        'refused-in-cluster',
        'who-am-i',
        'what-may-i',
        'inventory',
        'inventory-wide',
        'people-listed',
      ),
      labelled('Does a call name a tool that is made for attacks?', ['audit'], 'attack-tool', 'gui-thief'),
    ],
    people: [
      task('identity', 'Say of each act that is new of {who} whether it belongs to their work, and who ordered it.'),
    ],
  },
  {
    id: 'intelligence',
    title: 'Intelligence',
    asks: [
      everybody('Did somebody come from an address that a finding names?', kinds, {
        from: 'an address that a finding names',
      }),
    ],
    findings: 'attack',
    people: [
      task(
        'threat intelligence',
        'Compare the indicators of this timeline (`--format stix`) with what your sources know.',
      ),
    ],
  },
  {
    id: 'layers',
    title: 'Layers',
    asks: [
      labelled(
        'Was something that sees or hinders switched off?',
        ['audit'],
        'blinds:',
        'bucket-unlogged',
        'activity-stream-off',
        'alarms-off',
        'rules-off',
        'guardrail-off',
        'mfa-removed',
      ),
    ],
    people: [
      task(
        'cloud platform',
        'Say of each kind of logs that is missing here whether it was written, where it lies, and how long it is kept; switch it on where it was not.',
      ),
    ],
  },
];
