import type { View } from '@slack/types';
import { Refused } from '../../../lib/domain/errors.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import { partitionOf } from '../../../lib/items/incident.ts';
import { readClocks } from '../../clock/clocks.ts';
import { aboutOf, file, withdraw } from '../../clock/filing.ts';
import { setFact } from '../../clock/set-clocks.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { findApproval } from '../approvals.ts';
import { chooseModal } from './choose-modal.ts';
import { declineModal } from './decline-modal.ts';
import { changedWords, factIn, factModal } from './fact-modal.ts';
import { filedLines, filedModal, filingIn } from './filed-modal.ts';
import { AboutIncident, AboutReport, Bound, type Values } from './payload.ts';
import { togetherModal } from './together-modal.ts';
import { type Mistakes, reportIn } from './which-report.ts';
import { reasonIn, withdrawModal, withdrawnWords } from './withdraw-modal.ts';

type Form = 'decline' | 'choose' | 'together' | 'fact' | 'filed' | 'withdraw';

/** The form behind a button. Slack's trigger dies after three seconds: at most the clocks of one incident, or one question, are read before. */
export async function formFor(work: Work, form: Form, value: string): Promise<View> {
  if (form === 'decline') return declineModal(value);
  if (form === 'choose')
    return chooseModal(value, (await findApproval(work, Bound.parse(JSON.parse(value)).approval)).approval);
  if (form === 'together') return together(work, value);
  if (form === 'fact') return factModal(AboutIncident.parse(JSON.parse(value)).incident);
  const about = AboutReport.parse(JSON.parse(value));
  const { obligations } = await readClocks(work, about.incident);
  return (form === 'filed' ? filedModal : withdrawModal)(about, obligations, work.now());
}

async function together(work: Work, value: string): Promise<View> {
  const { approval } = await findApproval(work, Bound.parse(JSON.parse(value)).approval);
  const items = await work.table.query(partitionOf(approval.incident), approvalItem.prefix);
  return togetherModal(value, approval, approvalItem.sorted(items).values);
}

/** What somebody has entered about the clocks of an incident. */
export interface Entry {
  readonly form: Exclude<Form, 'decline' | 'choose' | 'together'>;
  readonly about: AboutReport;
  readonly values: Values;
}

type Recorded = { readonly words: string } | { readonly mistakes: Mistakes };

/** The refusals of a form with several inputs are shown in it. */
async function orMistakes(recording: Promise<string>): Promise<Recorded> {
  try {
    return { words: await recording };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { mistakes: { [aboutOf(error)]: error.message } };
  }
}

/**
 * Puts it on record as the command line does. Returns what to tell the person, or what is wrong with each input. A fact that cannot be is thrown
 * as Refused.
 */
export async function record(work: Work, { form, about, values }: Entry, by: string): Promise<Recorded> {
  if (form === 'fact') {
    const { typed, reason } = factIn(values);
    return { words: changedWords(await setFact(work, about.incident, typed, { by, reason, via: 'slack' })) };
  }
  if (form === 'withdraw') {
    const read = reasonIn(values);
    if ('mistakes' in read) return read;
    return orMistakes(withdraw(work, reportIn(values, about), { by, ...read }).then(withdrawnWords));
  }
  const read = filingIn(values, about);
  if ('mistakes' in read) return read;
  const { filing } = read;
  return orMistakes(file(work, filing, { by, via: 'slack' }).then((filed) => filedLines(filed, filing)));
}
