import { NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Excuses one cdk-nag rule on a construct and what is inside it. Called beside the construct, with a reason a reviewer can judge. */
export function excuse(construct: IConstruct, rule: string, reason: string): void {
  NagSuppressions.addResourceSuppressions(construct, [{ id: `AwsSolutions-${rule}`, reason }], true);
}
