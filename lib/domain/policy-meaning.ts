/** As IAM means a policy: of the elements of a list it keeps no order, and one alone may stand without its list (IAM user guide, "Grammar of the IAM JSON policy language"). */
export function policyMeaning(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(policyMeaning);
    return all.length === 1 ? all[0] : all.map((one) => JSON.stringify(one)).toSorted();
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, policyMeaning(one)]));
}
