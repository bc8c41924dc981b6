import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  type Target,
} from '@aws-sdk/client-eventbridge';

/** The rules whose names begin so, as they are, by name. The SDK has no paginator for them. */
export async function rulesNamed(client: EventBridgeClient, NamePrefix: string): Promise<Map<string, Rule>> {
  const rules = new Map<string, Rule>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ NamePrefix, NextToken }));
    for (const rule of page.Rules ?? []) rules.set(rule.Name ?? '', rule);
    NextToken = page.NextToken;
  } while (NextToken);
  return rules;
}

export async function targetsOf(client: EventBridgeClient, Rule: string): Promise<Target[]> {
  return (await client.send(new ListTargetsByRuleCommand({ Rule }))).Targets ?? [];
}
