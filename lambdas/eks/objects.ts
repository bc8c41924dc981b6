/** What is read of Kubernetes objects, as far as our functions look at it (Kubernetes API reference). */
import * as z from 'zod';

const texts = z.record(z.string(), z.string());
const Reference = z.object({ kind: z.string(), name: z.string(), controller: z.boolean().default(false) });

const Meta = z.object({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  labels: texts.default({}),
  annotations: texts.default({}),
  ownerReferences: z.array(Reference).default([]),
});

export const Expression = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) });
export const Selector = z.object({ matchLabels: texts.default({}), matchExpressions: z.array(Expression).default([]) });
export type Selector = z.infer<typeof Selector>;

const ContainerStatus = z.object({
  name: z.string(),
  containerID: z.string().default(''),
  imageID: z.string().default(''),
});

export const PodObject = z.object({
  metadata: Meta,
  spec: z.object({
    nodeName: z.string().nullable().default(null),
    serviceAccountName: z.string().nullable().default(null),
    hostNetwork: z.boolean().default(false),
    containers: z.array(z.object({ name: z.string() })),
  }),
  status: z.object({ containerStatuses: z.array(ContainerStatus).default([]) }).prefault({}),
});
export type PodObject = z.infer<typeof PodObject>;

export const OwnerObject = z.object({
  metadata: Meta,
  spec: z.object({ replicas: z.number().default(1), selector: Selector.prefault({}) }),
});

const Container = z.object({ name: z.string(), args: z.array(z.string()).default([]) });
export const DaemonSetObject = z.object({
  metadata: Meta,
  spec: z.object({
    selector: Selector.prefault({}),
    template: z.object({ spec: z.object({ containers: z.array(Container) }) }),
  }),
});
export type DaemonSetObject = z.infer<typeof DaemonSetObject>;

export const ServiceAccountObject = z.object({ metadata: Meta });

export const ConfigMapObject = z.object({ data: texts.default({}) });

export const NodeObject = z.object({
  metadata: Meta,
  spec: z.object({ unschedulable: z.boolean().default(false), providerID: z.string().default('') }).prefault({}),
});

const rules = z.array(z.record(z.string(), z.unknown())).default([]);
export const PolicySpec = z.object({
  podSelector: Selector.prefault({}),
  policyTypes: z.array(z.string()).default([]),
  ingress: rules,
  egress: rules,
});
export type PolicySpec = z.infer<typeof PolicySpec>;
export const PolicyObject = z.object({ metadata: Meta, spec: PolicySpec });
export type PolicyObject = z.infer<typeof PolicyObject>;

export const ServiceObject = z.object({ metadata: Meta, spec: z.object({ selector: texts.default({}) }) });

export const listOf = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item) });

/** Whatever there is, kept whole as evidence. */
export const Whole = z.record(z.string(), z.unknown());

/** Whether labels match; an empty selector matches everything (Kubernetes, "Labels and Selectors"). */
export function selects(
  { matchLabels, matchExpressions }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator === 'Exists') return has(key);
      if (operator === 'DoesNotExist') return !has(key);
      const listed = has(key) && values.includes(labels[key] ?? '');
      return operator === 'In' ? listed : !listed;
    })
  );
}

/** The same selector as a list takes it. */
export function selectorText({ matchLabels, matchExpressions }: Selector): string {
  const expressions = matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
}

type Json = unknown;
const isMap = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The merge patch that makes the one of the other (RFC 7386): null takes a key away. */
export function mergePatch(from: Json, to: Json): Json {
  if (!isMap(to)) return to;
  const old = isMap(from) ? from : {};
  const keys = [...new Set([...Object.keys(old), ...Object.keys(to)])];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(to[key]));
  return Object.fromEntries(
    changed.map((key) => [
      key,
      to[key] === undefined ? null : isMap(to[key]) ? mergePatch(old[key], to[key]) : to[key],
    ]),
  );
}
