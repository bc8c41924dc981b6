import * as z from 'zod';
import { heardItem } from '../../../lib/items/heard.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';

const attempts = 3;

/** Account and Region are EventBridge's own words about who sent it; what lies in the detail is the sender's. */
const Event = z.looseObject({
  account: z.string().regex(/^\d{12}$/),
  region: z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/),
});

export const handler = serveEntrance(async (event, { table, now }) => {
  const { account, region } = Event.parse(event);
  // What people were told stays: the daily check says when it is heard again.
  await table.update(heardItem.key(account, region), {
    UpdateExpression: 'SET #account = :account, #region = :region, heardAt = :now, v = :v',
    ExpressionAttributeNames: { '#account': 'account', '#region': 'region' },
    ExpressionAttributeValues: { ':account': account, ':region': region, ':now': now(), ':v': heardItem.v },
  });
  return { outcome: 'noted' };
}, attempts);
