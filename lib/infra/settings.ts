import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { untold } from '../domain/approval.ts';
import { Config } from '../domain/config.ts';
import { nearest } from '../domain/nearest.ts';
import { parseConfig } from '../domain/parse-config.ts';
import { everyApprover } from '../domain/settings.ts';
import { Mistake } from './mistake.ts';

function read(file: string): unknown {
  try {
    // `$schema` is the editor's, not ours; every other key we do not know is an error.
    const { $schema: _, ...config } = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
    return config;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? 'should hold one JSON object' : (cause as Error).message;
    throw new Mistake(`${file}: ${why}`, { cause });
  }
}

/** CDK knows no wrong context key: a slip in ours would deploy the defaults in place of what was meant. */
function refuseSlips(context: object): void {
  const ours = ['tourniquet', 'config'];
  const slips = Object.keys(context).filter((key) => !ours.includes(key) && nearest(key, ours));
  const lines = slips.map((key) => `cdk.json or -c: ${key}: unknown key; did you mean "${nearest(key, ours)}"?`);
  if (lines.length > 0) throw new Mistake(lines.join('\n'));
}

/** The configuration: the file named by `-c config=FILE`, else `tourniquet` in cdk.json's context. Parsed once, here. */
export function settingsOf({ node }: App): Config {
  refuseSlips(node.getAllContext() as object);
  const file: unknown = node.tryGetContext('config');
  const given = typeof file === 'string';
  const origin = given ? { file } : { file: 'cdk.json', below: ['tourniquet'] };
  const config = parseConfig(given ? read(file) : node.tryGetContext('tourniquet'), origin);
  const wrong = contradiction(config);
  if (wrong) throw new Mistake(`${origin.file}: ${given ? '' : 'tourniquet.'}${wrong}`);
  return config;
}

/** What no key by itself shows, as the key and what is wrong with it. */
function contradiction(config: Config): string | null {
  const { hub, region, members, organization, listening, rollout, slack, approvers } = config;
  if (!hub && (members.length > 0 || organization))
    return "hub: should be the hub's account id, because the members' roles trust it";
  if (members.length > 0 && (organization?.include || organization?.exclude))
    return 'members: should be left out, because organization.include or organization.exclude says which accounts are members';
  if (listening && !hub) return "hub: should be the hub's account id, because forwarders send to it";
  if (region && listening && listening.regions[0] !== region)
    return `listening.regions: should begin with ${region}, the Region of the hub`;
  if (rollout && !(organization && listening))
    return 'rollout: needs organization, in whose accounts, and listening, in which Regions';
  if (rollout && !rollout.root && !organization?.include)
    return 'rollout.root: should be the id of the root, because organization.include names no units';
  if (slack?.identityApprovals === 'command line' && !approvers.some(({ iam }) => iam))
    return 'slack.identityApprovals: needs an approver with iam, by whom the command line knows people';
  return apart(config) ?? elsewhere(config);
}

/** A vault in an account of its own is made without the hub, and has to know it. */
function apart({ evidence, hub, region, listening }: Config): string | null {
  if (!evidence) return null;
  if (!hub) return "hub: should be the hub's account id, because the vault in evidence.account lets in its functions";
  if (evidence.account === hub) return 'evidence.account: is the hub; leave evidence out for a vault there';
  return region || listening ? null : 'region: should be the Region of the hub, because the vault is made there too';
}

/** What is to be adopted lies where the hub does, but for a vault of another account: functions reach no table or key elsewhere. */
function elsewhere({ hub, region, listening, existing, evidence }: Config): string | null {
  const home = region ?? listening?.regions[0];
  const arns = {
    table: existing.table,
    settings: existing.settings,
    'vault.key': existing.vault?.key,
    sealingKey: existing.sealingKey,
  };
  for (const [key, arn] of Object.entries(arns)) {
    const [, , , where, account] = arn?.split(':') ?? [];
    const vaults = key === 'vault.key' && evidence?.account;
    if (vaults && account && account !== vaults) return `existing.${key}: should be of evidence.account, ${vaults}`;
    if (!vaults && hub && account && account !== hub)
      return `existing.${key}: should be of the hub's account, ${hub}${key === 'vault.key' ? ', or evidence.account should name its account' : ''}`;
    if (home && where && where !== home) return `existing.${key}: should be in ${home}, the Region of the hub`;
  }
  return null;
}

/** What a configuration cannot do, a line each: nothing is wrong with it, and somebody may wait for it in vain. */
export function warningsOf(config: Config): string[] {
  const { approvers, settingsReset, evidence, existing } = config;
  const unknown = everyApprover(config).flatMap((one) => untold(one) ?? []);
  const first = `Tourniquet: TourniquetVault alone is synthesised. Deploy it with credentials of ${evidence?.account}, and name what it prints as existing.vault.`;
  const few = `Tourniquet: ${approvers.length === 0 ? 'no approver is' : 'one approver is'} configured. Nothing can be released or deleted, and no setting be widened (mode respond, standing orders, approvers): that takes two. Add to "approvers".`;
  const again = `Tourniquet: settingsReset puts this configuration in place of the settings table, once. Remove it after \`tourniquet settings history\` shows the reset.`;
  return [
    ...(evidence && !existing.vault ? [first] : []),
    ...(approvers.length < 2 ? [few] : []),
    ...unknown.map((words) => `Tourniquet: ${words}. Add it to "approvers".`),
    ...(settingsReset ? [again] : []),
  ];
}

/** The JSON Schema of the configuration, for editors; laid out as the repository's formatter does. */
export function configSchema(): string {
  const { properties, ...schema } = z.toJSONSchema(Config, { io: 'input' });
  const title = "Tourniquet's configuration";
  const whole = { title, ...schema, properties: { $schema: { type: 'string' }, ...properties } };
  const flat = JSON.stringify(whole, null, 2).replace(
    /\[\n\s+([^[\]{}]*?)\n\s+\]/g,
    (_, items: string) => `[${items.replace(/\n\s+/g, ' ')}]`,
  );
  return `${flat}\n`;
}
