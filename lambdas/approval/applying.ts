import type { Item } from '../../lib/items/item.ts';
import type { Write } from '../runtime/table.ts';

/** The write that marks a proposal as applied, with what it proposed or not at all: it fails where somebody has decided it meanwhile. */
export const applying = (TableName: string, Item: Item): Write => ({
  Put: {
    TableName,
    Item,
    ConditionExpression: '#state = :pending',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':pending': 'PENDING' },
  },
});
