import { describe, expect, it } from 'vitest';
import { id, instanceId, made, read, targetsOf } from '../../../test/findings/guardduty.ts';

describe('findings from tables', () => {
  const columns = {
    accountid: 111122223333,
    region: 'eu-central-1',
    partition: 'aws',
    finding_id: id,
    severity: 2,
    schemaversion: 2,
    arn: `arn:aws:guardduty:eu-central-1:111122223333:detector/9e/finding/${id}`,
    title: 'It was probed',
    type: 'UnauthorizedAccess:EC2/SSHBruteForce',
    createdat: '2026-07-31T06:37:13.745Z',
    service_eventfirstseen: '2026-07-31T06:19:09Z',
    service_eventlastseen: '2026-09-12T09:19:40Z',
    resource_instancedetails_instanceid: instanceId,
    resource_instancedetails_networkinterfaces_0_networkinterfaceid: 'eni-0a',
    service_action_networkconnectionaction_remoteipdetails_ipaddressv4: '203.0.113.7',
    resource: { resourcetype: 'Instance', instancedetails: { tags: { 0: { key: 'Name', value: 'log' } } } },
    service: { count: '20', resourcerole: 'TARGET', archived: 'false', action: { actiontype: 'NETWORK_CONNECTION' } },
  };

  it('are put together again from columns in lower case', () => {
    const finding = read(columns);
    expect(finding).toMatchObject({
      key: `guardduty:${id}`,
      account: '111122223333',
      count: 20,
      role: 'TARGET',
      remotes: ['203.0.113.7'],
      firstSeen: '2026-07-31T06:19:09.000Z',
      missing: [],
      archived: false,
    });
    expect(targetsOf(finding)).toEqual([`instance ${instanceId}`, 'interface eni-0a']);
  });

  it('are put together again from dotted names', () => {
    const { resource, service, ...rest } = made();
    expect(resource && service).toBeTruthy();
    const dotted = { ...rest, 'resource.instanceDetails.instanceId': instanceId, 'service.resourceRole': 'ACTOR' };
    expect(read(dotted)).toMatchObject({ role: 'ACTOR', targets: [{ kind: 'instance', id: instanceId }] });
  });

  it('leave a finding alone that only has something added', () => {
    const eventResource = { serviceName: 'guardduty', resourceType: 'Instance', tags: ['x'], _id: 1 };
    expect(read({ ...eventResource, ...made() })).toEqual(read(made()));
  });

  it('may have the service under another name', () => {
    const { service, ...rest } = made();
    expect(read({ ...rest, finding: service })).toEqual(read(made()));
  });
});
