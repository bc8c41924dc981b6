import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { forwarded } from '../../../lib/routing/forward.ts';
import { playbooks } from '../../../playbooks/index.ts';
import { isGone } from '../answers.ts';
import {
  type At,
  aws,
  type Check,
  deployAgain,
  fail,
  list,
  ok,
  type Patient,
  type Place,
  shortName,
} from '../check.ts';
import { limited } from '../limited.ts';
import { deployForwarder, inAccount } from '../mends.ts';
import { sids } from '../policy.ts';
import { rulesNamed, targetsOf } from '../rules.ts';

/** Where a forwarder has to be: everywhere that is heard, but on the hub's own bus. */
const sends = ({ config, home }: Patient, { account, region }: Place): boolean =>
  config.listening?.regions.includes(region) === true && !(account === home.account && region === home.region);

const concerns = { role: 'start-playbooks', action: 'states:StartExecution' };

/** How many rules send from an account; those for findings are left to the administrator where there is one. */
function expected({ config }: Patient, account: string): number {
  const { own, findings } = forwarded(playbooks, config.name);
  const { administrator = account } = config.listening ?? {};
  // One more says that the forwarder is alive.
  return 1 + own.length + (administrator === account ? findings.length : 0);
}

const rulesOf = ({ patient, client }: At) => rulesNamed(client(EventBridgeClient), `${patient.config.name}-forward-`);

async function hasRole({ patient, client, region }: At): Promise<boolean> {
  try {
    await client(IAMClient).send(new GetRoleCommand({ RoleName: `${patient.config.name}-forward-${region}` }));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

const forwarder: Check = {
  id: 'forwarder',
  about: 'region',
  title: 'What happens here is sent to the hub',
  asks: ['events:ListRules', 'iam:GetRole'],
  concerns,
  applies: sends,
  async run(at) {
    const rules = [...(await rulesOf(at)).values()];
    const wanted = expected(at.patient, at.account);
    const mend = deployForwarder(at, rules.length === 0 ? 'create' : 'update');
    if (rules.length < wanted) return fail(`${rules.length} of ${wanted} rules: the hub hears less`, ...mend);
    if (!(await hasRole(at))) return fail('The role that may put events on the hub’s bus is gone', ...mend);
    const disabled = rules.filter(({ State }) => State === 'DISABLED').map(({ Name = '' }) => Name);
    if (disabled.length === 0) return ok(`${rules.length} rules`);
    const enable = disabled.map((name) => aws(at.region, `events enable-rule --name ${name}`));
    return fail(`Disabled: ${list(disabled)}`, ...inAccount(at.account, at.patient, ...enable));
  },
};

async function letters(client: SQSClient, arn: string): Promise<number> {
  const QueueName = shortName(arn);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  return Number((await client.send(command)).Attributes?.ApproximateNumberOfMessages ?? 0);
}

const delivered: Check = {
  id: 'forwarder-delivers',
  about: 'region',
  title: 'The forwarder has the hub’s bus as target, and lost nothing',
  asks: ['events:ListRules', 'events:ListTargetsByRule', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
  concerns,
  applies: sends,
  async run(at) {
    const { patient } = at;
    const client = at.client(EventBridgeClient);
    const names = [...(await rulesOf(at)).keys()];
    const targets = (await limited(names, (name) => targetsOf(client, name))).flat();
    const bus = `arn:${patient.partition}:events:${patient.home.region}:${patient.home.account}:event-bus/default`;
    const sending = targets.filter(({ Arn }) => Arn === bus).length;
    // No rule at all is the other check's.
    if (sending < names.length)
      return fail(`${sending} of ${names.length} rules send to ${bus}`, ...deployForwarder(at, 'update'));
    const queues = [...new Set(targets.flatMap(({ DeadLetterConfig }) => DeadLetterConfig?.Arn ?? []))];
    const counts = await Promise.all(queues.map((arn) => letters(at.client(SQSClient), arn)));
    const lost = counts.reduce((sum, count) => sum + count, 0);
    if (lost === 0) return ok(`${sending} rules, nothing lost`);
    const look = queues.map((arn) => aws(at.region, `sqs receive-message --queue-url $(${urlOf(at.region, arn)})`));
    return fail(`${lost} events could not be delivered to the hub`, ...inAccount(at.account, patient, ...look));
  },
};

const urlOf = (region: string, arn: string): string =>
  aws(region, `sqs get-queue-url --queue-name ${shortName(arn)} --query QueueUrl --output text`);

const bus: Check = {
  id: 'bus-policy',
  about: 'hub',
  title: 'The hub’s bus lets forwarders in',
  asks: ['events:DescribeEventBus'],
  concerns,
  // Of an organisation that could not be asked no member is known.
  applies: ({ config, members }) =>
    config.listening !== undefined && (config.organization !== undefined || members.length > 0),
  async run({ patient, hub }) {
    const { Policy = '' } = await hub(EventBridgeClient).send(new DescribeEventBusCommand());
    const sid = `${patient.config.name}-forwarders`;
    if (sids(Policy, 'Allow').has(sid)) return ok(sid);
    return fail(`The policy of the bus lacks ${sid}: nothing of other accounts arrives`, deployAgain);
  },
};

export const forwarders: readonly Check[] = [bus, forwarder, delivered];
