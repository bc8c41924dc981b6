import { Refused } from '../../../lib/domain/errors.ts';
import type { NewEntry } from '../../../lib/domain/ledger.ts';
import { machineFields } from '../../../lib/domain/report/draft.ts';
import type { Field, Stated } from '../../../lib/domain/report/field.ts';
import {
  type FieldStatement,
  faultOf,
  namedTwice,
  type Speaker,
  statedBy,
} from '../../../lib/domain/report/field-statement.ts';
import { fieldItem } from '../../../lib/items/field.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import { knownFrom, recordedIn, reportKinds } from '../../../lib/record/known.ts';
import { config } from '../../runtime/environment.ts';
import { append, hashOf } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';

/** What people say about fields of one report. */
export interface Words {
  readonly incident: string;
  readonly words: readonly FieldStatement[];
  readonly reason?: string | null | undefined;
}

/** What is on record by now. */
export interface FieldsStated {
  readonly incident: string;
  readonly by: string;
  readonly fields: readonly Pick<Stated, 'name' | 'status' | 'value'>[];
}

/** The machine's own draft of every field, by name: people confirm that, never what somebody else has said. */
async function draftsOf({ table, now }: Work, incident: string): Promise<Map<string, Field>> {
  const read = await Promise.all([
    table.get(incidentItem.key(incident)).then((meta) => (meta ? [meta] : [])),
    ...reportKinds.map((kind) => table.query(partitionOf(incident), kind)),
  ]);
  const items = read.flat();
  const recorded = recordedIn(items);
  if (!recorded) throw new Refused(`There is no incident ${incident}.`);
  const fields = machineFields(knownFrom(items, recorded.about, config(), now()));
  return new Map(fields.map((field) => [field.name, field]));
}

/** Characters of one entry: an item of DynamoDB takes 400 KB (its quotas), and a character takes up to three bytes. */
const mostAtOnce = 100_000;

const verbs: Readonly<Record<FieldStatement['take'], string>> = {
  set: 'set',
  confirm: 'confirmed',
  unknown: 'unknown to us',
  'not-applicable': 'not applicable',
};

/** `confirmed narrative, technique; set outcome` */
function said(words: readonly FieldStatement[]): string {
  const byTake = Map.groupBy(words, ({ take }) => take);
  return [...byTake].map(([take, all]) => `${verbs[take]}: ${all.map(({ field }) => field).join(', ')}`).join('; ');
}

function statedFrom(word: FieldStatement, drafts: ReadonlyMap<string, Field>, speaker: Speaker): Stated {
  const draft = drafts.get(word.field);
  const stated = draft
    ? statedBy(word, draft, speaker, hashOf)
    : { fault: faultOf(word) ?? `There is no field ${word.field}.` };
  if ('fault' in stated) throw new Refused(stated.fault);
  return stated;
}

/** Puts a person's words on record, all of them or none, with one entry of the ledger. Nothing is sent to anybody. */
export async function stateFields(work: Work, { incident, words, reason }: Words, by: string): Promise<FieldsStated> {
  const twice = namedTwice(words);
  if (twice) throw new Refused(`${twice} is given twice; give it once.`);
  const drafts = await draftsOf(work, incident);
  const speaker = { by, at: work.now(), reason: reason ?? null };
  const fields = words.map((word) => statedFrom(word, drafts, speaker));
  const detail = { fields: fields.map(({ name, status, value, draft }) => ({ name, status, value, draft })), reason };
  if (JSON.stringify(detail).length > mostAtOnce)
    throw new Refused(`This is more than ${mostAtOnce} characters at once; split it into several commands.`);
  const entry: NewEntry = { kind: 'report', actor: by, what: said(words), detail };
  await append(work.table, incident, entry, (TableName) =>
    fields.map((field) => ({ Put: { TableName, Item: fieldItem.item(field, incident, field.name) } })),
  );
  return { incident, by, fields: fields.map(({ name, status, value }) => ({ name, status, value })) };
}
