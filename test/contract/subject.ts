import type { Known } from '../../lambdas/targets/target.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Deployment } from '../sandbox/deployment.ts';
import type { Estate } from '../sandbox/estate.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Something a finding is about, with the facts open-incident would have read a moment ago. */
export interface Subject {
  readonly target: Known;
  readonly finding: Finding;
}

/** Where subjects are made. */
export interface Ground {
  readonly deployment: Deployment;
  readonly estate: Estate;
}

/** Makes something and a finding about it. */
export type About = (ground: Ground) => Promise<Finding>;

export interface Stage {
  readonly sandbox: Sandbox;
  readonly client: Deployment['client'];
  readonly estate: Estate;
  /** A new thing and a finding about it, as `about` makes them. */
  newSubject(about: About): Promise<Subject>;
  /** The same one, with its facts read again. */
  again(subject: Subject): Promise<Subject>;
}
