import type { Approver } from '../../lib/domain/approval.ts';
import { Broken, Refused, Transient } from '../../lib/domain/errors.ts';
import {
  everyApprover,
  partsOf,
  type Settings,
  settingsIn,
  settingsOf,
  type UnitsOf,
} from '../../lib/domain/settings.ts';
import { nowItem } from '../../lib/items/settings.ts';
import { config } from './environment.ts';
import { oneOfThree } from './errors.ts';
import { hashOf } from './ledger.ts';
import { logger, type Work } from './pipeline.ts';

/** Characters of an error that people are shown. */
const longest = 300;

/** The settings that count now. */
export interface Standing {
  /** 0 as long as none is in the table: then the configuration's count. */
  readonly version: number;
  readonly settings: Settings;
  readonly unitsOf: UnitsOf;
  /** A reset by the deployment that the table does not know of yet: what is there counts no more. */
  readonly reset: 'pending' | 'none';
}

/** Which reset this deployment asks for; null where it asks for none. */
export function resetOf(): string | null {
  const { settingsReset, ...configured } = config();
  return settingsReset ? hashOf({ ...settingsReset, settings: settingsOf(configured) }) : null;
}

/**
 * Reads the settings: one consistent read of one item.
 *
 * @throws Broken where they cannot be parsed or may not be read; Transient where trying again may help.
 */
export async function readSettings(work: Pick<Work, 'settings'>): Promise<Standing> {
  const item = await work.settings.get(nowItem.key()).catch((error: unknown) => {
    throw oneOfThree(error);
  });
  const reset = resetOf();
  // Looked at before the item is parsed: a reset helps where it cannot be.
  const isVoid = reset !== null && item?.reset !== reset;
  if (!item || isVoid)
    return { version: 0, settings: settingsOf(config()), unitsOf: () => null, reset: isVoid ? 'pending' : 'none' };
  const { version, settings, units } = nowItem.read(item);
  return { version, settings, unitsOf: (account) => units?.[account] ?? null, reset: 'none' };
}

/** Why nobody knows what the settings say, in the words of the error; what may pass is thrown, to be tried again. */
export function unreadable(thrown: unknown): { readonly unknown: string } {
  const error = oneOfThree(thrown);
  if (error instanceof Transient) throw error;
  logger.error('The settings cannot be read', error);
  return { unknown: `the settings could not be read, so people are asked (${error.message.slice(0, longest)})` };
}

/** For people who want to decide something: where nobody can tell who they are, they are refused in words. */
export async function settingsForPeople(work: Pick<Work, 'settings'>): Promise<Standing> {
  try {
    return await readSettings(work);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    logger.error('The settings cannot be read', error);
    throw new Refused(
      `The settings cannot be read, so nobody is known as an approver (${error.message.slice(0, longest)}). Restore them, or deploy with "settingsReset": {"reason": "…"} in the configuration.`,
      { cause: error },
    );
  }
}

/** Who may approve somewhere; whether about an account is asked with `approversFor`. */
export const approversAnywhere = async (work: Pick<Work, 'settings'>): Promise<Approver[]> =>
  everyApprover((await settingsForPeople(work)).settings);

/**
 * The names of those who may decide about an account; of any, where a question of an earlier version names none. Throws Refused where somebody
 * is not among them: other people may be named for it, or for its units.
 */
export async function approversFor(
  work: Pick<Work, 'settings'>,
  { name }: Approver,
  account: string | undefined,
): Promise<readonly string[]> {
  const { settings, unitsOf } = await settingsForPeople(work);
  const here = account === undefined ? null : (settingsIn(account, settings, unitsOf) ?? settings);
  const names = (here?.approvers ?? everyApprover(settings)).map((approver) => approver.name);
  if (names.includes(name)) return names;
  throw new Refused(`You are no approver for account ${account}. It has: ${names.join(', ') || 'nobody'}.`);
}

/** Identities for emergencies of any account. Throws as `readSettings` does. */
export async function breakGlassAnywhere(work: Pick<Work, 'settings'>): Promise<string[]> {
  const { settings } = await readSettings(work);
  return [...new Set(partsOf(settings).flatMap(({ part }) => part.breakGlass ?? []))];
}

/**
 * ARNs of those whom no policy of ours may shut out: identities for emergencies, and approvers. Where nobody can read the settings, those of the
 * deployment. Throws Transient where trying again may help.
 */
export async function sparedAnywhere(work: Pick<Work, 'settings'>): Promise<string[]> {
  const { settings } = await readSettings(work).catch((thrown: unknown) => {
    unreadable(thrown);
    return { settings: settingsOf(config()) };
  });
  const all = partsOf(settings).flatMap(({ part }) => [
    ...(part.breakGlass ?? []),
    ...(part.approvers ?? []).flatMap(({ iam }) => iam ?? []),
  ]);
  return [...new Set(all)];
}
