import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { permissionSets } from '../arns.ts';
import { Person } from '../person/target.ts';
import { findingAssignments } from '../rights.ts';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const Assignments = z.object({
  outcome: z.literal('listed'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type Assignments = z.infer<typeof Assignments>;

export const listAssignments = defineStep({
  name: 'list-assignments',
  title: 'List the accounts the person can enter',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: the accounts and permission sets the person has, directly or through groups.',
  in: 'organization',
  target: Person,
  result: Assignments,
  outcomes: { listed: 'good' },
  within: 30,
  permissions: [...findingAssignments, allow('sso:DescribePermissionSet', permissionSets)],
});
