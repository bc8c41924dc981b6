import * as z from 'zod';
import { Mode } from '../domain/authority.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** The live switch, and who threw it. */
export const modeItem = defineItem({
  name: 'mode',
  prefix: 'MODE',
  key: (): Key => ({ pk: 'SETTINGS', sk: 'MODE' }),
  schema: z.object({ mode: Mode, by: z.string(), at: z.string() }),
  upcasters: unversioned,
});
