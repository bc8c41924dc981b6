import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import {
  controlPolicyArns,
  memberArns,
  onlyControlPolicies,
  onlyMadeOurs,
  onlyOurs,
  organizationRootArns,
  Suspect,
} from '../arns.ts';

/** Our policy about this one identity, and whether it is attached; `rewritten`: it is, but somebody has changed what it says. */
export const OrganizationDeny = z.object({ policy: z.string(), attached: z.enum(['yes', 'no', 'rewritten']) });
export type OrganizationDeny = z.infer<typeof OrganizationDeny>;

/** Where it is attached: people hop from account to account, everybody else has one. The stand-in from which the role is made is both. */
function home(target: Suspect): string[] {
  if (target.kind === 'person') return organizationRootArns(target);
  return target.account === '*' ? [...memberArns(target), ...organizationRootArns(target)] : memberArns(target);
}
export const denyByOrganization = defineLever({
  name: 'deny-by-organization',
  title: 'Deny the identity everything by service control policy',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'A service control policy refuses this one identity everything, whatever permissions it has or gives itself; nobody in its account can remove it. Where the finding names no session of a role, all its sessions stop. Not stopped: sessions by GetFederationToken, and what AWS services do on their own.',
  undo: 'Our policy is detached and deleted; the identity works again within minutes.',
  in: 'organization',
  // AWS gives no figure for service control policies. This is for the common case; what the thief still does later shows in the findings.
  settles: 10,
  stands: { held: 'denied by the organisation', open: 'not denied by the organisation' },
  target: Suspect,
  beforeState: OrganizationDeny,
  look: [
    // Finds the organisation's root, and names nothing else.
    allow('organizations:ListRoots'),
    allow('organizations:ListPoliciesForTarget', home, onlyControlPolicies),
    allow('organizations:DescribePolicy', controlPolicyArns, onlyControlPolicies),
  ],
  apply: {
    permissions: [
      allow('organizations:CreatePolicy', controlPolicyArns, onlyMadeOurs),
      allow('organizations:TagResource', controlPolicyArns, onlyMadeOurs),
      allow('organizations:ListPolicies', () => ['*'], onlyControlPolicies),
      allow('organizations:AttachPolicy', controlPolicyArns, onlyOurs),
      allow('organizations:AttachPolicy', home, onlyControlPolicies),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('organizations:ListPolicies', () => ['*'], onlyControlPolicies),
      allow('organizations:DetachPolicy', controlPolicyArns, onlyOurs),
      allow('organizations:DetachPolicy', home, onlyControlPolicies),
      allow('organizations:DeletePolicy', controlPolicyArns, onlyOurs),
    ],
    within: 60,
  },
});
