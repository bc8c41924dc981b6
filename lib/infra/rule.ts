import { Duration } from 'aws-cdk-lib';
import type { EventPattern as RulePattern } from 'aws-cdk-lib/aws-events';
import type { EventPattern } from '../routing/patterns.ts';

/** How long EventBridge tries to hand a finding over before it becomes a dead letter: its own maximum. */
export const patience = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** A pattern as CDK wants it; its `detail-type` takes texts only, and ours are. */
export const forRule = ({ source, 'detail-type': detailType, detail }: EventPattern): RulePattern => ({
  source: [...source],
  detailType: detailType.map(String),
  detail,
});
