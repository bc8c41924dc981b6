import { readFileSync } from 'node:fs';
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import * as z from 'zod';
import { type Limit, resourceLimits, templateLimits, type Whole } from './limits.ts';
import { Mappings, plainly, type Where } from './plain-template.ts';

const Any = z.record(z.string(), z.unknown());
const Template = z.looseObject({
  Resources: Any.default({}),
  Outputs: Any.default({}),
  Rules: Any.default({}),
  Mappings: Mappings.default({}),
});

/** A limit that a template breaks: through which resource, none for the template as a whole, and how large it is. */
export interface Broken {
  readonly limit: Limit;
  readonly resource: string | null;
  readonly size: number;
}

/**
 * What AWS would refuse of a template.
 *
 * @param text the template as it is sent, in bytes that count
 * @param where left out: in the partition and Region with the longest names
 */
export function brokenBy(text: string, where?: Where): Broken[] {
  const template = Template.parse(JSON.parse(text));
  const resources = Object.entries(plainly(template.Resources, where, template.Mappings));
  const whole: Whole = {
    bytes: Buffer.byteLength(text),
    resources: resources.length,
    outputs: Object.keys(template.Outputs).length,
    rules: resources.filter(([, { Type }]) => Type === 'AWS::Events::Rule').length,
    sent: 'CheckBootstrapVersion' in template.Rules ? 'by a bucket' : 'in the request',
  };
  const referred = (reference: string) => resources.find(([id]) => reference.includes(`<${id}>`))?.[1].Properties;
  const measured = [
    ...templateLimits.map((limit) => ({ limit, resource: null, size: limit.size(whole) })),
    ...resources.flatMap(([resource, { Type, Properties }]) =>
      resourceLimits
        .filter(({ type }) => type === Type)
        .map((limit) => ({ limit, resource, size: limit.size(Properties, referred) })),
    ),
  ];
  return measured.filter(({ limit, size }) => size > limit.most);
}

const violation = (templatePath: string, { limit, resource, size }: Broken): PolicyViolation => ({
  ruleName: `${limit.what}-${limit.unit}`.replaceAll(/\W+/g, '-'),
  description: `${resource ?? 'The stack'}: ${limit.what}: ${size} ${limit.unit}; AWS accepts ${limit.most} (${limit.source}).`,
  fix: limit.remedy,
  // Nobody can agree to it: AWS would refuse all the same.
  severity: 'fatal',
  violatingResources: [{ templatePath, locations: [], ...(resource && { resourceLogicalId: resource }) }],
});

/** Refuses at synthesis what AWS would refuse in the middle of a deployment. */
export const limitCheck: IPolicyValidationPlugin = {
  name: 'AWS limits',
  validate({ templatePaths }: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = templatePaths.flatMap((path) =>
      brokenBy(readFileSync(path, 'utf8')).map((broken) => violation(path, broken)),
    );
    return { success: violations.length === 0, violations };
  },
};
