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

/** What a person is asked to agree to, in the words of the message; null when no message could be posted. */
export function asked(posted: unknown): string | null {
  const message = Posted.safeParse(posted).data;
  const sections = message?.blocks.flatMap(({ type, text }) => (type === 'section' && text ? [plain(text.text)] : []));
  return sections?.join('\n') ?? null;
}
