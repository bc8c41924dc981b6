import { InvalidArgumentError, Option } from 'commander';
import { type Answer, type Offer, several, stack, type Verb } from '../console/verb.ts';
import type { Check } from '../doctor/check.ts';
import type { Line } from '../doctor/examine.ts';

const groups = ['people', 'hub', 'account', 'region', 'not-proven'] as const;

/** Lists with commas; each word is looked at when it is typed. */
const words =
  (pattern: RegExp, should: string) =>
  (typed: string, before: string | undefined): string => {
    if (typed.split(',').every((word) => pattern.test(word))) return several(typed, before);
    throw new InvalidArgumentError(should);
  };

const listOf = (typed: string | undefined): string[] => (typed === undefined ? [] : typed.split(','));

/** On a terminal, and not in what a program reads. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
};

async function known(only: readonly string[]): Promise<readonly string[]> {
  const { checks } = await import('../doctor/every-check.ts');
  const { unproven } = await import('../doctor/unproven.ts');
  const { canaries } = await import('../doctor/every-canary.ts');
  const { nearest } = await import('../../lib/domain/nearest.ts');
  const all = [...groups, ...[...checks, ...canaries, ...unproven].map(({ id }) => id)];
  const slip = only.find((word) => !all.includes(word));
  if (slip === undefined) return only;
  const near = nearest(slip, all);
  const hint = near ? ` Did you mean ${near}?` : ` Groups are ${groups.join(', ')}.`;
  throw new InvalidArgumentError(`option '--only': there is no check "${slip}".${hint}`);
}

/** @throws where an account is not in the deployment. */
function among(all: readonly string[], accounts: readonly string[]): void {
  const strange = accounts.filter((account) => !all.includes(account));
  if (strange.length === 0) return;
  throw new InvalidArgumentError(`option '--account': not in this deployment: ${strange}. It has ${all.join(', ')}.`);
}

/** Groups and checks; of a list with commas the last is still being typed. */
async function offers(typed: readonly string[]): Promise<Offer[]> {
  const { checks } = await import('../doctor/every-check.ts');
  const before = /^(?:--only=)?(.*,)?/.exec(typed.at(-1) ?? '')?.[1] ?? '';
  const all: Offer[] = [
    ...groups.map((group): Offer => [group, 'all of them']),
    ...checks.map(({ id, title }): Offer => [id, title]),
  ];
  return all.map(([word, about]) => [`${before}${word}`, about]);
}

function verdictOn(lines: readonly Line[]): Pick<Answer, 'failed'> {
  const bad = lines.filter(({ level }) => level === 'fail').length;
  const unasked = lines.filter(({ needs }) => needs.length > 0).length;
  const words = [...(bad > 0 ? [`${bad} failed`] : []), ...(unasked > 0 ? [`${unasked} could not be asked`] : [])];
  return words.length > 0 ? { failed: `${words.join(', ')}.` } : {};
}

export default {
  name: 'doctor',
  summary: 'examine a deployment: can people be reached, is everything in place; changes nothing without --canary',
  operands: [],
  options: [
    new Option('--account <ids>', 'only these accounts (default: the hub and every member)').argParser(
      words(/^\d{12}$/, 'It should be account ids of 12 digits.'),
    ),
    new Option('--region <names>', 'Regions, or all that are enabled (default: those heard)').argParser(
      words(/^(all|[a-z]{2,4}(-[a-z]+)+-\d{1,2})$/, 'It should be Regions such as eu-central-1, or all.'),
    ),
    new Option('--only <checks>', `only these checks, or groups: ${groups.join(', ')}`).argParser(several),
    new Option('--canary', 'in the hub, also make, use and remove a user, a group and a snapshot, with your rights'),
    new Option('--role <name>', 'role to assume in members, to read there; the session is read-only'),
    stack,
  ],
  examples: ['doctor', 'doctor --only people,trail --region all --role SecurityAudit --json'],
  values: { only: offers },
  calls: async () => (await import('../doctor/calls.ts')).calls,

  async run({ options: { stack = '', account, region, only, role, canary } }) {
    const chosen = await known(listOf(only));
    const { patientOf } = await import('../doctor/patient.ts');
    const { visitTo } = await import('../doctor/clients.ts');
    const { accountsOf, examine } = await import('../doctor/examine.ts');
    const { checks } = await import('../doctor/every-check.ts');
    const { withCanaries } = await import('../doctor/with-canaries.ts');
    const { page } = await import('../doctor/page.ts');
    const { unprovenLines } = await import('../doctor/unproven.ts');
    const patient = await patientOf(stack);
    among(accountsOf(patient), listOf(account));
    const wanted = { accounts: listOf(account), regions: listOf(region), only: chosen };
    const visit = visitTo(patient, role);
    const asking = (all: readonly Check[]) => examine(visit, all, wanted, progress);
    const lines = await (canary ? withCanaries(visit, (made) => asking([...checks, ...made])) : asking(checks));
    progress('');
    const more = unprovenLines(patient, chosen, Boolean(canary));
    const shown = chosen.length > 0 ? [...lines, ...more] : lines;
    const worst = lines.find(({ level }) => level === 'fail');
    return {
      data: [...lines, ...more],
      text: await page(patient, shown, chosen.length > 0 ? 0 : more.length),
      next: worst ? `doctor --only ${worst.check}` : 'mode',
      ...verdictOn(lines),
    };
  },
} satisfies Verb;
