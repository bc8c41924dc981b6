import type { AnyStep } from '../domain/step.ts';
import { kindsTaken } from '../domain/target.ts';
import { close, seal, seals, unsealed, untilDone } from './close.ts';
import { eradication, eradications } from './eradicate.ts';
import type { Ask, Playbook } from './notation.ts';
import { act, nothingYet, questions } from './question.ts';
import { release } from './release.ts';
import {
  type Branch,
  caught,
  closeOut,
  earlyEnds,
  entrance,
  failed,
  from,
  type Json,
  join,
  longestRun,
  onlyTold,
  opened,
  type Part,
  type States,
  startOf,
  whether,
} from './state.ts';

/** Runs beside the other branches and never fails: what has nothing left to do ends here, and so does what failed as its last. */
function branch(phase: string, parts: readonly Part[]): Branch[] {
  const end = `${phase}: the end; what failed is on the ledger`;
  const states = join(parts)(end);
  const ended = Object.entries(states).map(([name, { Next, ...state }]) => {
    const follow = Next === undefined ? {} : Next === end ? { End: true } : { Next };
    return [name, { ...state, ...follow }] as const;
  });
  const States: States = { ...Object.fromEntries(ended), [end]: { Type: 'Pass', End: true } };
  return parts.length > 0 ? [{ StartAt: startOf(states, end), States }] : [];
}

const nothingElse = { preservation: [], volatile: [], information: [] };

function respond(book: Playbook): Part {
  const acting = (steps: readonly AnyStep[]): Part[] => steps.map((step) => act(step));
  const urgent = book.asks.filter(({ kind, comes }) => kind !== 'eradicate' && comes === 'in turn');
  const instead = book.asks.find(({ comes }) => comes === 'instead');
  const watched = [...new Set(urgent.flatMap(({ unlessHeld, needlessWith }) => [...unlessHeld, ...needlessWith]))];
  const inTurn = urgent.flatMap((ask, at) => {
    const end = urgent.findIndex(({ needlessWith }, later) => later > at && needlessWith.length === 0);
    return ask.needlessWith.length > 0 ? [] : [urgent.slice(at, end < 0 ? urgent.length : end)];
  });
  const plainly = inTurn.flatMap(([ask]) => (ask?.kind === 'contain' && ask.unlessHeld.length === 0 ? [ask] : []));
  const others = plainly.slice(0, -1);
  const last = plainly.at(-1);
  const Branches = [
    // First in line where branches start one after another; none waits for another.
    ...branch(
      'Contain',
      inTurn.map((asks, at) => {
        const otherwise = instead && asks[0] === last ? { ask: instead, others } : undefined;
        return questions(asks, watched, at === 0 ? nothingYet(watched, urgent) : {}, otherwise);
      }),
    ),
    ...branch('Preserve', acting(book.preservation)),
    ...branch('Meanwhile', book.volatile.map(untilDone)),
    ...branch('Inform', acting(book.information)),
  ];
  const Catch = (next: string) => failed(next, { step: 'respond', operation: 'run', phase: 'contain' });
  return (Next) => ({ Respond: { Type: 'Parallel', Arguments: {}, Branches, Catch: Catch(Next), Next } });
}

/** Everything that would be done to a target; the close-out compares it with what the ledger says was done. */
function expected({
  preservation,
  volatile,
  asks,
  information,
}: Pick<Playbook, 'preservation' | 'volatile' | 'asks' | 'information'>): Json {
  const doneBy = (step: AnyStep): string[] => {
    if (step.kind !== 'lever') return ['run'];
    return step.settles ? ['apply', 'confirm', 'verify'] : ['apply', 'verify'];
  };
  const rows = (step: AnyStep, question: { question?: string; asked?: 'where needed' } = {}): Json[] =>
    doneBy(step).map((operation) => ({
      step: step.name,
      operation,
      title: step.title,
      phase: step.phase,
      ...question,
    }));
  return [
    ...[...preservation, ...volatile].flatMap((step) => rows(step)),
    ...asks.flatMap(({ name, acts, picking, unlessHeld }) => {
      const asked = unlessHeld.length > 0 && { asked: 'where needed' as const };
      return [...acts, picking ?? []].flat().flatMap((step) => rows(step, { question: name, ...asked }));
    }),
    ...information.flatMap((step) => rows(step)),
  ];
}

