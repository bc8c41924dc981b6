import { Audience } from '../domain/audience.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** Who read the channel of an incident at its last turn. */
export const audienceItem = defineItem({
  name: 'audience of an incident',
  prefix: 'AUDIENCE',
  key: (incident: string): Key => ({ pk: partitionOf(incident), sk: 'AUDIENCE' }),
  schema: Audience,
  upcasters: unversioned,
});
