import { type PolicyValidationPluginReport, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/**
 * The rules of cdk-nag. It puts what it found into the name of the rule, `AwsSolutions-IAM5[Action::s3:*]`, and asks for a suppression of
 * each. Here it stands behind the description, so that one suppression covers a rule; besides, CDK's parser of names throws at a
 * parenthesis without its pair, which a resource may hold.
 */
export class NagRules extends AwsSolutionsChecks {
  override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const { success, violations } = super.validateScope(scope);
    const byRule = violations.map((one) => {
      const ruleName = one.ruleName.replace(/\[.*/s, '');
      return { ...one, ruleName, description: `${one.description} ${one.ruleName.slice(ruleName.length)}`.trim() };
    });
    return { success, violations: byRule };
  }
}

/**
 * Suppresses one cdk-nag rule on a construct and what is inside it. Called beside the construct, with a reason a reviewer can judge; CDK
 * writes what was suppressed, where and why into the `validation-report.json` of its output.
 */
export function suppress(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}

/** Suppresses cfn-lint rules, each with its reason, for a whole template: cfn-lint still runs a rule that only a resource excuses. */
export function suppressLint({ templateOptions }: Stack, reasons: Readonly<Record<string, string>>): void {
  templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: Object.keys(reasons) }, reasons } };
}
