import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { AclState } from '../acl-rules.ts';
import { Instance } from '../instance/target.ts';
import { readingAcls } from '../network-acls.ts';

/** Which network ACL it is turns out when it is looked at. */
const acls = (target: Instance): string[] => every(target, 'ec2', 'network-acl');

export const blockAtNetworkAcl = defineLever({
  name: 'block-at-network-acl',
  title: 'Deny its flows in the network ACL',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Open connections end too. Behind a NAT gateway: all of the instance that goes through it, and nobody else’s. Elsewhere: those with the addresses that the finding names, for everybody in every subnet of that network ACL; connections with other addresses may live on.',
  undo: 'Our rules are taken out of the network ACL; those of others stay.',
  stands: { held: 'open connections denied in the network ACL', open: 'open connections may live on' },
  target: Instance,
  beforeState: AclState,
  look: readingAcls,
  apply: { permissions: [allow('ec2:CreateNetworkAclEntry', acls)], within: 60 },
  release: { permissions: [allow('ec2:DeleteNetworkAclEntry', acls)], within: 60 },
});
