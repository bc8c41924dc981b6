import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test, vi } from 'vitest';
import { networkInterfacesOf } from './network-interfaces.ts';

const eni = (NetworkInterfaceId: string, InterfaceType = 'interface') => ({ NetworkInterfaceId, InterfaceType });
const branch = { ...eni('eni-9', 'branch'), trunk: 'eni-2' };

/** EC2 with an instance, its interfaces, and branches of one of them or of somebody else's trunk. */
async function seen(own: object[], associations: object[] | 'denied') {
  const ec2 = new EC2Client({ region: 'eu-central-1' });
  const asked: string[] = [];
  vi.spyOn(ec2, 'send').mockImplementation(async (command: { constructor: { name: string }; input: object }) => {
    const words = JSON.stringify(command.input);
    asked.push(command.constructor.name);
    if (command.constructor.name === 'DescribeTrunkInterfaceAssociationsCommand') {
      if (associations === 'denied') throw Object.assign(new Error('no'), { name: 'UnauthorizedOperation' });
      return { InterfaceAssociations: associations };
    }
    if (words.includes('attachment.instance-id')) return { NetworkInterfaces: own };
    return { NetworkInterfaces: words.includes('eni-9') || words.includes('trunk-eni-id') ? [branch] : [] };
  });
  const found = await networkInterfacesOf({ client: () => ec2 as never }, 'i-1');
  return { found: found.map(({ NetworkInterfaceId }) => NetworkInterfaceId), asked };
}

const trunk = [eni('eni-1'), eni('eni-2', 'trunk')];
const ours = { TrunkInterfaceId: 'eni-2', BranchInterfaceId: 'eni-9' };
const theirs = { TrunkInterfaceId: 'eni-7', BranchInterfaceId: 'eni-8' };

test('branches of a trunk belong to its instance, though nothing attaches them', async () => {
  expect((await seen(trunk, [ours, theirs])).found).toEqual(['eni-1', 'eni-2', 'eni-9']);
  expect((await seen(trunk, [theirs])).found).toEqual(['eni-1', 'eni-2']);
});

test('where nobody may ask for associations the tag of Kubernetes shows them', async () => {
  expect((await seen(trunk, 'denied')).found).toEqual(['eni-1', 'eni-2', 'eni-9']);
});

test('an instance without a trunk costs one call', async () => {
  expect(await seen([eni('eni-1')], [])).toEqual({ found: ['eni-1'], asked: ['DescribeNetworkInterfacesCommand'] });
});
