import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Playbook } from '../asl/notation.ts';
import type { Config } from '../domain/config.ts';
import { decoyPatterns } from '../routing/decoys.ts';
import { deskPatterns } from '../routing/patterns.ts';
import type { Functions } from './functions.ts';
import { callableByRules, deliver, delivery } from './rule.ts';
import { ruleParts } from './rule-names.ts';

interface FindingRouterProps {
  readonly config: Config;
  readonly playbooks: readonly Playbook[];
  readonly functions: Functions;
  readonly deadLetters: IQueue;
}

/** Where findings go that no rule of a playbook takes: one function reads them and starts the playbook they belong to. */
export class FindingRouter extends Construct {
  constructor(scope: Construct, id: string, { config, playbooks, functions, deadLetters }: FindingRouterProps) {
    super(scope, id);
    const { name, securityHub, decoys } = config;
    const router = functions.of('route-finding');
    callableByRules(router, name);
    deliver(this, {
      name,
      part: ruleParts.route,
      description: 'Findings that no rule of a playbook takes',
      patterns: deskPatterns(playbooks, securityHub),
      target: delivery(router.functionArn, deadLetters),
    });
    deliver(this, {
      name,
      part: ruleParts.decoy,
      description: 'Calls on decoys, those that only read included',
      patterns: decoyPatterns(decoys),
      target: delivery(router.functionArn, deadLetters),
      calls: 'reading too',
    });
  }
}
