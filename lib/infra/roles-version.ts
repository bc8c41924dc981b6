import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Config } from '../domain/config.ts';
import { type Statement, statements } from '../domain/permission.ts';
import { RoleClass } from '../domain/step.ts';
import { type Contract, permissionsOf } from './registry.ts';

const anywhere = { partition: '*', account: '*', region: '*' };
const release = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))).version;

const sorted = (all: readonly Statement[]): string[] => all.map((one) => JSON.stringify(one)).toSorted();

/** The version of the member roles, as `0.1.0+1f2e3d4c`: the release, and a digest of what they may do. */
export function rolesVersion(contracts: readonly Contract[], { organizationAdmin }: Config): string {
  const rights = RoleClass.options.map((role) => [
    role,
    sorted(statements(permissionsOf(contracts, role), anywhere)),
    organizationAdmin ? sorted(statements(permissionsOf(contracts, role, 'organization'), anywhere)) : [],
  ]);
  return `${release}+${hash('sha256', JSON.stringify(rights)).slice(0, 8)}`;
}
