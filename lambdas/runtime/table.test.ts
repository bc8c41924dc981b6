import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Transient } from '../../lib/domain/errors.ts';
import { oneOfThree } from './errors.ts';

const answers: string[][] = [];
let asked = 0;
vi.mock('./environment.ts', () => ({ environment: (name: string) => name }));
vi.mock('@aws-sdk/lib-dynamodb', async (load) => ({
  ...(await load<object>()),
  DynamoDBDocumentClient: {
    from: () => ({
      send: async () => {
        asked += 1;
        const codes = answers.shift();
        if (!codes) return {};
        const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
        const CancellationReasons = codes.map((Code) => ({ Code }));
        throw new TransactionCanceledException({ message, CancellationReasons, $metadata: {} });
      },
    }),
  },
}));
const { Conflict, openTable } = await import('./table.ts');

const transact = () => openTable(() => ({}) as never).transact(() => []);
const always = (codes: string[]) => answers.push(...Array.from({ length: 100 }, () => codes));

describe('a transaction that DynamoDB cancels', () => {
  beforeEach(() => {
    answers.length = 0;
    asked = 0;
  });

  it('because a condition does not hold is a conflict, and is not tried again', async () => {
    always(['None', 'ConditionalCheckFailed']);
    await expect(transact()).rejects.toBeInstanceOf(Conflict);
    expect(asked).toBe(1);
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'for %s alone says nothing about who was first, and is tried again',
    async (code) => {
      answers.push([code, 'None'], [code, 'None']);
      await transact();
      expect(asked).toBe(3);
    },
  );

  it('over and over goes back to the state machine, as passing', async () => {
    always(['TransactionConflict']);
    const error = await transact().catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(Conflict);
    expect(oneOfThree(error)).toBeInstanceOf(Transient);
  });

  it('for a mistake of ours is neither', async () => {
    always(['ValidationError']);
    await expect(transact()).rejects.toBeInstanceOf(TransactionCanceledException);
    expect(asked).toBe(1);
  });
});

describe('a table', () => {
  it('needs neither its name nor a client before it is used: what a step gets is a copy of its work, and few have both tables', () => {
    const never = () => {
      throw new Error('was made');
    };
    const work = { settings: openTable(never, 'SETTINGS') };
    expect({ ...work }.settings.get).toBeTypeOf('function');
  });
});
