import { radiusData } from '../../../lib/timeline/graph/data.ts';
import { type Besides, Overview } from '../../../lib/timeline/output/overview.ts';
import type { Writer } from '../../../lib/timeline/output/writer.ts';
import type { Answer } from '../verb.ts';

type Said = Pick<Answer, 'data' | 'text'>;

/** Takes all events, and says what they come to once they are through. */
export interface SummedUp {
  readonly writer: Writer;
  answer(): Promise<Said>;
}

/** Who reached what, or how they came in, as data and in words. */
export async function summedUp(what: 'radius' | 'vector', besides: Besides): Promise<SummedUp> {
  const overview = new Overview(besides);
  const writer: Writer = {
    event(event) {
      overview.add(event);
      return '';
    },
  };
  const radius = async (): Promise<Said> => {
    const { radiusWords } = await import('./radius-words.ts');
    const data = radiusData(overview.radius);
    return { data, text: await radiusWords(data) };
  };
  const vector = async (): Promise<Said> => {
    const { vectorWords } = await import('./vector-words.ts');
    const data = overview.vector();
    return { data, text: vectorWords(data) };
  };
  return { writer, answer: what === 'radius' ? radius : vector };
}
