import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as Call } from 'aws-cdk-lib/aws-events-targets';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Playbook } from '../asl/notation.ts';
import { deskPatterns } from '../routing/patterns.ts';
import type { Functions } from './functions.ts';
import { forRule, patience } from './rule.ts';

interface DeskProps {
  readonly playbooks: readonly Playbook[];
  readonly functions: Functions;
  readonly deadLetters: IQueue;
}

/** Where findings go that no rule of a playbook takes: one function reads them and starts the playbook they belong to. */
export class Desk extends Construct {
  constructor(scope: Construct, id: string, { playbooks, functions, deadLetters }: DeskProps) {
    super(scope, id);
    const desk = functions.of('route-finding');
    const targets = [new Call(desk, { deadLetterQueue: deadLetters, ...patience })];
    for (const [index, pattern] of deskPatterns(playbooks).entries()) {
      const description = 'Findings that no rule of a playbook takes';
      new Rule(this, `Rule${index + 1}`, { description, eventPattern: forRule(pattern), targets });
    }
    // What the function itself cannot read is not lost either: Lambda keeps it after its own retries.
    const { defaultChild } = desk.node;
    if (defaultChild instanceof CfnFunction) defaultChild.deadLetterConfig = { targetArn: deadLetters.queueArn };
  }
}
