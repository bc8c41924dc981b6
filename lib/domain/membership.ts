import type { Config } from './config.ts';

/**
 * Whether Tourniquet may respond in an account, as far as the configuration says: which accounts the units of an organisation hold, AWS
 * alone knows, and refuses the rest.
 */
export function respondsIn(
  account: string,
  { hub, members, organization }: Pick<Config, 'hub' | 'members' | 'organization'>,
): boolean {
  if (account === hub || members.includes(account)) return true;
  return members.length === 0 && organization !== undefined && !organization.exclude?.includes(account);
}
