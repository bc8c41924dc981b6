import { Stated } from '../domain/report/field.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** A person's word on one field of the report; the last counts, and the ledger has them all. */
export const fieldItem = defineItem({
  name: 'field of the report',
  prefix: 'FIELD#',
  key: (incident: string, name: string): Key => ({ pk: partitionOf(incident), sk: `FIELD#${name}` }),
  schema: Stated,
  upcasters: unversioned,
});
