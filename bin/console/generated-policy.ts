import { controlPolicy, mappings } from '../../lib/access/control-policy.ts';
import type { Guarded } from '../../lib/access/guarded.ts';
import { mostCharacters, type Policy, sizeOf } from '../../lib/access/policy.ts';
import { resourcePolicy } from '../../lib/access/resource-policy.ts';
import type { Config } from '../../lib/domain/config.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { configurationIn } from './configuration.ts';
import { delegationPolicy } from './delegation-policy.ts';
import { findDeployment } from './deployment.ts';
import { officePolicy, placeOf, type Stack } from './office-policy.ts';
import type { PolicyName } from './policy-names.ts';
import { Failure, type Verb } from './verb.ts';

/** The deployment as its outputs and its configuration tell of it. */
function guardedBy(stack: Stack, config: Config): Guarded {
  const { account: hub, ...place } = placeOf(stack);
  const vault = stack.output('VaultName');
  const tables = ['TableName', 'SettingsTableName'].map((name) => stack.output(name));
  return {
    ...config,
    ...place,
    hub,
    vault,
    tables,
    keys: [stack.output('VaultKeyArn'), stack.output('SealingKeyArn')],
  };
}

function delegated(stack: Stack, config: Config): Policy {
  const { organizationAdmin } = config;
  const { partition } = placeOf(stack);
  if (organizationAdmin && organizationAdmin.account !== organizationAdmin.management)
    return delegationPolicy(contractsOf(config), partition, organizationAdmin);
  throw new Failure(
    'Nothing has to be delegated: the configuration names no organizationAdmin, or it is the management account.',
  );
}

interface Asked {
  readonly stack: string;
  /** A file, or null for cdk.json. */
  readonly config: string | null;
  readonly verbs: readonly Verb[];
}

async function generate(which: PolicyName, { stack: name, config: file, verbs }: Asked): Promise<Policy> {
  const { output, has } = await findDeployment(name);
  const stack = { name, output, has };
  if (which !== 'scp' && which !== 'rcp' && which !== 'delegation') return officePolicy(verbs, which, stack);
  const config = await configurationIn(file);
  if (config.name !== name)
    throw new Failure(
      `The configuration is that of "${config.name}", the stack is "${name}": name the one with --config, or the other with --stack.`,
    );
  if (which === 'delegation') return delegated(stack, config);
  return which === 'scp' ? controlPolicy(guardedBy(stack, config)) : resourcePolicy(guardedBy(stack, config));
}

/** A policy, and the characters it has and may have; a Failure where AWS would not take it. */
export async function generated(which: PolicyName, asked: Asked): Promise<{ policy: Policy; size: string }> {
  const policy = await generate(which, asked);
  const size = sizeOf(policy);
  const most = mostCharacters[which];
  const has = policy.Statement.some(({ Sid }) => Sid === mappings);
  const without =
    which === 'scp' && !has
      ? `; no room for ${mappings}, which keeps others off the reading of the table's stream`
      : '';
  if (size <= most) return { policy, size: `${size} of ${most} characters${without}` };
  throw new Failure(
    `The policy has ${size} characters and AWS takes ${most}: shorten breakGlass, with a pattern such as arn:aws:iam::*:role/break-glass-*.`,
  );
}
