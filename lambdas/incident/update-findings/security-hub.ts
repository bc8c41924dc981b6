import {
  type AwsSecurityFinding,
  BatchUpdateFindingsCommand,
  BatchUpdateFindingsV2Command,
  GetFindingsCommand,
  GetFindingsV2Command,
  type SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import type { HubCopy } from '../../../lib/domain/finding/finding.ts';
import { environment } from '../../runtime/environment.ts';
import type { Change, Copy, Present, Workflow } from './plan.ts';
import { statusIds } from './plan.ts';

/** What could not be written, and why, in Security Hub's words. */
export interface Refusal {
  readonly copy: Copy;
  readonly because: string;
  /** `later`: it passes by itself, and the same may be asked again. */
  readonly again: 'later' | 'never';
}

/** One of Security Hub's two formats: they have calls of their own. */
interface Format {
  /** How the copies stand now, by id; a copy that is not there is missing. */
  read(client: SecurityHubClient, copies: readonly Copy[]): Promise<Map<string, Present>>;
  write(client: SecurityHubClient, copies: readonly Copy[], change: Change): Promise<Refusal[]>;
}

/** Values of one attribute that a filter takes (Security Hub API reference, AwsSecurityFindingFilters: 20 of each). */
export const mostRead = 20;

/** Passes by itself: somebody else was updating the finding, or Security Hub failed (API reference, BatchUpdateFindingsUnprocessedFinding). */
const passing = /^(ConcurrentUpdateError|InternalFailure|InternalServerException|ConflictException)$/;

const refused = (copy: Copy, code = 'unknown', message = ''): Refusal => ({
  copy,
  because: `${code}: ${message}`,
  again: passing.test(code) ? 'later' : 'never',
});

const known = (status: string | undefined): Workflow =>
  status === 'NOTIFIED' || status === 'RESOLVED' || status === 'SUPPRESSED' ? status : 'NEW';

const presentIn = ({ Workflow, Note, UserDefinedFields }: AwsSecurityFinding): Present => ({
  workflow: known(Workflow?.Status),
  note: Note?.Text ? { by: Note.UpdatedBy ?? '', text: Note.Text } : null,
  fields: UserDefinedFields ?? {},
});

const asff: Format = {
  async read(client, copies) {
    const Id = copies.map(({ id }) => ({ Value: id, Comparison: 'EQUALS' as const }));
    const { Findings = [] } = await client.send(new GetFindingsCommand({ Filters: { Id }, MaxResults: 100 }));
    const ours = Findings.filter((one) => copies.some(({ productArn }) => productArn === one.ProductArn));
    return new Map(ours.map((one) => [one.Id ?? '', presentIn(one)]));
  },
  async write(client, copies, { workflow, note, fields }) {
    const { UnprocessedFindings = [] } = await client.send(
      new BatchUpdateFindingsCommand({
        FindingIdentifiers: copies.map(({ id, productArn }) => ({ Id: id, ProductArn: productArn })),
        ...(workflow && { Workflow: { Status: workflow } }),
        ...(note && { Note: { Text: note, UpdatedBy: environment('NAME') } }),
        ...(fields && { UserDefinedFields: { ...fields } }),
      }),
    );
    return UnprocessedFindings.flatMap(({ FindingIdentifier, ErrorCode, ErrorMessage }) => {
      const copy = copies.find(({ id }) => id === FindingIdentifier?.Id);
      return copy ? [refused(copy, ErrorCode, ErrorMessage)] : [];
    });
  },
};

const OcsfFinding = z.object({
  metadata: z.object({ uid: z.string() }),
  status_id: z.number().optional(),
  comment: z.string().optional(),
});

const workflowOf = (statusId: number | undefined): Workflow =>
  known(Object.entries(statusIds).find(([, id]) => id === statusId)?.[0]);

const ocsf: Format = {
  async read(client, copies) {
    const StringFilters = copies.map(({ id }) => ({
      FieldName: 'metadata.uid' as const,
      Filter: { Value: id, Comparison: 'EQUALS' as const },
    }));
    const Filters = { CompositeFilters: [{ StringFilters, Operator: 'OR' as const }] };
    const { Findings = [] } = await client.send(new GetFindingsV2Command({ Filters, MaxResults: 100 }));
    return new Map(
      Findings.map((one) => OcsfFinding.parse(one)).map(({ metadata, status_id, comment }) => [
        metadata.uid,
        { workflow: workflowOf(status_id), note: comment ? { by: null, text: comment } : null, fields: {} },
      ]),
    );
  },
  async write(client, copies, { workflow, note }) {
    const { UnprocessedFindings = [] } = await client.send(
      new BatchUpdateFindingsV2Command({
        MetadataUids: copies.map(({ id }) => id),
        ...(workflow && { StatusId: statusIds[workflow] }),
        ...(note && { Comment: note }),
      }),
    );
    return UnprocessedFindings.flatMap(({ MetadataUid, ErrorCode, ErrorMessage }) => {
      const copy = copies.find(({ id }) => id === MetadataUid);
      return copy ? [refused(copy, ErrorCode, ErrorMessage)] : [];
    });
  },
};

export const formats: Readonly<Record<HubCopy['format'], Format>> = { asff, ocsf };
