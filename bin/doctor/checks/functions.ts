import {
  GetAccountSettingsCommand,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { isGone } from '../answers.ts';
import { type At, aws, type Check, deployAgain, fail, list, ok, type Verdict, warn } from '../check.ts';
import { limited } from '../limited.ts';

const concerns = { role: 'start-playbooks', action: 'lambda:InvokeFunction' };

type Found = Pick<GetFunctionCommandOutput, 'Configuration' | 'Concurrency'>;

/** Null where it is gone. */
async function functionOf(client: LambdaClient, FunctionName: string): Promise<Found | null> {
  try {
    return await client.send(new GetFunctionCommand({ FunctionName }));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Why a function cannot be called; empty when it can. `Inactive` is only asleep (Lambda developer guide, "Lambda function states"). */
function trouble(found: Found | null): string {
  if (!found) return 'missing';
  const { State, StateReason = '', LastUpdateStatus } = found.Configuration ?? {};
  if (State === 'Failed') return `failed (${StateReason})`;
  if (LastUpdateStatus === 'Failed') return 'last update failed';
  return found.Concurrency?.ReservedConcurrentExecutions === 0 ? 'concurrency 0' : '';
}

const free = (region: string, name: string): string =>
  aws(region, `lambda delete-function-concurrency --function-name ${name}`);

const callable: Check = {
  id: 'functions-callable',
  about: 'hub',
  title: 'Every function is there and can be called',
  asks: ['lambda:GetFunction'],
  concerns,
  async run({ patient, hub, region }) {
    const client = hub(LambdaClient);
    const names = patient.resources('AWS::Lambda::Function');
    const states = await limited(names, async (name) => ({ name, why: trouble(await functionOf(client, name)) }));
    const bad = states.filter(({ why }) => why);
    if (bad.length === 0) return ok(`${names.length} functions`);
    const stopped = bad.filter(({ why }) => why === 'concurrency 0').map(({ name }) => free(region, name));
    const mend = stopped.length === bad.length ? stopped : [...stopped, deployAgain];
    return fail(list(bad.map(({ name, why }) => `${name}: ${why}`)), ...mend);
  },
};

/** An incident runs its preserving and containing steps side by side, about ten; several incidents come at once. */
export const concurrency = { enough: 100, tooFew: 20 } as const;

/** Of a new account Lambda allows 10 (Lambda developer guide, "Lambda quotas"). */
export function concurrencyVerdict(region: string, unreserved: number): Verdict {
  const raise = aws(
    region,
    'service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000',
  );
  const found = `${unreserved} functions may run at once`;
  if (unreserved < concurrency.tooFew) return fail(`${found}: an incident needs ${concurrency.tooFew}`, raise);
  return unreserved < concurrency.enough ? warn(`${found}; ${concurrency.enough} are enough`, raise) : ok(found);
}

const concurrent: Check = {
  id: 'lambda-concurrency',
  about: 'hub',
  title: 'Enough functions may run at once',
  asks: ['lambda:GetAccountSettings'],
  concerns,
  async run({ hub, region }: At) {
    const { AccountLimit } = await hub(LambdaClient).send(new GetAccountSettingsCommand());
    return concurrencyVerdict(region, AccountLimit?.UnreservedConcurrentExecutions ?? 0);
  },
};

export const functions: readonly Check[] = [callable, concurrent];
