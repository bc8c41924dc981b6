/** How keys may be written: EventBridge writes `accountId`, the SDK `AccountId`, exports `account_id`. */
export const spellings = ['camel', 'pascal', 'snake'] as const;
export type Spelling = (typeof spellings)[number];

const write: Readonly<Record<Spelling, (camel: string) => string>> = {
  camel: (key) => key,
  pascal: (key) => key.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
  snake: (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
};

const camel = (key: string): string =>
  key
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[A-Z]/, (one) => one.toLowerCase());

/** A key in another spelling. Keys that are no plain words, such as `aws/guardduty/service/count`, are names and stay. */
export const keySpelt = (key: string, spelling: Spelling): string =>
  /^[A-Za-z][A-Za-z0-9_]*$/.test(key) ? write[spelling](camel(key)) : key;

/** The same value with all its keys in one spelling. */
export function spelt(value: unknown, spelling: Spelling): unknown {
  if (Array.isArray(value)) return value.map((one) => spelt(one, spelling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [keySpelt(key, spelling), spelt(inner, spelling)]),
  );
}
