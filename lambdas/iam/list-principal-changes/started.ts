import * as z from 'zod';
import { hourlyPrice, priceList } from '../../../lib/domain/prices.ts';
import type { Parameters } from './made.ts';
import { type Call, few, iso, type Said } from './plan.ts';
import type { StartedInstance } from './step.ts';

/** How EC2 answers RunInstances, as CloudTrail keeps it; the type stands with each instance, and in what was asked for. */
const Answer = z.object({
  instancesSet: z.object({
    items: z.array(z.object({ instanceId: z.string(), instanceType: z.string().nullish().catch(null) })),
  }),
});
/** A notebook, and where it is. */
export interface StartedNotebook {
  readonly id: string;
  readonly region: string;
}

const instanceId = /^i-[0-9a-f]{8,32}$/;
const instanceType = /^[a-z0-9-]{1,32}\.[a-z0-9-]{1,32}$/;

/** The instances that a call started, by id and type; none where its record does not name them. */
export function startedBy(
  call: string,
  request: Parameters | null | undefined,
  response: Parameters | null | undefined,
): Pick<StartedInstance, 'id' | 'type'>[] {
  const answer = call === 'ec2:RunInstances' ? Answer.safeParse(response) : null;
  const items = answer?.success ? answer.data.instancesSet.items : [];
  return items
    .filter(({ instanceId: id }) => instanceId.test(id))
    .map(({ instanceId: id, instanceType: own }) => {
      const type = own ?? request?.instanceType;
      return { id, type: typeof type === 'string' && instanceType.test(type) ? type : 'unknown' };
    });
}

/** A notebook instance of SageMaker by its name (SageMaker API reference, CreateNotebookInstance). */
const notebookName = /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/;

/** The notebook that a call made or started; none where its record does not name it. */
export function notebooksBy(call: string, request: Parameters | null | undefined): string[] {
  const name = request?.notebookInstanceName;
  const starts = call === 'sagemaker:CreateNotebookInstance' || call === 'sagemaker:StartNotebookInstance';
  return starts && typeof name === 'string' && notebookName.test(name) ? [name] : [];
}

/** Each notebook once, where it was started. */
export function notebooksIn(calls: readonly Call[]): StartedNotebook[] {
  const all = calls.flatMap(({ failed, notebooks, region }) => (failed ? [] : notebooks.map((id) => ({ id, region }))));
  return [...new Map(all.map((one) => [`${one.region} ${one.id}`, one])).values()];
}

/** Calls after which instances run that their records do not name. */
const unnamed = [
  'ec2:RequestSpotInstances',
  'ec2:RequestSpotFleet',
  'ec2:CreateFleet',
  'autoscaling:CreateAutoScalingGroup',
];

const hour = 3_600_000;

/** `2 g5.xlarge in us-east-1`, the most first. */
function groups(started: readonly StartedInstance[]): string[] {
  const alike = Map.groupBy(started, ({ type, region }) => `${type} in ${region}`);
  const most = [...alike].toSorted(([, one], [, other]) => other.length - one.length);
  return most.map(([what, { length }]) => `${length} ${what}`);
}

const dollars = (sum: number): string => (sum < 0.01 ? 'less than 0.01' : `about ${sum.toFixed(2)}`);

/** What they cost by the price list: an estimate, since nobody looks here whether each still runs, nor what the account pays. */
function cost(started: readonly StartedInstance[], now: Date): string {
  const priced = started.map((one) => ({ ...one, price: hourlyPrice(one.type) }));
  const known = priced.flatMap(({ at, price }) => {
    const hours = Math.max(0, now.getTime() - Date.parse(at)) / hour;
    return price === null || Number.isNaN(hours) ? [] : [{ price, sum: price * hours }];
  });
  const missing = [...new Set(priced.flatMap(({ type, price }) => (price === null ? [type] : [])))];
  const without = missing.length > 0 ? `; the price of ${few(missing)} is not known` : '';
  if (known.length === 0) return `Their cost cannot be estimated${without}`;
  const total = known.reduce((sum, one) => sum + one.sum, 0);
  const each = known.reduce((sum, { price }) => sum + price, 0);
  const terms = `list price of ${priceList.date}, ${priceList.terms}; an estimate`;
  return `Cost until ${iso(now)}, if all of them ran on: ${dollars(total)} dollars, ${dollars(each)} an hour (${terms})${without}`;
}

/** What it started, what that costs, and what else runs by now that no record names. */
export function startedIn(calls: readonly Call[], now: Date): Said & { readonly started: StartedInstance[] } {
  const done = calls.filter(({ failed }) => !failed);
  const started = [...new Map(done.flatMap((call) => call.started).map((one) => [one.id, one])).values()];
  const others = [...new Set(done.flatMap(({ call }) => (unnamed.includes(call) ? [call] : [])))];
  const many = `${started.length} ${started.length === 1 ? 'instance' : 'instances'}`;
  return {
    started,
    facts: started.length > 0 ? [`It started ${many}: ${few(groups(started))}`, cost(started, now)] : [],
    unknown: others.length > 0 ? [`What ${few(others)} started, and its cost: the records name no instances`] : [],
  };
}
