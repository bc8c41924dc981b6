/** Calls in flight at once: DynamoDB on demand takes thousands a second, and nobody waits for us. */
const abreast = 16;

/** Does something for each, a few at a time. Throws what was thrown first. */
export async function forEach<T>(all: Iterable<T>, job: (one: T) => Promise<void>): Promise<void> {
  const waiting = Iterator.from(all);
  const next = async (): Promise<void> => {
    for (const one of waiting) await job(one);
  };
  await Promise.all(Array.from({ length: abreast }, next));
}
