import type { Patient } from './check.ts';
import { canaries } from './every-canary.ts';
import type { Line } from './examine.ts';

/** What no reading shows: only a real account shows it, and only when something is done there. Each with how it is shown. */
interface Unproven {
  readonly id: string;
  readonly title: string;
  readonly how: string;
}

export const unproven: readonly Unproven[] = [
  {
    id: 'alarm-arrives',
    title: 'An alarm arrives through the encrypted topic',
    how: 'aws cloudwatch set-alarm-state --alarm-name NAME --state-value ALARM --state-reason test',
  },
  {
    id: 'finding-arrives',
    title: 'A finding of each account and Region reaches the hub',
    how: 'aws guardduty create-sample-findings --detector-id ID, in each account and Region',
  },
  {
    id: 'tracked-flows',
    title: 'Tracked connections end at the swap of groups (gateway, NAT, NLB)',
    how: 'Quarantine an instance of your own while a stream through each of them runs',
  },
  {
    id: 'open-group-stays',
    title: 'Nothing strips the open quarantine group',
    how: 'Look at its rules 15 minutes after the first quarantine in a VPC (Config, Firewall Manager)',
  },
  {
    id: 'deny-settles',
    title: 'A denied session is refused in every Region within the time waited for',
    how: 'Contain a role session of your own that calls one service a second in each Region',
  },
  {
    id: 'organization-policy-attaches',
    title: 'A service control policy can be attached right after it is made',
    how: 'Contain an identity of your own in a test account for which the levers do not hold',
  },
  {
    id: 'root-session',
    title: 'A session of the root user can be had in the Region of the finding',
    how: 'sts:AssumeRoot with IAMAuditRootUserCredentials under the role that audits it',
  },
  {
    id: 'identity-center',
    title: 'A live session of IAM Identity Center is refused after provisioning',
    how: 'Contain a person of your own in a permission set of your own',
  },
  {
    id: 'vault-takes',
    title: 'The sealing role can write to the vault without reading its key',
    how: 'Close an incident of your own; its record is sealed',
  },
  {
    id: 'clock-rings',
    title: 'A schedule of the report clocks rings',
    how: 'Record a fact of an incident of your own whose reminder is due in two minutes',
  },
  {
    id: 'scaling-release',
    title: 'A released instance survives the health checks of its group',
    how: 'Contain and release an instance of a group with ELB checks and no grace period',
  },
];

/** What a canary shows, where none is made. */
const withoutCanaries = canaries.map(
  ({ id, title }): Unproven => ({ id, title, how: `tourniquet doctor --canary --only ${id}` }),
);

/** The same as lines of an answer: all of them, or those that were asked for. */
export const unprovenLines = ({ config, home }: Patient, only: readonly string[], canary: boolean): Line[] =>
  [...(canary ? [] : withoutCanaries), ...unproven]
    .filter(({ id }) => only.length === 0 || only.includes('not-proven') || only.includes(id))
    .map(({ id, title, how }) => ({
      check: id,
      about: 'not-proven',
      title,
      level: 'not-proven',
      ...home,
      asked: [],
      answer: 'Only a change in a real account shows it',
      needs: [],
      role: config.name,
      action: '',
      mend: [how],
    }));
