import * as z from 'zod';

/** The parts of Slack's interaction payloads we read (docs.slack.dev, "Interaction payloads"). */
const Common = {
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  /** Null where the app is installed for a whole Enterprise Grid (docs.slack.dev, "Organization-ready apps"). */
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  api_app_id: z.string(),
};

export const Clicked = z.object({
  type: z.literal('block_actions'),
  ...Common,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.enum([
          'approve',
          'decline',
          'take-over',
          'choose',
          'together',
          'release',
          'fact',
          'filed',
          'withdraw',
        ]),
        // As much as Slack lets a button carry (docs.slack.dev, button element).
        value: z.string().max(2000),
      }),
    )
    .min(1),
});

export type Clicked = z.infer<typeof Clicked>;

/** What stands in a modal's inputs, by block and action: a text, a choice, or a time in seconds since 1970. */
const Values = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      // No input of ours takes more (docs.slack.dev, plain_text_input: 3,000).
      value: z.string().max(3000).nullish(),
      selected_option: z.object({ value: z.string().max(200) }).nullish(),
      selected_options: z
        .array(z.object({ value: z.string().max(150) }))
        .max(10)
        .nullish(),
      // Up to the year 9999: what is later is no time that JavaScript or the law knows.
      selected_date_time: z.int().min(0).max(253_402_300_799).nullish(),
    }),
  ),
);
export type Values = z.infer<typeof Values>;

export const Submitted = z.object({
  type: z.literal('view_submission'),
  ...Common,
  view: z.object({
    callback_id: z.enum(['decline', 'choose', 'together', 'fact', 'filed', 'withdraw']),
    private_metadata: z.string().max(3000),
    state: z.object({ values: Values }),
  }),
});

export type Submitted = z.infer<typeof Submitted>;

export const Interaction = z.discriminatedUnion('type', [Clicked, Submitted]);
export type Interaction = z.infer<typeof Interaction>;

/** What our buttons carry: which question, and the hash of the plan the person saw. Never a task token. */
export const Bound = z.object({ approval: z.string().max(100), plan: z.string().max(100) });
export type Bound = z.infer<typeof Bound>;

/** What the buttons about a whole incident carry: to release it, and to set a fact. */
export const AboutIncident = z.object({ incident: z.string().max(100) });

/** What the buttons about reports carry; those under a reminder name its report. */
export const AboutReport = AboutIncident.extend({
  regime: z.string().max(200).optional(),
  report: z.string().max(200).optional(),
});
export type AboutReport = z.infer<typeof AboutReport>;
