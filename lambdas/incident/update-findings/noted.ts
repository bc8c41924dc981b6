import { isDeepStrictEqual } from 'node:util';

/** Whether an entry that says the very same is on the ledger already. */
export const isNoted = (ledger: readonly { what: string; detail: unknown }[], what: string, detail: object): boolean =>
  ledger.some((one) => one.what === what && isDeepStrictEqual(one.detail, JSON.parse(JSON.stringify(detail))));
