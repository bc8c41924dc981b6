import { DescribeInstancesCommand, EC2Client, type Instance as Listed } from '@aws-sdk/client-ec2';
import type { CheckAnswer } from '../../../lib/domain/check.ts';
import { type Asked, ask } from '../asked.ts';
import { type At, type Check, deployAgain, fail, list, notProven, ok, type Verdict, warn } from '../check.ts';
import { limited } from '../limited.ts';
import { deployRoles } from '../mends.ts';

const concerns = { role: 'contain', action: 'sts:AssumeRole' };

interface Answer extends CheckAnswer {
  readonly name: string;
}

async function answersOf(at: At, names: readonly string[], asked: Asked): Promise<Answer[]> {
  const answers = await limited(names, async (name) => {
    const answer = await ask(at, name, asked);
    return answer ? [{ name, ...answer }] : [];
  });
  return answers.flat();
}

/** Who could not assume what, a line each. */
const refusals = (answers: readonly Answer[]): string[] =>
  answers.flatMap(({ name, roles }) =>
    roles.flatMap(({ role, refused }) => (refused === null ? [] : [`${name} as ${role}: ${refused}`])),
  );

function verdictOf(answers: readonly Answer[], ...mend: string[]): Verdict {
  const refused = refusals(answers);
  const assumed = answers.flatMap(({ roles }) => roles).length;
  if (refused.length > 0) return fail(list(refused), ...mend);
  return assumed > 0 ? ok(`${assumed} roles assumed`) : notProven('No function could be asked');
}

const inHub: Check = {
  id: 'functions-assume',
  about: 'hub',
  title: 'Each function can assume the roles through which it works',
  asks: ['lambda:InvokeFunction'],
  concerns,
  async run(at) {
    const asked = { account: at.patient.home.account, region: at.region };
    return verdictOf(await answersOf(at, at.patient.resources('AWS::Lambda::Function'), asked), deployAgain);
  },
};

/** Between them they work through all four roles; the others are let in by the same tags, which `function-roles` reads. */
const ofEachRole = ['quarantine-interfaces', 'remove-created-credentials'];

const inMember: Check = {
  id: 'functions-let-in',
  about: 'account',
  title: 'The account lets the hub’s functions in',
  asks: ['lambda:InvokeFunction'],
  concerns,
  applies: ({ home }, { account }) => account !== home.account,
  async run(at) {
    const names = ofEachRole.map((name) => `${at.patient.config.name}-${name}`);
    const answers = await answersOf(at, names, { account: at.account, region: at.region });
    return verdictOf(answers, ...deployRoles(at, 'update'));
  },
};

/** The shape of a target, as far as these functions ask for it. */
const targetOf = ({ patient: { partition }, account, region }: At, { InstanceId = '', ...found }: Listed) => ({
  partition,
  account,
  region,
  kind: 'instance',
  id: InstanceId,
  seenAt: new Date().toISOString(),
  tags: {},
  interfaces: (found.NetworkInterfaces ?? []).map(({ NetworkInterfaceId, VpcId, SubnetId, Groups = [] }) => ({
    id: NetworkInterfaceId,
    vpc: VpcId,
    subnet: SubnetId,
    groups: Groups.map(({ GroupId }) => GroupId),
    publicAddress: null,
  })),
  volumes: (found.BlockDeviceMappings ?? []).map(({ DeviceName = '', Ebs }) => ({
    id: Ebs?.VolumeId,
    device: DeviceName,
    deleteOnTermination: Ebs?.DeleteOnTermination ?? false,
  })),
  profile: null,
  role: null,
  autoScalingGroup: null,
  quarantineGroups: [],
});

/** Of a page the instance with the most to name: its session is the largest. */
function widest(instances: readonly Listed[]): Listed | undefined {
  const parts = ({ NetworkInterfaces = [], BlockDeviceMappings = [] }: Listed): number =>
    NetworkInterfaces.length + BlockDeviceMappings.length;
  return instances.toSorted((a, b) => parts(b) - parts(a))[0];
}

/** Per cent of a session's room beyond which a target with a few more parts may have none. */
const tight = 80;

const dryRunners = ['protect-from-termination', 'snapshot-volumes', 'quarantine-interfaces'];

const dryRun: Check = {
  id: 'dry-run',
  about: 'region',
  title: 'EC2 would allow what is done to an instance',
  asks: ['ec2:DescribeInstances', 'lambda:InvokeFunction'],
  concerns: { role: 'contain', action: 'ec2:ModifyNetworkInterfaceAttribute' },
  async run(at) {
    const Filters = [{ Name: 'instance-state-name', Values: ['running', 'stopped'] }];
    const { Reservations = [] } = await at.client(EC2Client).send(new DescribeInstancesCommand({ Filters }));
    const found = widest(Reservations.flatMap(({ Instances = [] }) => Instances));
    if (!found) return notProven('Not asked: no instance is here');
    const target = targetOf(at, found);
    const names = dryRunners.map((name) => `${at.patient.config.name}-${name}`);
    const answers = await answersOf(at, names, { account: at.account, region: at.region, target });
    const calls = answers.flatMap((answer) => answer.calls);
    const bad = [
      ...calls.flatMap(({ role, action, refused }) => (refused === null ? [] : [`${action} as ${role}: ${refused}`])),
      // STS's answer to a policy with no room left once it is packed (STS API reference, AssumeRole).
      ...refusals(answers).filter((one) => one.includes('PackedPolicyTooLarge')),
    ];
    if (bad.length > 0) return fail(`On ${target.id}: ${list(bad)}`, ...deployRoles(at, 'update'));
    // That a role cannot be assumed is said by the two others.
    if (calls.length === 0) return notProven(`Not asked about ${target.id}: no function could be, or assume its role`);
    const packed = Math.max(...answers.flatMap(({ roles }) => roles.map((one) => one.packed ?? 0)));
    const well = `${calls.length} calls on ${target.id} would be allowed; sessions take up to ${packed} % of their room`;
    return packed > tight
      ? warn(well, '# an instance with more interfaces or volumes may not fit: keep people ready for it')
      : ok(well);
  },
};

export const assumed: readonly Check[] = [inHub, inMember, dryRun];
