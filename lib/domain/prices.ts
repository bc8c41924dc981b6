/**
 * What instances cost an hour: on demand, Linux, shared tenancy, in us-east-1, in dollars. A list in the repository, since an estimate is
 * wanted while people decide, and AWS's own (Price List API) answers in three Regions only, to those who have the right.
 */
export const priceList = {
  /** The day on which the newest of these prices were read; those of older families have stood for years. */
  date: '2026-08-17',
  source: 'AWS Price List, AmazonEC2, us-east-1, OnDemand, Linux, Shared',
  terms: 'us-east-1, without discounts',
} as const;

/** Families whose price doubles with each size: that of `large`. */
const large = new Map(
  Object.entries({
    c5: 0.085,
    c6a: 0.0765,
    c6g: 0.068,
    c6i: 0.085,
    c7g: 0.0725,
    c7i: 0.08925,
    m5: 0.096,
    m5a: 0.086,
    m6a: 0.0864,
    m6g: 0.077,
    m6i: 0.096,
    m7g: 0.0816,
    m7i: 0.1008,
    r5: 0.126,
    r6g: 0.1008,
    r6i: 0.126,
    r7g: 0.1071,
    r7i: 0.1323,
    t3: 0.0832,
    t3a: 0.0752,
    t4g: 0.0672,
  }),
);

/** Sizes below `large`, as parts of it. */
const smaller = new Map(Object.entries({ nano: 1 / 16, micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1 }));

/** What has prices of its own: those with GPUs, which thieves start first, and the small ones of old. */
const single = new Map(
  Object.entries({
    'g4dn.xlarge': 0.526,
    'g4dn.2xlarge': 0.752,
    'g4dn.4xlarge': 1.204,
    'g4dn.8xlarge': 2.176,
    'g4dn.12xlarge': 3.912,
    'g4dn.16xlarge': 4.352,
    'g4dn.metal': 7.824,
    'g5.xlarge': 1.006,
    'g5.2xlarge': 1.212,
    'g5.4xlarge': 1.624,
    'g5.8xlarge': 2.448,
    'g5.12xlarge': 5.672,
    'g5.16xlarge': 4.096,
    'g5.24xlarge': 8.144,
    'g5.48xlarge': 16.288,
    'g6.xlarge': 0.8048,
    'g6.2xlarge': 0.9776,
    'g6.4xlarge': 1.3232,
    'g6.8xlarge': 2.0144,
    'g6.12xlarge': 4.6016,
    'g6.16xlarge': 3.3968,
    'g6.24xlarge': 6.6752,
    'g6.48xlarge': 13.3504,
    'g6e.xlarge': 1.861,
    'g6e.2xlarge': 2.24208,
    'g6e.4xlarge': 3.00424,
    'g6e.8xlarge': 4.52856,
    'g6e.12xlarge': 10.49264,
    'p3.2xlarge': 3.06,
    'p3.8xlarge': 12.24,
    'p3.16xlarge': 24.48,
    'p3dn.24xlarge': 31.212,
    'p4d.24xlarge': 21.957642,
    'p5.48xlarge': 55.04,
    't2.nano': 0.0058,
    't2.micro': 0.0116,
    't2.small': 0.023,
    't2.medium': 0.0464,
    't2.large': 0.0928,
    't2.xlarge': 0.1856,
    't2.2xlarge': 0.3712,
  }),
);

/** `large` is one, `xlarge` two, `12xlarge` twenty-four; null of `metal` and of what nobody knows. */
function timesLarge(size: string): number | null {
  const [whole, count = '1'] = /^(\d*)xlarge$/.exec(size) ?? [];
  return whole ? 2 * Number(count || '1') : (smaller.get(size) ?? null);
}

/** Dollars an hour of an instance type; null where the list does not have it. */
export function hourlyPrice(type: string): number | null {
  const [family = '', size = ''] = type.split('.');
  const [unit, times] = [large.get(family), timesLarge(size)];
  const byFamily = unit === undefined || times === null ? null : unit * times;
  return single.get(type) ?? byFamily;
}
