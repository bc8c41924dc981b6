import type { RoleClass } from './step.ts';

/** The roles that speak to the API servers of EKS clusters. */
export const kubernetesRoles = ['read-evidence', 'contain', 'release'] as const satisfies readonly RoleClass[];

/** The group to which the access entry of a role maps it. */
export const groupOf = (role: RoleClass): string => `tourniquet:${role}`;
