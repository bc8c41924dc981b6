import { type Besides, nothingBesides } from '../output/overview.ts';
import { shell } from '../output/page-shell.ts';
import type { Writer } from '../output/writer.ts';
import { suspicionOf } from '../vector/suspicion.ts';
import { Radius } from './radius.ts';
import { radiusLooks, radiusSections, radiusSum, radiusTitles } from './sections.ts';

function whole(radius: Radius): string {
  const edges = radius.edges();
  return shell({
    title: edges.length > 0 ? `Blast radius: ${radiusSum(edges)}` : 'Blast radius',
    sections: edges.length > 0 ? radiusTitles : {},
    brand: 'Blast radius from logs',
    skip: 'Skip to what was reached',
    span: '',
    looks: radiusLooks,
    body: radiusSections(radius),
    footer:
      'Made by Tourniquet from logs: all who are in a thread in which something is labelled, or that a finding names, and what they were seen to call, take on or send to.',
  });
}

/** Who reached what as one HTML file that asks for nothing: in words, as a picture, and as a table. */
export function graph({ findings, rights }: Pick<Besides, 'findings' | 'rights'> = nothingBesides): Writer {
  const radius = new Radius(suspicionOf(findings), rights);
  return {
    event(event) {
      radius.add(event);
      return '';
    },
    end: () => whole(radius),
  };
}
