/** The account as SES shows it (SES API v2 reference, GetAccount). */
export interface Account {
  readonly SendingEnabled?: boolean | undefined;
  readonly ProductionAccessEnabled?: boolean | undefined;
  readonly EnforcementStatus?: string | undefined;
  readonly SendQuota?:
    | { readonly SentLast24Hours?: number | undefined; readonly Max24HourSend?: number | undefined }
    | undefined;
}

/** What people read in the question: SES counts by account and Region, and never says whose mail it was. */
export function factsOf(region: string, account: Account): string[] {
  const { SendingEnabled, ProductionAccessEnabled, EnforcementStatus, SendQuota } = account;
  const { SentLast24Hours: sent = 0, Max24HourSend: most = 0 } = SendQuota ?? {};
  // -1: without a limit.
  const of = most < 0 ? '' : ` of ${most} it may`;
  const how = SendingEnabled
    ? `${sent} mails sent in the last 24 hours${of}, all senders together`
    : 'it sends no mail at present';
  return [
    `SES in ${region}: ${how}`,
    ...(ProductionAccessEnabled ? [] : ['It is in the sandbox of SES: only addresses that were verified get mail']),
    ...(EnforcementStatus && EnforcementStatus !== 'HEALTHY'
      ? [`AWS has put the account under review: ${EnforcementStatus}`]
      : []),
    'Undo: at once. Mail that was refused meanwhile is not sent by itself',
  ];
}
