import { CloudTrailClient, DescribeTrailsCommand, GetEventSelectorsCommand } from '@aws-sdk/client-cloudtrail';
import { EC2Client, paginateDescribeFlowLogs, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient, paginateListClusters } from '@aws-sdk/client-eks';
import type { Kind } from '../../../lib/domain/logs.ts';
import { recordsObjects } from '../../../lib/domain/trail-selectors.ts';
import { type At, aws, type Check, list, ok, warn } from '../check.ts';
import { inAccount } from '../mends.ts';

/** A kind of log that an incident here would miss: why, and what switches it on. */
interface Missing {
  readonly kind: Kind;
  readonly because: string;
  readonly mend: string;
}

/** VPCs without a flow log of their own; one of a subnet or an interface sees less. */
async function network({ client, region }: At): Promise<Missing[]> {
  const ec2 = { client: client(EC2Client) };
  const [vpcs, watched]: [string[], Set<string>] = [[], new Set()];
  for await (const { Vpcs = [] } of paginateDescribeVpcs(ec2, {})) vpcs.push(...Vpcs.map(({ VpcId = '' }) => VpcId));
  for await (const { FlowLogs = [] } of paginateDescribeFlowLogs(ec2, {}))
    for (const { ResourceId = '' } of FlowLogs) watched.add(ResourceId);
  const blind = vpcs.filter((vpc) => !watched.has(vpc));
  if (blind.length === 0) return [];
  const which = `--resource-type VPC --traffic-type ALL --resource-ids ${blind.join(' ')}`;
  const where = '--log-destination-type s3 --log-destination arn:aws:s3:::BUCKET';
  const mend = aws(region, `ec2 create-flow-logs ${which} ${where}`);
  return [{ kind: 'network', because: `no flow log of ${list(blind)}`, mend }];
}

/** What is done with objects is recorded where a trail says so, and nowhere else. */
async function storage({ client, region }: At): Promise<Missing[]> {
  const trails = client(CloudTrailClient);
  const { trailList = [] } = await trails.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const selectors = await Promise.all(
    trailList.map(({ TrailARN }) => trails.send(new GetEventSelectorsCommand({ TrailName: TrailARN }))),
  );
  if (selectors.some(recordsObjects)) return [];
  const mend = aws(
    region,
    'cloudtrail put-event-selectors --trail-name NAME --event-selectors \'[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]\'',
  );
  return [{ kind: 'storage', because: 'no trail records data events of S3', mend }];
}

async function kubernetes({ client, region }: At): Promise<Missing[]> {
  const eks = client(EKSClient);
  const blind: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client: eks }, {}))
    for (const name of clusters) {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
      const groups = cluster?.logging?.clusterLogging ?? [];
      if (!groups.some(({ enabled, types = [] }) => enabled && types.includes('audit'))) blind.push(name);
    }
  const logging = '\'{"clusterLogging":[{"types":["audit","authenticator"],"enabled":true}]}\'';
  return blind.map((name) => ({
    kind: 'kubernetes',
    because: `no audit log of ${name}`,
    mend: aws(region, `eks update-cluster-config --name ${name} --logging ${logging}`),
  }));
}

const kept: Check = {
  id: 'logs',
  about: 'region',
  title: 'Network, storage and Kubernetes logs are kept here',
  asks: [
    'ec2:DescribeVpcs',
    'ec2:DescribeFlowLogs',
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetEventSelectors',
    'eks:ListClusters',
    'eks:DescribeCluster',
  ],
  concerns: { role: 'read-evidence', action: 'ec2:DescribeFlowLogs' },
  async run(at) {
    const missing = (await Promise.all([network(at), storage(at), kubernetes(at)])).flat();
    if (missing.length === 0) return ok('Flow logs of every VPC, data events of S3, audit logs of every cluster');
    const words = missing.map(({ kind, because }) => `${kind} (${because})`);
    const mends = missing.map(({ mend }) => mend);
    return warn(`An incident here would miss: ${list(words)}`, ...inAccount(at.account, at.patient, ...mends));
  },
};

export const logs: readonly Check[] = [kept];
