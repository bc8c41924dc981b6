import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CheckAnswer, type CheckCall, checkQualifier } from '../../lib/domain/check.ts';
import type { At } from './check.ts';

/** Whoever cannot be called is another check's: gone, or switched off. */
const elsewhere = /ResourceNotFoundException|TooManyRequestsException|CodeStorage|ResourceConflictException/;

export type Asked = Omit<CheckCall, 'operation'>;

/**
 * Asks a function what only its role can show. Null where it cannot be called, which `functions-callable` says.
 * @throws what Lambda throws, and Error with the function's own words where it does not answer.
 */
export async function ask({ hub }: Pick<At, 'hub'>, name: string, asked: Asked): Promise<CheckAnswer | null> {
  const call: CheckCall = { operation: 'check', ...asked };
  const command = new InvokeCommand({ FunctionName: `${name}:${checkQualifier}`, Payload: JSON.stringify(call) });
  try {
    const { FunctionError, Payload } = await hub(LambdaClient).send(command);
    const text = Payload?.transformToString() ?? '';
    if (FunctionError) throw new Error(`${name} does not answer a check: ${text.slice(0, 300)}`);
    return CheckAnswer.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof Error && elsewhere.test(error.name)) return null;
    throw error;
  }
}
