import * as z from 'zod';

/** Where a template is deployed. */
export interface Where {
  readonly partition: string;
  readonly region: string;
}

/** No partition and no Region in use has a longer name: what fits there fits everywhere. */
const longest: Where = { partition: 'aws-us-gov', region: 'ap-southeast-2' };
/** As in the name that CloudFormation makes up: stack, logical id, twelve characters. */
const longestName = 64;

const Resources = z.record(
  z.string(),
  z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
);
type Resources = z.infer<typeof Resources>;

/** Values of a template by the name of the mapping and two keys. */
export const Mappings = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
export type Mappings = z.infer<typeof Mappings>;

const physical = /^(Role|Function|StateMachine|Queue|Topic|LogGroup|ManagedPolicy)?Name$/;

/** `<Id>`, filled up to the length of the name that the resource will have. */
function nameOf(id: string, resources: Resources): string {
  const names = Object.entries(resources[id]?.Properties ?? {}).filter(([property]) => physical.test(property));
  const name: unknown = names[0]?.[1];
  return `<${id}>`.padEnd(typeof name === 'string' ? name.length : longestName, '.');
}

/**
 * The resources of a template as the services receive them, for measuring: with pseudo parameters, joins, mappings and substitutions carried out, and references to
 * other resources as `<Id>…`, or `arn:…/<Id>…` where an attribute is asked for, both as long as what will be there. Of the two values of a
 * condition the longer one counts.
 */
export function plainly(given: unknown, { partition, region }: Where = longest, mappings: Mappings = {}): Resources {
  const resources = Resources.parse(given);
  const account = '0'.repeat(12);
  const pseudo = new Map([
    ['AWS::Partition', partition],
    ['AWS::Region', region],
    ['AWS::AccountId', account],
    ['AWS::URLSuffix', partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
  ]);
  const refer = (id: string): string | undefined =>
    id === 'AWS::NoValue' ? undefined : (pseudo.get(id) ?? nameOf(id, resources));
  const attribute = (id: string): string => {
    const service = resources[id]?.Type.split('::')[1]?.toLowerCase();
    return `arn:${partition}:${service}:${region}:${account}:${nameOf(id, resources)}`;
  };
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain).filter((one) => one !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::Join': join, 'Fn::Sub': text, 'Fn::GetAtt': got, 'Fn::If': choice, ...more } = Object(value);
    const { 'Fn::FindInMap': found, ...rest } = more;
    if (typeof Ref === 'string') return refer(Ref);
    if (typeof text === 'string') return text.replace(/\$\{([\w:]+)\}/g, (_, id: string) => refer(id) ?? '');
    if (Array.isArray(found)) return mappings[String(found[0])]?.[String(found[1])]?.[String(found[2])];
    if (Array.isArray(got)) return attribute(String(got[0]));
    if (Array.isArray(join)) return [plain(join[1])].flat().join(String(join[0]));
    if (Array.isArray(choice))
      return choice
        .slice(1)
        .map(plain)
        .toSorted((a, b) => length(b) - length(a))[0];
    return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, plain(inner)]));
  };
  return Resources.parse(plain(resources));
}

const length = (value: unknown): number => JSON.stringify(value ?? '').length;
