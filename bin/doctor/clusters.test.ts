import { expect, test } from 'vitest';
import { type Seen, troubleIn } from './checks/clusters.ts';

const roles = { 'arn:aws:iam::1:role/tourniquet-contain': 'tourniquet:contain' };
const open = { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] };
const seen = (more: Partial<Seen> & { readonly cluster?: Seen['cluster'] } = {}): Seen => ({
  entries: Object.keys(roles),
  roles,
  silent: null,
  ...more,
  cluster: { name: 'shop', accessConfig: { authenticationMode: 'API' }, resourcesVpcConfig: open, ...more.cluster },
});

test('a cluster with our entries that answers is in order, whether EKS tells the mode or not', () => {
  expect(troubleIn(seen())).toEqual([]);
  expect(troubleIn(seen({ cluster: { accessConfig: undefined, resourcesVpcConfig: undefined } }))).toEqual([]);
});

test.each<[string, Seen, RegExp, string[]]>([
  [
    'takes no access entries',
    seen({ cluster: { accessConfig: { authenticationMode: 'CONFIG_MAP' } } }),
    /its authentication mode is CONFIG_MAP/,
    ['eks update-cluster-config --name shop --access-config authenticationMode=API_AND_CONFIG_MAP'],
  ],
  [
    'has none of ours',
    seen({ entries: ['arn:aws:iam::1:role/other'] }),
    /no access entry for arn:aws:iam::1:role\/tourniquet-contain/,
    [
      'eks create-access-entry --cluster-name shop --kubernetes-groups tourniquet:contain --principal-arn arn:aws:iam::1:role/tourniquet-contain',
    ],
  ],
  [
    'is private',
    seen({ cluster: { resourcesVpcConfig: { endpointPublicAccess: false } }, silent: 'ETIMEDOUT' }),
    /is private/,
    ['eks update-cluster-config --name shop --resources-vpc-config endpointPublicAccess=true'],
  ],
  [
    'admits some addresses alone',
    seen({ cluster: { resourcesVpcConfig: { ...open, publicAccessCidrs: ['203.0.113.0/24'] } } }),
    /admits 203\.0\.113\.0\/24 alone/,
    ['eks update-cluster-config --name shop --resources-vpc-config publicAccessCidrs=0.0.0.0/0'],
  ],
  ['does not answer', seen({ silent: 'ECONNREFUSED' }), /did not answer from here: ECONNREFUSED/, []],
])('of one that %s it is said, with the command', (_, one, words, mend) => {
  expect(troubleIn(one)).toEqual([{ because: expect.stringMatching(words), mend }]);
});
