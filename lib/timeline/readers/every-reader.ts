import { readActivityStream } from './activity-stream.ts';
import { readBedrock } from './bedrock.ts';
import { readContainer } from './container.ts';
import { readEksAudit } from './eks-audit.ts';
import { eksAuthenticator } from './eks-authenticator.ts';
import { eksControlPlane } from './eks-control-plane.ts';
import { lambda, readLambda } from './lambda.ts';
import { loadBalancer } from './load-balancer.ts';
import { mysqlAudit } from './mysql-audit.ts';
import { mysqlError, mysqlGeneral } from './mysql-error.ts';
import { mysqlSlow } from './mysql-slow.ts';
import { readNetworkFirewall } from './network-firewall.ts';
import { postgresql } from './postgresql.ts';
import type { JsonReader, LineReader } from './reader.ts';
import { readResolver } from './resolver.ts';
import { s3Access } from './s3-access.ts';
import { readCommand, readConsole, readSession } from './ssm.ts';
import { system } from './system.ts';
import { vpcFlow } from './vpc-flow.ts';
import { readWaf } from './waf.ts';

/** One line a format. The first that knows a record reads it; CloudTrail's are known before. */
export const jsonReaders: readonly JsonReader[] = [
  readWaf,
  readResolver,
  readEksAudit,
  readNetworkFirewall,
  readBedrock,
  readActivityStream,
  readSession,
  readCommand,
  readConsole,
  readLambda,
  readContainer,
];

/** One line a format, for each file anew; the one that takes whatever has a time comes last. */
export const lineReaders = (year: number): readonly LineReader[] => [
  vpcFlow(),
  s3Access(),
  loadBalancer(),
  eksAuthenticator(),
  eksControlPlane(year),
  mysqlAudit(),
  mysqlGeneral(),
  mysqlError(),
  mysqlSlow(),
  postgresql(),
  lambda(),
  system(year),
];
