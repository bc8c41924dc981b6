import type { Playbook } from '../lib/asl/notation.ts';
import ec2InstanceCompromise from './ec2-instance-compromise/playbook.ts';
import release from './release/playbook.ts';

export const playbooks: readonly Playbook[] = [ec2InstanceCompromise, release];
