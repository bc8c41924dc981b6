/** What the outputs of the hub's stack are for. */
const outputWords: Readonly<Record<string, string>> = {
  TopicArn: 'Subscribe people to it: alarms, failed runs, broken ledgers',
  SecretArn: "Put Slack's bot token and signing secret into it",
  SlackUrl: 'Interactivity request URL of the Slack app',
  DecisionsUrl: 'Where the command line takes decisions to',
  SealUrl: 'Where the command line has records sealed',
  ClocksUrl: 'Where the command line takes facts and filings to',
  RetentionUrl: 'Where the command line takes removals to',
  TableName: 'Incidents, before-states and ledgers; outlives the stack',
  VaultName: 'Evidence and sealed records; outlives the stack',
  VaultKeyArn: 'Encrypts the vault; outlives the stack',
  SealingKeyArn: 'Signs records; outlives the stack. Publish its fingerprint',
  ScheduleGroup: 'Report clocks',
  DeadLettersArn: 'What could not be delivered: tourniquet dead-letters',
};

/** Of an output. The others are state machines, each under the name of its playbook. */
export const outputDescription = (id: string): string =>
  outputWords[id] ?? (id.startsWith('Machine') ? 'State machine of a playbook' : 'Read by the command line');
