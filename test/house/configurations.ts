/** Configurations that more than one suite looks at. Nothing here knows CDK, which takes seconds to load. */
import { parseConfig } from '../../lib/domain/parse-config.ts';

export const hub = '111122223333';
export const member = '444455556666';
const slack = { team: 'T024BE7LD', app: 'A024BE7LX', channel: 'C024BE91L' };

export const plain = parseConfig({}, { file: 'test' });
const listening = { regions: ['eu-central-1', 'us-east-1'], administrator: hub };
export const full = parseConfig(
  { hub, members: [member], organization: { id: 'o-abcdefghij' }, listening, rollout: { root: 'r-ab12' }, slack },
  { file: 'test' },
);

/** The first step towards a vault in an account of its own: it alone is synthesised. */
export const vaultFirst = parseConfig(
  { hub, members: [member], region: 'eu-central-1', evidence: { account: '777788889999' } },
  { file: 'test' },
);

/** All that can be configured, as long as it may be. */
export const everything = parseConfig(
  {
    ...full,
    name: 'n'.repeat(19),
    members: [],
    organization: {
      id: `o-${'a'.repeat(32)}`,
      include: Array.from({ length: 20 }, (_, n) => `ou-${'a'.repeat(32)}-${String(n).padStart(32, 'b')}`),
      exclude: Array.from({ length: 50 }, (_, n) => String(200_000_000_000 + n)),
    },
    organizationAdmin: { account: '777788889999', management: '777788889999' },
    region: 'us-gov-west-1',
    listening: { regions: ['us-gov-west-1', 'us-gov-east-1'], administrator: '777788889999' },
    rolePath: `/${'p'.repeat(126)}/`,
    permissionsBoundary: 'b'.repeat(128),
    tags: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`key-${n}`.padEnd(128, '.'), 'v'.repeat(256)])),
    securityHub: { products: ['Acme Scanner', 'Watcher'], severities: ['HIGH', 'CRITICAL'] },
    timestampAuthority: { url: 'https://tsa.example.com' },
  },
  { file: 'test' },
);
