import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expectedForwarders, forwarderLetters, heardPartition } from '../../../lib/domain/heartbeat.ts';
import { type Heard, heardItem } from '../../../lib/items/heard.ts';
import { config, environment, rules } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { each } from './each.ts';
import { lettersOf, silences, type Told } from './silence.ts';

async function statesOfRules(client: EventBridgeClient, NamePrefix: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  let from: { NextToken?: string } = {};
  do {
    const { Rules = [], NextToken } = await client.send(new ListRulesCommand({ NamePrefix, ...from }));
    for (const { Name = '', State = '' } of Rules) states.set(Name, State);
    from = NextToken ? { NextToken } : {};
  } while (from.NextToken);
  return states;
}

/** What is wrong with the rules that this version has: whoever switches one off is not noticed by anything that starts with it. */
export async function brokenRules(work: Work): Promise<{ broken: string[]; failed: string[] }> {
  const client = work.client(EventBridgeClient);
  const states = await statesOfRules(client, `${environment('NAME')}-`);
  const { done, failed } = await each(
    rules(),
    (rule) => rule,
    async (Rule) => {
      const state = states.get(Rule);
      if (!state) return `The rule ${Rule} is gone: deploy again.`;
      if (state === 'DISABLED') return `The rule ${Rule} is disabled: aws events enable-rule --name ${Rule}`;
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule }));
      return Targets.length > 0 ? [] : `The rule ${Rule} has no target: deploy again.`;
    },
  );
  return { broken: done.flat(), failed };
}

/** How many events a forwarder could not deliver; its queue lets the hub's daily check count them. */
async function letters(work: Work, { account, region }: Heard): Promise<number> {
  const client = work.client(SQSClient, { region });
  const QueueName = forwarderLetters(environment('NAME'));
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId: account }));
  const AttributeNames = ['ApproximateNumberOfMessages'] as const;
  const query = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
  const { Attributes } = await client.send(query);
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** Which forwarders are not heard, or heard again, and where events lie that could not be delivered. */
export async function forwarderNews(work: Work): Promise<{ told: Told[]; failed: string[] }> {
  const now = work.now();
  const heard = heardItem.all(await work.table.query(heardPartition));
  const told = silences(expectedForwarders(config(), environment('HUB')), heard, now);
  const { done, failed } = await each(
    heard.filter(({ toldAt }) => toldAt === null),
    ({ account, region }) => `dead letters of ${account} in ${region}`,
    async (one) => lettersOf(one, await letters(work, one)),
  );
  return { told: [...told, ...done.flat()], failed };
}

/** Once they are told: a page that failed is tried again. */
export async function remember(work: Work, told: readonly Told[]): Promise<void> {
  await each(
    told,
    ({ item }) => `${item.account} in ${item.region}`,
    ({ item: { account, region, heardAt, toldAt, letters: count } }) =>
      work.table.update(heardItem.key(account, region), {
        UpdateExpression:
          'SET #account = :account, #region = :region, heardAt = if_not_exists(heardAt, :heard), toldAt = :saidAt, letters = :letters, v = :v',
        ExpressionAttributeNames: { '#account': 'account', '#region': 'region' },
        ExpressionAttributeValues: {
          ':account': account,
          ':region': region,
          ':heard': heardAt,
          ':saidAt': toldAt,
          ':letters': count,
          ':v': heardItem.v,
        },
      }),
  );
}
