import type { Message } from '../runtime/blocks.ts';
import { publish, tell } from '../runtime/channels.ts';
import { config } from '../runtime/environment.ts';
import { logger, type Work } from '../runtime/pipeline.ts';

/** In every channel there is: what Tourniquet may do, and what it keeps, is nobody's secret. It is on the ledger already. */
export async function announce(work: Work, message: Message): Promise<void> {
  const inSlack = await tell(work, message).catch((error: unknown) => {
    logger.error('It could not be posted', error as Error);
    return null;
  });
  const alsoTo = config().slack?.escalation ? [tell(work, message, { channel: 'escalation' })] : [];
  const lines = message.blocks.flatMap((block) => (block.type === 'section' ? [block.text?.text ?? ''] : []));
  const paged = inSlack ? [publish(work, message.text, [message.text, ...lines].join('\n\n'))] : [];
  for (const { status, reason } of (await Promise.allSettled([...alsoTo, ...paged])).filter(isRejected)) {
    logger.error('It could not be announced everywhere', { status, reason: String(reason) });
  }
}

const isRejected = (one: PromiseSettledResult<unknown>): one is PromiseRejectedResult => one.status === 'rejected';