/** The question as lib/domain/incident.ts declares it; open-incident makes a plan of each. */
function asked({
  kind,
  name,
  acts,
  ifNobodyAnswers,
  within,
  needs,
  byHand,
  comes,
  picking,
  unlessHeld,
  offeredIn,
  ...own
}: Ask): Json {
  const levers = acts.map((step) => {
    const undo = step.kind === 'lever' ? step.undo : 'It cannot be undone.';
    return { name: step.name, title: step.title, effect: step.effect, undo, ...(step.in && { in: step.in }) };
  });
  const takes = [...new Set(acts.flatMap(({ target }) => kindsTaken(target)))];
  const [first] = acts;
  const words = first?.kind === 'lever' ? first.stands : { held: 'taken over', open: 'nobody has taken over' };
  const stands = own.stands ?? words;
  const more = {
    ...(kind === 'eradicate' && { kind }),
    ...((unlessHeld.length > 0 || comes === 'instead') && { asked: 'where needed' }),
    ...(picking && { picks: 'playbook' }),
    ...(offeredIn && { offeredIn }),
  };
  return { name, levers, stands, ifNobodyAnswers, within, climbs: within, takes, needs, byHand, ...more };
}

/** Its questions, as open-incident receives them. */
export const questionsOf = ({ asks }: Playbook): Json[] => asks.map(asked);

/** The playbook in Amazon States Language, with `${…}` for the partition and for each function's ARN. */
export function render(book: Playbook): Branch {
  const [first, opening, input, failed, middle] =
    book.startedBy === 'findings'
      ? ['Open incident', 'open-incident', 'event', earlyEnds.incident, respond(book)]
      : ['Open the release', 'open-release', 'input', earlyEnds.release, join(book.asks.map(release))];
  const removals = eradications(book);
  const urgent = book.asks.filter((ask) => !removals.includes(ask));
  const hint = book.reporting ? { reporting: book.reporting } : {};
  const payload = {
    [input]: from('$states.input'),
    execution: from('$states.context.Execution.Name'),
    startedAt: from('$states.context.Execution.StartTime'),
    playbook: { name: book.name, title: book.title, questions: questionsOf(book), ...hint },
  };
  const judged = { expected: expected({ ...book, asks: urgent }), afterwards: book.afterwards };
  const wish = book.startedBy === 'findings' ? {} : { closing: from('$opened.closing') };
  const work = middle(closeOut);
  const after =
    removals.length > 0 ? eradication(removals, expected({ ...nothingElse, asks: removals }))(seals.end) : {};
  const { nothing } = earlyEnds;
  const begin = { Condition: from("$opened.outcome = 'respond'"), Next: startOf(work, closeOut) };
  const findings = book.startedBy === 'findings';
  const tell = { Condition: from("$opened.outcome in ['advised', 'raised', 'widened']"), Next: onlyTold };
  // Nothing is held: it is closed all the same, and people are told.
  const end = { Condition: from("$opened.outcome = 'nothing held'"), Next: closeOut };
  // Words that reach nobody leave the incident as it is on record, and the run fails: that is told by another way.
  const outcome = { outcome: from('$opened.outcome'), because: from('$opened.because') };
  const telling = {
    ...entrance('tell-responders', { opened: from('$opened') }, nothing),
    Output: outcome,
    Catch: caught(failed),
  };
  const States: States = {
    [first]: {
      ...entrance(opening, payload, whether),
      Assign: { opened: from('$states.result.Payload') },
      Catch: caught(failed),
    },
    [whether]: { Type: 'Choice', Choices: [begin, findings ? tell : end], Default: nothing },
    ...(findings && { [onlyTold]: telling }),
    ...work,
    ...close(
      closeOut,
      { ...opened, plans: from('$opened.plans'), ...judged, ...wish },
      startOf(after, seals.end),
      book.last,
    ),
    ...after,
    ...seal(seals.end, 'the end'),
    [unsealed]: { Type: 'Succeed' },
    [nothing]: { Type: 'Succeed', Output: outcome },
    [failed]: { Type: 'Fail', Error: from('$states.input.Error'), Cause: from('$states.input.Cause') },
  };
  const Comment = `${book.title}: playbooks/${book.name}/playbook.ts`;
  return { Comment, QueryLanguage: 'JSONata', TimeoutSeconds: longestRun, StartAt: first, States };
}
