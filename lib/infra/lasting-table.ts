import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/**
 * A table that neither a call nor a stack that is destroyed deletes. Not RetainExceptOnCreate: the protection would stop a first deployment
 * that failed from being rolled back; so the empty table stays then. On demand it costs nothing when idle.
 */
export const lastingTable = (scope: Construct, also: Pick<TableProps, 'stream'> = {}): Table =>
  new Table(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...also,
  });
