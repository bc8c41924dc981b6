import { type FactsReader, gone, read } from '../../runtime/facts.ts';
import { readRole } from '../read-role.ts';
import type { RoleSession } from './target.ts';

export const roleSessionFacts: FactsReader<RoleSession> = {
  async read(base, session) {
    const name = base.principal?.name ?? '';
    const found = await readRole(name, session);
    return found ? read({ ...base, ...found }) : gone(base, `the role ${name}`);
  },
};
