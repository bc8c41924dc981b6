import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playbooks } from '../../playbooks/index.ts';
import { check } from '../asl/check.ts';
import type { Playbook } from '../asl/notation.ts';
import { render } from '../asl/render.ts';
import { type EventPattern, patternsOf } from '../routing/patterns.ts';
import { Mistake } from './mistake.ts';

const root = join(import.meta.dirname, '../..');

/** A playbook whose definition lies in the repository, where people read it. */
export interface CommittedPlaybook {
  readonly playbook: Playbook;
  /** The file with its definition. */
  readonly definition: string;
  /** Of the findings that start it by themselves. */
  readonly patterns: readonly EventPattern[];
}

/** All playbooks, refused when one breaks a rule or has moved on since its definition was committed. */
export function committedPlaybooks(): CommittedPlaybook[] {
  const wrongs = check(playbooks);
  if (wrongs.length > 0) throw new Mistake(wrongs.join('\n'));
  return playbooks.map((playbook) => ({
    playbook,
    definition: definitionOf(playbook),
    patterns: patternsOf(playbook, playbooks),
  }));
}

function definitionOf(playbook: Playbook): string {
  const file = `playbooks/${playbook.name}/playbook.asl.json`;
  const path = join(root, file);
  const definition: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (JSON.stringify(definition) === JSON.stringify(render(playbook))) return path;
  throw new Mistake(`${file}: is older than its playbook.ts; run npm run generate`);
}
