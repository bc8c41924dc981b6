/** Calls under way at a time: AWS throttles who reads faster, and a laptop has few sockets. */
const atOnce = 8;

/** Maps in order, a few at a time; the first error ends it. */
export async function limited<T, R>(items: readonly T[], doing: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const work = async (): Promise<void> => {
    for (const [at, item] of rest) results[at] = await doing(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
