import { describe, expect, it } from 'vitest';
import { type Json, readWith } from '../../../test/findings/guardduty.ts';

describe('what it saw', () => {
  const remoteIpDetails = { ipAddressV4: '203.0.113.7', ipAddressV6: '2001:db8::7' };

  it.each<[string, Json, string[]]>([
    [
      'a connection',
      { networkConnectionAction: { remoteIpDetails, localIpDetails: { ipAddressV4: '10.0.0.1' } } },
      ['203.0.113.7', '2001:db8::7'],
    ],
    ['a DNS request', { dnsRequestAction: { domain: 'c2.example', protocol: 'UDP' } }, ['c2.example']],
    ['a call from an address', { awsApiCallAction: { remoteIpDetails } }, ['203.0.113.7', '2001:db8::7']],
    [
      'a call by a service',
      { awsApiCallAction: { domainDetails: { domain: 'ec2.amazonaws.com' } } },
      ['ec2.amazonaws.com'],
    ],
    [
      'probes',
      { portProbeAction: { portProbeDetails: [{ remoteIpDetails }, { remoteIpDetails }] } },
      ['203.0.113.7', '2001:db8::7'],
    ],
    [
      'a Kubernetes call',
      { kubernetesApiCallAction: { remoteIpDetails, sourceIPs: ['198.51.100.9'] } },
      ['203.0.113.7', '2001:db8::7', '198.51.100.9'],
    ],
    ['a login', { rdsLoginAttemptAction: { remoteIpDetails } }, ['203.0.113.7', '2001:db8::7']],
    ['a kind of action nobody knows yet', { carrierPigeonAction: { remoteIpDetails } }, ['203.0.113.7', '2001:db8::7']],
    ['nothing', {}, []],
    [
      'nonsense',
      { networkConnectionAction: 'outbound', dnsRequestAction: [], portProbeAction: { portProbeDetails: 7 } },
      [],
    ],
  ])('names the other side of %s', (_, action, remotes) => {
    expect(readWith({ service: { action } }).remotes).toEqual(remotes);
  });

  it('names the other side of what a process did', () => {
    const runtimeDetails = { context: { remoteIpDetails, domain: 'c2.example' } };
    expect(readWith({ service: { action: null, runtimeDetails } }).remotes).toEqual([
      '203.0.113.7',
      '2001:db8::7',
      'c2.example',
    ]);
  });

  it.each([
    [{ api: 'ScheduleKeyDeletion', serviceName: 'kms.amazonaws.com' }, 'kms:ScheduleKeyDeletion'],
    [{ api: 'RunInstances', serviceName: 'ec2.amazonaws.com.cn' }, 'ec2:RunInstances'],
    [{ api: 'RunInstances' }, null],
  ])('names the call %j', (awsApiCallAction, call) => {
    expect(readWith({ service: { action: { awsApiCallAction } } }).call).toBe(call);
  });

  it('names last what the call was made on', () => {
    const trail = 'arn:aws:cloudtrail:eu-central-1:444455556666:trail/all';
    const affectedResources = { 'AWS::CloudTrail::Trail': trail, 'AWS::S3::Bucket': 'orders' };
    const { targets } = readWith({ service: { action: { awsApiCallAction: { affectedResources } } } });
    expect(targets.slice(1)).toMatchObject([
      { kind: 'resource', id: trail, account: '444455556666' },
      { kind: 'bucket', id: 'orders', account: '111122223333' },
    ]);
  });

  it.each([
    ['snapshot', 'snap-0123456789abcdef0'],
    ['image', 'arn:aws:ec2:eu-central-1::image/ami-0123456789abcdef0'],
  ])('is about the %s that was shared, before whoever shared it', (kind, name) => {
    const affectedResources = { 'AWS::EC2::Copy': name };
    const type = 'Exfiltration:EC2/TransferDataToCloudAccount';
    const { targets } = readWith({
      detail: { type },
      service: { action: { awsApiCallAction: { affectedResources } } },
    });
    expect(targets[0]).toMatchObject({ kind, id: name.replace(/^.*\//, '') });
  });
});
