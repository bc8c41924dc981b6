import * as z from 'zod';

/** The message a question was asked with; its sections say what would happen, to what, and how to undo it. */
const Posted = z.object({
  blocks: z.array(z.object({ type: z.string(), text: z.object({ text: z.string() }).optional() })),
});

/** Slack's own notation back to plain words (docs.slack.dev, "Formatting text"). */
const plain = (markup: string): string =>
  markup
    .replace(/<[^>|]*\|([^>]*)>/g, '$1')
    .replace(/\*([^*\n]+)\*/g, '$1')
    .replace(/`/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

const wordsOf = (posted: unknown): string[] =>
  (Posted.safeParse(posted).data?.blocks ?? []).flatMap(({ type, text }) =>
    type === 'section' && text ? [plain(text.text)] : [],
  );

/** What a person is asked to agree to, in the words of the question and of its details; null when there is no message. */
export function asked(posted: unknown, details: unknown = null): string | null {
  return Posted.safeParse(posted).success ? [...wordsOf(posted), ...wordsOf(details)].join('\n') : null;
}
