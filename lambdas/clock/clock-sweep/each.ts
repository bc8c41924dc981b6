import { sentence } from '../../runtime/errors.ts';

/** Looked at side by side: DynamoDB on demand takes thousands of reads a second, and nobody waits for us. */
const abreast = 10;

/** Does something for each, a few at a time; what fails for one is said and does not stop the others. */
export async function each<T, R>(all: readonly T[], nameOf: (one: T) => string, job: (one: T) => Promise<R>) {
  const done: R[] = [];
  const failed: string[] = [];
  for (let at = 0; at < all.length; at += abreast) {
    const some = all.slice(at, at + abreast);
    const settled = await Promise.all(
      some.map((one) =>
        job(one).then(
          (ended) => ({ ended }),
          (error: unknown) => ({ error: `${nameOf(one)}: ${sentence(error)}` }),
        ),
      ),
    );
    for (const one of settled) {
      if ('ended' in one) done.push(one.ended);
      else failed.push(one.error);
    }
  }
  return { done, failed };
}
