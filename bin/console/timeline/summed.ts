import type { PrintedEvent } from '../../../lib/timeline/event.ts';
import { radiusData } from '../../../lib/timeline/graph/data.ts';
import { type Besides, Overview } from '../../../lib/timeline/output/overview.ts';
import { ReportFields } from '../../../lib/timeline/output/report.ts';
import type { Writer } from '../../../lib/timeline/output/writer.ts';
import type { Answer } from '../verb.ts';

type Said = Pick<Answer, 'data' | 'text'>;

/** Takes all events, and says what they come to once they are through. */
export interface SummedUp {
  readonly writer: Writer;
  answer(): Promise<Said>;
}

const taking = (add: (event: PrintedEvent) => void): Writer => ({
  event(event) {
    add(event);
    return '';
  },
});

function radius(besides: Besides): SummedUp {
  const overview = new Overview(besides);
  const answer = async (): Promise<Said> => {
    const { radiusWords } = await import('./radius-words.ts');
    const data = radiusData(overview.radius);
    return { data, text: await radiusWords(data) };
  };
  return { writer: taking((event) => overview.add(event)), answer };
}

function vector(besides: Besides): SummedUp {
  const overview = new Overview(besides);
  const answer = async (): Promise<Said> => {
    const { vectorWords } = await import('./vector-words.ts');
    const data = overview.vector();
    return { data, text: vectorWords(data) };
  };
  return { writer: taking((event) => overview.add(event)), answer };
}

function report(besides: Besides): SummedUp {
  const found = new ReportFields(besides);
  const answer = async (): Promise<Said> => {
    const { fieldWords } = await import('./field-words.ts');
    const fields = found.fields(new Date().toISOString());
    return { data: { fields }, text: fieldWords(fields) };
  };
  return { writer: taking((event) => found.add(event)), answer };
}

const all = { radius, vector, report } as const;

/** Who reached what, how they came in, or what that is in the fields of a report: as data and in words. */
export const summedUp = (what: keyof typeof all, besides: Besides): SummedUp => all[what](besides);
