import { expect, it } from 'vitest';
import { ownTags } from './own-tags.ts';

it('leaves out what AWS has set, in whatever case, and nothing else', () => {
  const tags = { 'aws:cloudformation:stack-name': 'shop', 'AWS:x': '1', team: 'web', 'my-aws:tag': 'kept' };
  expect(ownTags(tags)).toEqual({ team: 'web', 'my-aws:tag': 'kept' });
});
