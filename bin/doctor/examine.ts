import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { explain } from '../console/trouble.ts';
import { forbidden, isDenied, isGone } from './answers.ts';
import {
  type About,
  type At,
  type Check,
  type Clients,
  fail,
  type Level,
  notProven,
  ok,
  type Patient,
  type Verdict,
} from './check.ts';
import { Unreadable, type Visit } from './clients.ts';
import { limited } from './limited.ts';
import { deployWhatIsGone } from './mends.ts';

/** One answer, as machines get it. */
export interface Line {
  readonly check: string;
  readonly about: About | 'not-proven';
  readonly title: string;
  readonly level: Level;
  readonly account: string;
  readonly region: string;
  /** The calls that were made. */
  readonly asked: readonly string[];
  readonly answer: string;
  /** IAM actions the caller lacks; whatever they would have shown is not known. */
  readonly needs: readonly string[];
  /** Whose work fails with it, and what that role cannot do then. */
  readonly role: string;
  readonly action: string;
  readonly mend: readonly string[];
}

/** What is to be examined; every list left empty is all there is. */
export interface Wanted {
  readonly accounts: readonly string[];
  /** `all` is every Region that is enabled in an account; none given are those that are heard. */
  readonly regions: readonly string[];
  readonly only: readonly string[];
}

type Found = Verdict & { readonly needs: readonly string[] };

/** What an error means: forbidden is not known, gone is broken, and a question that nobody answers is not "ok" either. */
function failed({ asks, about }: Check, at: At, error: unknown): Found {
  const needs = [forbidden(error) ?? asks.join(', ')];
  if (isDenied(error)) return { ...notProven(`could not be asked: needs ${needs}`), needs };
  if (isGone(error))
    return { ...fail(`It is not there: ${explain(error)}`, ...deployWhatIsGone(about, at)), needs: [] };
  return { ...fail(`could not be asked: ${explain(error)}`), needs: [] };
}

async function answerOf(check: Check, at: At): Promise<Found> {
  try {
    return { ...(await check.run(at)), needs: [] };
  } catch (error) {
    return failed(check, at, error);
  }
}

function line(check: Check, { patient, account, region }: At, { level, answer, needs, mend }: Found): Line {
  const { id, about, title, asks, concerns } = check;
  const role = `${patient.config.name}-${concerns.role}`;
  const place = { account, region };
  return { check: id, about, title, level, ...place, asked: asks, answer, needs, role, action: concerns.action, mend };
}

/** Whether an account besides the hub can be read at all; without that its other checks are not asked. */
export const readable: Check = {
  id: 'account-readable',
  about: 'account',
  title: 'The account can be read with the caller’s rights',
  asks: ['sts:AssumeRole'],
  concerns: { role: 'contain', action: 'sts:AssumeRole' },
  run: async ({ account }) => ok(`${account} can be read`),
};

/** Why an account cannot be read, as the answer of that one check. */
function unreadable(at: At, error: unknown): Found {
  if (!(error instanceof Unreadable)) return failed(readable, at, error);
  return { ...notProven(`could not be asked: ${error.message}`, error.mend), needs: [...readable.asks] };
}

async function enabledRegions(clients: Clients): Promise<string[]> {
  const { Regions = [] } = await clients(EC2Client).send(new DescribeRegionsCommand());
  return Regions.flatMap(({ RegionName }) => RegionName ?? []);
}

async function regionsOf(
  { home, config }: Patient,
  clients: (region: string) => Clients,
  wanted: readonly string[],
): Promise<readonly string[]> {
  if (wanted.includes('all')) return enabledRegions(clients(home.region));
  return wanted.length > 0 ? wanted : (config.listening?.regions ?? [home.region]);
}

interface Task {
  readonly check: Check;
  readonly at: At;
}

/** Everything to be asked in one account. */
async function tasksIn(
  { patient, reach }: Visit,
  account: string,
  regions: readonly string[],
  checks: readonly Check[],
): Promise<Task[]> {
  const { home } = patient;
  const hub = (await reach(home.account))(home.region);
  const here: About[] = account === home.account ? ['people', 'hub', 'account'] : ['account'];
  const wanted = checks.filter(({ about }) => about === 'region' || here.includes(about));
  if (wanted.length === 0) return [];
  const clients = await reach(account);
  const there = await regionsOf(patient, clients, regions);
  const asked = (region: string, chosen: readonly Check[]): Task[] => {
    const at: At = { patient, account, region, client: clients(region), hub };
    return chosen.filter((check) => check.applies?.(patient, at) ?? true).map((check) => ({ check, at }));
  };
  const [inRegions, once] = [wanted.filter(isRegional), wanted.filter((check) => !isRegional(check))];
  return [...asked(home.region, once), ...there.flatMap((region) => asked(region, inRegions))];
}

const isRegional = ({ about }: Check): boolean => about === 'region';

/** The hub, then every member. */
export const accountsOf = ({ home, members }: Patient): readonly string[] => [home.account, ...members];

/** Asks every question, a few at a time. `progress` hears before each what is asked. */
export async function examine(
  visit: Visit,
  checks: readonly Check[],
  { accounts, regions, only }: Wanted,
  progress: (words: string) => void = () => {},
): Promise<Line[]> {
  const { patient } = visit;
  const { home } = patient;
  const chosen = checks.filter(({ id, about }) => only.length === 0 || only.includes(id) || only.includes(about));
  const unread: Line[] = [];
  const tasks: Task[] = [];
  for (const account of accounts.length > 0 ? accounts : accountsOf(patient)) {
    try {
      tasks.push(...(await tasksIn(visit, account, regions, chosen)));
    } catch (error) {
      const client = (await visit.reach(home.account))(home.region);
      const at: At = { patient, account, region: home.region, client, hub: client };
      unread.push(line(readable, at, unreadable(at, error)));
    }
  }
  const lines = await limited([...tasks.entries()], async ([index, { check, at }]) => {
    progress(`${index + 1} of ${tasks.length}: ${check.id} in ${at.account} ${at.region}`);
    return line(check, at, await answerOf(check, at));
  });
  return [...lines, ...unread];
}
