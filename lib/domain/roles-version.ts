import type { Config } from './config.ts';

/** The tag of an account's role `read-evidence` that says of which version all four are: one template makes them. */
export const rolesVersionTag = 'tourniquet-version';

/** What puts the hub's version of the roles into an account, as a command with whose credentials. */
export const deployRolesWords = ({ rollout }: Pick<Config, 'rollout'>, account: string): string =>
  rollout
    ? `npx cdk deploy TourniquetRollout, in the ${rollout.from === 'hub' ? 'hub' : 'management account'}`
    : `npx cdk deploy TourniquetMember, with credentials of ${account}`;

/**
 * Whether two versions such as `0.1.0+1f2e3d4c` have the same rights: a release that changes none has another number and the same digest, and
 * nobody is sent to deploy what is there.
 */
export const sameRoles = (one: string | null, other: string): boolean => one?.split('+')[1] === other.split('+')[1];

/** `version` is null where the roles carry none. */
export const versionWords = (version: string | null): string =>
  version === null ? 'roles without a version' : `roles of version ${version}`;
