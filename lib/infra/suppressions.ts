import type { Stack } from 'aws-cdk-lib';
import { NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Suppresses one cdk-nag rule on a construct and what is inside it. Called beside the construct, with a reason a reviewer can judge. */
export function suppress(construct: IConstruct, rule: string, reason: string): void {
  NagSuppressions.addResourceSuppressions(construct, [{ id: `AwsSolutions-${rule}`, reason }], true);
}

/** Suppresses cfn-lint rules, each with its reason, for a whole template: cfn-lint still runs a rule that only a resource excuses. */
export function suppressLint({ templateOptions }: Stack, reasons: Readonly<Record<string, string>>): void {
  templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: Object.keys(reasons) }, reasons } };
}
