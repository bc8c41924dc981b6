import type { Config } from './config.ts';

/** What every forwarder sends once a day, before the daily check: no source that AWS keeps for itself. */
export const heartbeat = { source: 'tourniquet', detailType: 'Forwarder alive' } as const;

/** The partition of the incident table with when each forwarder was heard. */
export const heardPartition = 'HEARD';

/** Queue of what a forwarder could not deliver, by the deployment's name: the hub asks for it by name. */
export const forwarderLetters = (name: string): string => `${name}-forwarder-dead-letters`;

interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * The forwarders that the configuration names. Which accounts an organisation has, AWS alone knows: of those one is expected once it was
 * heard.
 */
export function expectedForwarders(
  { listening, members, organization }: Pick<Config, 'listening' | 'members' | 'organization'>,
  hub: string,
): Place[] {
  if (!listening) return [];
  const [home, ...others] = listening.regions;
  const excluded = organization?.exclude ?? [];
  const listed = members.filter((account) => !excluded.includes(account));
  const accounts = [...listed, ...(listening.administrator ? [listening.administrator] : [])];
  const elsewhere = [...new Set(accounts)].filter((account) => account !== hub);
  return [
    ...others.map((region) => ({ account: hub, region })),
    ...elsewhere.flatMap((account) => [home, ...others].map((region) => ({ account, region }))),
  ];
}
