import { describe, expect, it } from 'vitest';
import { named, resourceOf } from '../named.ts';
import { byArn, byName, distinct } from './by-arn.ts';

const here = { account: '111122223333', region: 'eu-central-1' };
const there = '444455556666';
const digest = `sha256:${'0a'.repeat(32)}`;

describe('byArn', () => {
  it.each([
    [`arn:aws:ec2:eu-west-1:${there}:instance/i-0abc`, 'instance', 'i-0abc', null],
    [`arn:aws:ec2:eu-west-1:${there}:network-interface/eni-0abc`, 'interface', 'eni-0abc', null],
    [`arn:aws:ec2:eu-west-1:${there}:volume/vol-0abc`, 'volume', 'vol-0abc', null],
    ['arn:aws:ec2:eu-west-1::snapshot/snap-0abc', 'snapshot', 'snap-0abc', null],
    ['arn:aws:ec2:eu-west-1::image/ami-0abc', 'image', 'ami-0abc', null],
    ['arn:aws:s3:::orders', 'bucket', 'orders', null],
    ['arn:aws:s3:::orders/2026/a b:c.csv', 'object', 'orders/2026/a b:c.csv', 'orders'],
    [`arn:aws:rds:eu-west-1:${there}:db:orders`, 'db-instance', 'orders', null],
    [`arn:aws:rds:eu-west-1:${there}:cluster:orders`, 'db-cluster', 'orders', null],
    [`arn:aws:rds:eu-west-1:${there}:snapshot:orders-1`, 'resource', 'snapshot:orders-1', null],
    [`arn:aws:eks:eu-west-1:${there}:cluster/shop`, 'eks-cluster', 'shop', null],
    [`arn:aws:ecs:eu-west-1:${there}:cluster/shop`, 'ecs-cluster', 'shop', null],
    [`arn:aws:ecs:eu-west-1:${there}:task/shop/0abc`, 'ecs-task', '0abc', 'shop'],
    [`arn:aws:ecs:eu-west-1:${there}:task/0abc`, 'ecs-task', '0abc', null],
    [`arn:aws:lambda:eu-west-1:${there}:function:pay:$LATEST`, 'lambda-function', 'pay', null],
    [`arn:aws:ecr:eu-west-1:${there}:repository/shop/web/${digest}`, 'image', `shop/web@${digest}`, null],
    [`arn:aws:ecr:eu-west-1:${there}:repository/shop/web`, 'resource', 'repository/shop/web', null],
    [`arn:aws:iot:eu-west-1:${there}:role/pay`, 'resource', 'role/pay', null],
    [`arn:aws:backup:eu-west-1:${there}:backup-vault:daily`, 'backup-vault', 'daily', null],
    [`arn:aws:kms:eu-west-1:${there}:key/0abc`, 'key', '0abc', null],
    [`arn:aws:ec2:eu-west-1:${there}:instance/`, 'resource', 'instance/', null],
  ])('%s is the %s %s', (arn, kind, id, inside) => {
    expect(byArn(arn, here)).toMatchObject({ kind, id, inside, arn });
  });

  it('calls a recovery point by its ARN, as others do', () => {
    const arn = `arn:aws:backup:eu-west-1:${there}:recovery-point:0abc`;
    expect(byArn(arn, here)).toMatchObject({ kind: 'recovery-point', id: arn, arn });
  });

  it.each([
    [`arn:aws:iam::${there}:root`, 'root', 'root', null],
    [`arn:aws:iam::${there}:user/ops/ada`, 'iam-user', 'ada', null],
    [`arn:aws:iam::${there}:role/service-role/pay`, 'role-session', 'pay', null],
    [`arn:aws:sts::${there}:assumed-role/pay/i-0abc`, 'role-session', 'pay', 'i-0abc'],
    [
      `arn:aws:sts::${there}:assumed-role/AWSReservedSSO_Admin_1f/ada@a.example`,
      'identity-center',
      'AWSReservedSSO_Admin_1f',
      'ada@a.example',
    ],
    [`arn:aws:sts::${there}:federated-user/ada`, 'federated-user', 'ada', null],
  ])('%s is a principal: %s', (arn, kind, name, session) => {
    expect(byArn(arn, here)).toMatchObject({
      kind: 'principal',
      id: name,
      account: there,
      principal: { kind, name, session },
    });
  });

  it('lies where the ARN says, and where the finding is at home for the rest', () => {
    expect(byArn(`arn:aws:ec2:eu-west-1:${there}:volume/vol-0abc`, here)).toMatchObject({
      account: there,
      region: 'eu-west-1',
    });
    expect(byArn('arn:aws:s3:::orders', here)).toMatchObject(here);
    expect(byArn('arn:aws:ec2:eu-west-1::snapshot/snap-0abc', here)).toMatchObject({
      account: here.account,
      region: 'eu-west-1',
    });
  });

  it.each([null, undefined, '', 'i-0abc', 'arn:aws:s3', 'arn:lambda-1-101002929'])('is null for %j', (arn) => {
    expect(byArn(arn, here)).toBeNull();
  });

  it('is claimed by the name it has anyway', () => {
    const arn = `arn:aws:ec2:eu-central-1:${here.account}:instance/i-0123456789abcdef0`;
    const target = byArn(arn, here);
    expect(target && resourceOf(target, 'aws')).toBe(arn);
  });
});

describe('byName', () => {
  it.each([
    ['AKIAIOSFODNN7EXAMPLE', 'access-key'],
    ['ASIAIOSFODNN7EXAMPLE', 'access-key'],
    ['i-0123456789abcdef0', 'instance'],
    ['444455556666', 'account'],
    ['arn:aws:s3:::orders', 'bucket'],
    ['constructor', 'resource'],
    ['i-am-no-instance', 'resource'],
  ])('%s is a kind of %s', (name, kind) => {
    expect(byName(name, here)).toMatchObject({ kind });
  });

  it('an account lies in itself', () => {
    expect(byName('444455556666', here)).toMatchObject({ id: '444455556666', account: '444455556666' });
  });
});

describe('distinct', () => {
  it('names each resource once, and keeps an ARN that comes later', () => {
    const first = named('bucket', 'orders', here);
    const again = named('bucket', 'orders', here, { arn: 'arn:aws:s3:::orders' });
    expect(distinct([first, named('object', 'orders', here), again])).toEqual([again, named('object', 'orders', here)]);
  });
});
