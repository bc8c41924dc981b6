import type { Exemption } from '../../../lib/domain/authority.ts';
import type { RootAudit } from './step.ts';

/** An access key of the root user. `used` is when, on what and where; null: never, according to IAM. */
export interface RootKey {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly used: string | null;
}

/** What the root user holds; times are ISO 8601, UTC. */
export interface Holding {
  readonly keys: readonly RootKey[];
  readonly certificates: readonly string[];
  readonly password: string | null;
  readonly devices: readonly string[];
}

/** Whether somebody has said beforehand that the root user would be used: an exemption of the configuration that fits the finding. */
export const announcement = (exemption: Exemption | undefined): string =>
  exemption
    ? `A break-glass use of this root user is announced: ${exemption.because} (${exemption.owner}, until ${exemption.until})`
    : 'No break-glass use of this root user is announced in the configuration';

const keyLine = ({ id, status, createdAt, used }: RootKey): string =>
  `Access key ${id}, ${status.toLowerCase()}, created at ${createdAt}, ${used ? `last used ${used}` : 'never used, according to IAM'}`;

function holdingLines({ keys, certificates, password, devices }: Holding): string[] {
  const nothing = keys.length + certificates.length === 0 && password === null;
  return [
    ...keys.map(keyLine),
    ...(password !== null ? [`A console password, created at ${password}`] : []),
    ...(certificates.length > 0 ? [`Signing certificates: ${certificates.join(', ')}`] : []),
    ...(nothing ? ['It has no access key, console password or certificate'] : []),
    devices.length > 0 ? `Second factors: ${devices.join(', ')}` : 'It has no second factor',
  ];
}

/** The audit in facts for the question, with what is announced first. */
export function audited(announced: string, holding: Holding): RootAudit {
  const { keys, certificates, password } = holding;
  const some = keys.length + certificates.length > 0 || password !== null;
  return {
    outcome: 'audited',
    removable: some ? 'some' : 'none',
    keys: keys.map(({ id }) => id),
    certificates: [...certificates],
    password,
    facts: [announced, ...holdingLines(holding)],
    unknown: [],
  };
}

/** Nobody could look: in words that say what to switch on. */
export const unaudited = (announced: string, because: string): RootAudit => ({
  ...audited(announced, { keys: [], certificates: [], password: null, devices: [] }),
  facts: [announced],
  unknown: [
    `Credentials of the root user: AWS refused a privileged root session. Manage root access centrally (IAM user guide, "Centralize root access for member accounts"), and let such sessions (aws:AssumedRoot) through service control policies (${because})`,
  ],
});
