import type { Finding } from './finding.ts';
import { type Matcher, type Matching, matches } from './matching.ts';

/** The lever that switches logging on again; the record knows by it when something was seen again. */
export const switchingOn = 'switch-logging-on';

/** A call after which something is seen no more. */
export interface Blinding {
  /** What is not seen any more. */
  readonly blinds: string;
  /** What mends it, as `aws` takes it; a parameter of the call in braces, `{of.another}` within one, `{arn|last}` only what follows its last slash. */
  readonly mend: string;
  /** Only where the request says so; `as` ends the type of such a finding. Left out: always. */
  readonly only?: Only;
  /** Tourniquet switches it on again by itself: then the log is what the incident is about, and whoever did it stands beside. */
  readonly mended?: 'by Tourniquet';
}

interface Only {
  readonly as: string;
  /** One of these has to fit the request. */
  readonly when: readonly Matching[];
}

const only = (as: string, ...when: readonly Matching[]): { readonly only: Only } => ({ only: { as, when } });
const is = (...values: readonly Matcher[]): readonly Matcher[] => values;
const off = is(false);
const given = is({ exists: true });
/** EventBridge asks this of a value, not of what holds others (EventBridge guide, "Exists matching"). */
const absent = { exists: false };
const left = is(absent);
const offOrLeft = is(false, absent);

/** Names under which AWS's own consoles and guides put logs; the event does not say what a bucket or a group is for. */
const logGroups = is(
  { prefix: '/aws/cloudtrail' },
  { prefix: 'aws-cloudtrail' },
  { prefix: 'CloudTrail' },
  { prefix: '/aws/vpc' },
  { prefix: 'vpc-flow' },
  { prefix: '/aws/route53' },
  { prefix: 'aws-waf-logs-' },
);
const logBuckets = is(
  { prefix: 'aws-cloudtrail-logs-' },
  { prefix: 'aws-controltower-logs-' },
  { prefix: 'config-bucket-' },
  { prefix: 'aws-waf-logs-' },
  { wildcard: '*trail*' },
);
/** Days that CloudWatch Logs can keep and that end before an investigation does (PutRetentionPolicy API). */
const short = is(1, 3, 5, 7, 14, 30, 60);
/** A service whose trust in the organisation is withdrawn sees its members no more. */
const watching = is(
  'cloudtrail.amazonaws.com',
  'config.amazonaws.com',
  'guardduty.amazonaws.com',
  'macie.amazonaws.com',
  'securityhub.amazonaws.com',
);

const rejoin = 'invite the account again, or let the administrator add it: aws';
const askAdministrator = 'organizations list-delegated-administrators; then name the administrator again';
const findings = 'GuardDuty findings';

const byUs = { mended: 'by Tourniquet' } as const;

type Calls = Readonly<Record<string, Blinding>>;

/** Whoever leaves an administrator, or is left by one: the same calls in GuardDuty, Security Hub and Macie. */
const membership = (what: string, service: string): Calls => ({
  DisassociateFromAdministratorAccount: { blinds: what, mend: `${rejoin} ${service} create-members for it` },
  DisassociateFromMasterAccount: { blinds: what, mend: `${rejoin} ${service} create-members for it` },
  DisableOrganizationAdminAccount: {
    blinds: `${what} of all members`,
    mend: `${service} enable-organization-admin-account --admin-account-id {adminAccountId}`,
  },
});

/** What is suppressed or resolved is somebody's decision, and starts nothing. Every action has a type. */
const suppressing = {
  Actions: { Type: given, FindingFieldsUpdate: { Workflow: { Status: is('SUPPRESSED', 'RESOLVED') } } },
};
/** OCSF's "Suppressed", "Resolved" and "Archived" (OCSF, Detection Finding: status_id). */
const suppressingV2 = { Actions: { Type: given, FindingFieldsUpdate: { StatusId: is(3, 4, 5) } } };
/** What is not given stays: a rule that suppresses may get wider criteria, or be enabled. */
const widening = { Actions: { Type: left }, RuleStatus: is('ENABLED', absent) };

/** GuardDuty's older word for features; each of them can be off by itself. */
const dataSourcesOff = [
  { dataSources: { s3Logs: { enable: off } } },
  { dataSources: { kubernetes: { auditLogs: { enable: off } } } },
  { dataSources: { malwareProtection: { scanEc2InstanceWithFindings: { ebsVolumes: off } } } },
];

/** Policies by which an organisation forbids, or holds detection on. Tags, backups and the like are no defence. */
const guardRails = is(
  'SERVICE_CONTROL_POLICY',
  'RESOURCE_CONTROL_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'INSPECTOR_POLICY',
);

/** Every mode but that which takes new Regions too (Security Hub API reference, UpdateFindingAggregator). */
const notAllRegions = is('ALL_REGIONS_EXCEPT_SPECIFIED', 'SPECIFIED_REGIONS', 'NO_REGIONS');

const noDelivery = {
  textDataDeliveryEnabled: offOrLeft,
  imageDataDeliveryEnabled: offOrLeft,
  embeddingDataDeliveryEnabled: offOrLeft,
  videoDataDeliveryEnabled: offOrLeft,
  audioDataDeliveryEnabled: offOrLeft,
};

const lake = (what: string, mend: string): Blinding => ({ blinds: what, mend: `securitylake ${mend}` });
/**
 * What a flow log was, newest first, as CreateFlowLogs takes it (EC2 API reference): AWS Config keeps it under the names that CloudFormation gives
 * it (CloudFormation template reference, AWS::EC2::FlowLog), and of one that is deleted nothing. A group is named once, by its ARN or by its name.
 */
const asCreated =
  'first(.configurationItems[].configuration//empty|fromjson|select(.))|{ResourceIds:[.ResourceId],ResourceType,TrafficType,LogDestinationType,LogDestination,LogGroupName:(if .LogDestination then null else .LogGroupName end),DeliverLogsPermissionArn,DeliverCrossAccountRole,LogFormat,MaxAggregationInterval,DestinationOptions}|with_entries(select(.value))';
const recorder = 'name={configurationRecorder.name},roleARN={configurationRecorder.roleARN}';

/** By service, as CloudTrail names it, then by the name of the call there. */
const byService = {
  guardduty: {
    CreateFilter: {
      blinds: findings,
      mend: 'guardduty delete-filter --detector-id {detectorId} --filter-name {name}',
      ...only('archives', { action: is('ARCHIVE') }),
    },
    UpdateFilter: {
      blinds: findings,
      mend: 'guardduty update-filter --detector-id {detectorId} --filter-name {filterName} --action NOOP',
      // What is not given stays: a filter that archives may get wider criteria.
      ...only('archives', { action: is('ARCHIVE', absent) }),
    },
    CreateIPSet: {
      blinds: `${findings} about trusted addresses`,
      mend: 'guardduty list-ip-sets --detector-id {detectorId}; then aws guardduty delete-ip-set --detector-id {detectorId} --ip-set-id with its id',
      ...only('trusts', { activate: is(true) }),
    },
    UpdateIPSet: {
      blinds: `${findings} about trusted addresses`,
      mend: 'guardduty update-ip-set --detector-id {detectorId} --ip-set-id {ipSetId} --no-activate',
      ...only('trusts', { activate: is(true) }, { location: given }),
    },
    CreateTrustedEntitySet: {
      blinds: `${findings} about trusted entities`,
      mend: 'guardduty list-trusted-entity-sets --detector-id {detectorId}; then aws guardduty delete-trusted-entity-set --detector-id {detectorId} --trusted-entity-set-id with its id',
      ...only('trusts', { activate: is(true) }),
    },
    UpdateTrustedEntitySet: {
      blinds: `${findings} about trusted entities`,
      mend: 'guardduty update-trusted-entity-set --detector-id {detectorId} --trusted-entity-set-id {trustedEntitySetId} --no-activate',
      ...only('trusts', { activate: is(true) }, { location: given }),
    },
    DeleteThreatIntelSet: {
      blinds: `${findings} about listed addresses`,
      mend: 'guardduty create-threat-intel-set --detector-id {detectorId} with the list it had',
    },
    DeleteThreatEntitySet: {
      blinds: `${findings} about listed entities`,
      mend: 'guardduty create-threat-entity-set --detector-id {detectorId} with the list it had',
    },
    UpdateThreatIntelSet: {
      blinds: `${findings} about listed addresses`,
      mend: 'guardduty update-threat-intel-set --detector-id {detectorId} --threat-intel-set-id {threatIntelSetId} --activate',
      ...only('off', { activate: off }, { location: given }),
    },
    DeletePublishingDestination: {
      blinds: `the copies of ${findings}`,
      mend: 'guardduty create-publishing-destination --detector-id {detectorId} --destination-type S3 --destination-properties as before',
    },
    UpdatePublishingDestination: {
      blinds: `the copies of ${findings}`,
      mend: 'guardduty update-publishing-destination --detector-id {detectorId} --destination-id {destinationId} --destination-properties as before',
    },
    DeleteDetector: { blinds: findings, mend: 'guardduty create-detector --enable' },
    UpdateDetector: {
      blinds: findings,
      mend: 'guardduty update-detector --detector-id {detectorId} --enable; then switch each feature on again with --features',
      ...byUs,
      ...only(
        'off',
        { enable: off },
        { features: { status: is('DISABLED') } },
        { features: { additionalConfiguration: { status: is('DISABLED') } } },
        ...dataSourcesOff,
      ),
    },
    UpdateMemberDetectors: {
      blinds: `${findings} of members`,
      mend: 'guardduty update-member-detectors --detector-id {detectorId} --features for the same accounts',
      ...only(
        'off',
        { features: { status: is('DISABLED') } },
        { features: { additionalConfiguration: { status: is('DISABLED') } } },
        ...dataSourcesOff,
      ),
    },
    UpdateOrganizationConfiguration: {
      blinds: `${findings} of new members`,
      mend: 'guardduty update-organization-configuration --detector-id {detectorId} --auto-enable-organization-members ALL',
      ...only(
        'off',
        { autoEnable: off },
        { autoEnableOrganizationMembers: is('NONE') },
        { features: { autoEnable: is('NONE') } },
        { features: { additionalConfiguration: { autoEnable: is('NONE') } } },
        { dataSources: { s3Logs: { autoEnable: off } } },
        { dataSources: { kubernetes: { auditLogs: { autoEnable: off } } } },
        { dataSources: { malwareProtection: { scanEc2InstanceWithFindings: { ebsVolumes: { autoEnable: off } } } } },
      ),
    },
    StopMonitoringMembers: {
      blinds: `${findings} of members`,
      mend: 'guardduty start-monitoring-members --detector-id {detectorId} --account-ids for the same accounts',
    },
    DeleteMembers: {
      blinds: `${findings} of members`,
      mend: 'guardduty create-members --detector-id {detectorId} --account-details for the same accounts',
    },
    DisassociateMembers: {
      blinds: `${findings} of members`,
      mend: 'guardduty create-members --detector-id {detectorId} --account-details for the same accounts',
    },
    DeleteMalwareProtectionPlan: {
      blinds: 'malware scans of a bucket',
      mend: 'guardduty create-malware-protection-plan with the role and the bucket it had',
    },
    ...membership(`${findings} at the administrator`, 'guardduty'),
  },
  cloudtrail: {
    StopLogging: { blinds: 'API calls', mend: 'cloudtrail start-logging --name {name}', ...byUs },
    DeleteTrail: {
      blinds: 'API calls',
      mend: 'cloudtrail create-trail --name {name|last} --is-multi-region-trail --enable-log-file-validation --s3-bucket-name as before; then aws cloudtrail start-logging --name {name}',
    },
    PutEventSelectors: {
      blinds: 'some API calls',
      mend: 'cloudtrail put-event-selectors --trail-name {trailName} --advanced-event-selectors as before',
      ...byUs,
    },
    UpdateTrail: {
      blinds: 'some API calls, or their copies where they are looked for',
      mend: 'cloudtrail update-trail --name {name} with what it was before: --is-multi-region-trail --include-global-service-events --enable-log-file-validation --s3-bucket-name --kms-key-id',
      ...only(
        'narrowed',
        // What is not given stays, whatever default the API reference names: that is CreateTrail's.
        { isMultiRegionTrail: off },
        { isOrganizationTrail: off },
        { includeGlobalServiceEvents: off },
        { enableLogFileValidation: off },
        { s3BucketName: given },
        { kmsKeyId: given },
        { cloudWatchLogsLogGroupArn: given },
      ),
    },
    StopEventDataStoreIngestion: {
      blinds: 'API calls in CloudTrail Lake',
      mend: 'cloudtrail start-event-data-store-ingestion --event-data-store {eventDataStore}',
    },
    DeleteEventDataStore: {
      blinds: 'API calls in CloudTrail Lake',
      mend: 'cloudtrail restore-event-data-store --event-data-store {eventDataStore}',
    },
    UpdateEventDataStore: {
      blinds: 'some API calls in CloudTrail Lake',
      mend: 'cloudtrail update-event-data-store --event-data-store {eventDataStore} --multi-region-enabled',
      ...only(
        'narrowed',
        { multiRegionEnabled: off },
        { organizationEnabled: off },
        { advancedEventSelectors: { fieldSelectors: { field: given } } },
      ),
    },
    DeregisterOrganizationDelegatedAdmin: {
      blinds: 'API calls of the organisation',
      mend: 'cloudtrail register-organization-delegated-admin --member-account-id {delegatedAdminAccountId}',
    },
  },
  config: {
    StopConfigurationRecorder: {
      blinds: 'changes of resources',
      mend: 'configservice start-configuration-recorder --configuration-recorder-name {configurationRecorderName}',
      ...byUs,
    },
    DeleteConfigurationRecorder: {
      blinds: 'changes of resources',
      mend: 'configservice put-configuration-recorder --configuration-recorder name={configurationRecorderName} with the role it had',
    },
    DeleteServiceLinkedConfigurationRecorder: {
      blinds: 'changes of resources',
      mend: 'configservice put-service-linked-configuration-recorder --service-principal {servicePrincipal}',
    },
    PutConfigurationRecorder: {
      blinds: 'changes of some resources',
      mend: `configservice put-configuration-recorder --configuration-recorder ${recorder} --recording-group allSupported=true,includeGlobalResourceTypes=true`,
      // What names types, or leaves some out, may not have both; left out they are false, users, roles and policies not recorded (AWS Config API reference, RecordingGroup).
      ...only(
        'narrowed',
        { configurationRecorder: { recordingGroup: { includeGlobalResourceTypes: offOrLeft } } },
        { configurationRecorder: { recordingGroup: { allSupported: offOrLeft } } },
      ),
    },
    PutDeliveryChannel: {
      blinds: 'the copies of changes, where they are looked for',
      mend: 'configservice put-delivery-channel --delivery-channel name={deliveryChannel.name} with the bucket it had',
    },
    PutRetentionConfiguration: {
      blinds: 'what was recorded long ago',
      // Without one Config keeps everything for as long as it can (AWS Config API reference, RetentionConfiguration).
      mend: 'configservice put-retention-configuration --retention-period-in-days 2557',
    },
    DeleteConfigurationAggregator: {
      blinds: 'changes of resources of other accounts and Regions',
      mend: 'configservice put-configuration-aggregator --configuration-aggregator-name {configurationAggregatorName} with the sources it had',
    },
    DeleteConfigRule: {
      blinds: 'what one rule of AWS Config finds',
      mend: 'configservice put-config-rule for {configRuleName} as before',
    },
    DeleteOrganizationConfigRule: {
      blinds: 'what one rule of AWS Config finds, in all members',
      mend: 'configservice put-organization-config-rule for {organizationConfigRuleName} as before',
    },
    DeleteConformancePack: {
      blinds: 'what the rules of a pack find',
      mend: 'configservice put-conformance-pack --conformance-pack-name {conformancePackName} as before',
    },
    DeleteOrganizationConformancePack: {
      blinds: 'what the rules of a pack find, in all members',
      mend: 'configservice put-organization-conformance-pack --organization-conformance-pack-name {organizationConformancePackName} as before',
    },
    DeleteAggregationAuthorization: {
      blinds: 'changes of resources, for the account that gathers them',
      mend: 'configservice put-aggregation-authorization --authorized-account-id {authorizedAccountId} --authorized-aws-region {authorizedAwsRegion}',
    },
    DisassociateResourceTypes: {
      blinds: 'changes of some resources',
      mend: 'configservice associate-resource-types --configuration-recorder-arn {configurationRecorderArn} with the same types',
    },
    DeleteDeliveryChannel: {
      blinds: 'the copies of changes',
      mend: 'configservice put-delivery-channel --delivery-channel name={deliveryChannelName} with the bucket it had',
    },
  },
  securityhub: {
    DisableSecurityHub: { blinds: 'findings in Security Hub', mend: 'securityhub enable-security-hub' },
    DisableSecurityHubV2: { blinds: 'findings in Security Hub', mend: 'securityhub enable-security-hub-v2' },
    DisableSecurityHubFeatureV2: {
      blinds: 'some findings in Security Hub',
      mend: 'securityhub enable-security-hub-feature-v2 with the same feature',
    },
    DeleteConfigurationPolicy: {
      blinds: 'what members have to have switched on',
      mend: 'securityhub create-configuration-policy as before; then associate it with the same accounts',
    },
    BatchDisableStandards: {
      blinds: 'controls of Security Hub',
      mend: 'securityhub batch-enable-standards with the same standards',
    },
    DisableImportFindingsForProduct: {
      blinds: 'findings of one product',
      mend: 'securityhub enable-import-findings-for-product with the same product',
    },
    DeleteFindingAggregator: {
      blinds: 'findings of other Regions',
      mend: 'securityhub create-finding-aggregator --region-linking-mode ALL_REGIONS',
    },
    UpdateFindingAggregator: {
      blinds: 'findings of other Regions',
      mend: 'securityhub update-finding-aggregator --finding-aggregator-arn {findingAggregatorArn} --region-linking-mode ALL_REGIONS',
      ...only('narrowed', { RegionLinkingMode: notAllRegions }),
    },
    DeleteAggregatorV2: {
      blinds: 'findings of other Regions',
      mend: 'securityhub create-aggregator-v2 --region-linking-mode ALL_REGIONS',
    },
    UpdateAggregatorV2: {
      blinds: 'findings of other Regions',
      mend: 'securityhub update-aggregator-v2 --aggregator-v2-arn {aggregatorV2Arn} --region-linking-mode ALL_REGIONS',
      ...only('narrowed', { RegionLinkingMode: notAllRegions }),
    },
    UpdateOrganizationConfiguration: {
      blinds: 'findings of new members',
      mend: 'securityhub update-organization-configuration --auto-enable',
      ...only('off', { AutoEnable: off }),
    },
    CreateAutomationRule: {
      blinds: 'findings that it suppresses',
      mend: 'securityhub list-automation-rules; then aws securityhub batch-delete-automation-rules --automation-rules-arns with its ARN',
      ...only('suppresses', suppressing),
    },
    BatchUpdateAutomationRules: {
      blinds: 'findings that it suppresses',
      mend: 'securityhub list-automation-rules; then aws securityhub batch-delete-automation-rules --automation-rules-arns with its ARN',
      ...only(
        'suppresses',
        { UpdateAutomationRulesRequestItems: suppressing },
        { UpdateAutomationRulesRequestItems: widening },
      ),
    },
    CreateAutomationRuleV2: {
      blinds: 'findings that it suppresses',
      mend: 'securityhub list-automation-rules-v2; then aws securityhub delete-automation-rule-v2 --identifier with its ARN',
      ...only('suppresses', suppressingV2),
    },
    UpdateAutomationRuleV2: {
      blinds: 'findings that it suppresses',
      mend: 'securityhub list-automation-rules-v2; then aws securityhub delete-automation-rule-v2 --identifier with its ARN',
      ...only('suppresses', suppressingV2, widening),
    },
    DeleteMembers: { blinds: 'findings of members', mend: 'securityhub create-members for the same accounts' },
    DisassociateMembers: { blinds: 'findings of members', mend: 'securityhub create-members for the same accounts' },
    ...membership('findings at the administrator', 'securityhub'),
  },
  macie2: {
    DisableMacie: { blinds: 'findings of Macie', mend: 'macie2 enable-macie' },
    UpdateMacieSession: {
      blinds: 'findings of Macie',
      mend: 'macie2 update-macie-session --status ENABLED',
      ...only('paused', { status: is('PAUSED') }),
    },
    UpdateOrganizationConfiguration: {
      blinds: 'findings of Macie of new members',
      mend: 'macie2 update-organization-configuration --auto-enable',
      ...only('off', { autoEnable: off }),
    },
    UpdateMemberSession: {
      blinds: 'findings of Macie of a member',
      mend: 'macie2 update-member-session --id {id} --status ENABLED',
      ...only('paused', { status: is('PAUSED') }),
    },
    UpdateClassificationJob: {
      blinds: 'sensitive data that a job of Macie would find',
      mend: 'macie2 update-classification-job --job-id {jobId} --job-status RUNNING; of a cancelled one: aws macie2 create-classification-job as before',
      ...only('stopped', { jobStatus: is('CANCELLED', 'USER_PAUSED') }),
    },
    UpdateAutomatedDiscoveryConfiguration: {
      blinds: 'sensitive data that Macie finds by itself',
      mend: 'macie2 update-automated-discovery-configuration --status ENABLED',
      ...only('off', { status: is('DISABLED') }),
    },
    DisassociateMember: { blinds: 'findings of Macie of a member', mend: 'macie2 create-member for account {id}' },
    DeleteMember: { blinds: 'findings of Macie of a member', mend: 'macie2 create-member for account {id}' },
    CreateFindingsFilter: {
      blinds: 'findings of Macie',
      mend: 'macie2 list-findings-filters; then aws macie2 delete-findings-filter --id with its id',
      ...only('archives', { action: is('ARCHIVE') }),
    },
    UpdateFindingsFilter: {
      blinds: 'findings of Macie',
      mend: 'macie2 update-findings-filter --id {id} --action NOOP',
      // As with GuardDuty's.
      ...only('archives', { action: is('ARCHIVE', absent) }),
    },
    PutFindingsPublicationConfiguration: {
      blinds: 'findings of Macie in Security Hub',
      mend: 'macie2 put-findings-publication-configuration --security-hub-configuration publishClassificationFindings=true,publishPolicyFindings=true',
      ...only(
        'unpublished',
        { securityHubConfiguration: { publishPolicyFindings: off } },
        { securityHubConfiguration: { publishClassificationFindings: off } },
      ),
    },
    ...membership('findings of Macie at the administrator', 'macie2'),
  },
  events: {
    RemovePermission: {
      blinds: 'events of other accounts',
      mend: 'events put-permission for each account or organisation that sent to the bus; where Tourniquet is deployed there, deploy again',
      ...only('all', { removeAllPermissions: is(true) }),
    },
  },
  ec2: {
    DeleteFlowLogs: {
      blinds: 'network traffic',
      ...byUs,
      // The call names flow logs by their ids alone; what they were AWS Config still knows, where it records them, else the call that made them.
      mend: `configservice get-resource-config-history --resource-type AWS::EC2::FlowLog --resource-id {deleteFlowLogsRequest.flowLogId.content} | jq '${asCreated}' | aws ec2 create-flow-logs --cli-input-json file:///dev/stdin; where AWS Config has none of it: aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateFlowLogs --query "Events[?contains(CloudTrailEvent,'{deleteFlowLogsRequest.flowLogId.content}')].CloudTrailEvent" --output text, and create it as it was`,
    },
  },
  'access-analyzer': {
    DeleteAnalyzer: {
      blinds: 'findings about access from outside',
      mend: 'accessanalyzer create-analyzer --analyzer-name {analyzerName} --type ACCOUNT',
    },
    CreateArchiveRule: {
      blinds: 'findings about access from outside, which it archives',
      mend: 'accessanalyzer delete-archive-rule --analyzer-name {analyzerName} --rule-name {ruleName}',
    },
    UpdateArchiveRule: {
      blinds: 'findings about access from outside, which it archives',
      mend: 'accessanalyzer delete-archive-rule --analyzer-name {analyzerName} --rule-name {ruleName}',
    },
    DeleteServiceLinkedAnalyzer: {
      blinds: 'findings about access from outside, for the service that had it made',
      mend: 'accessanalyzer create-service-linked-analyzer as before',
    },
  },
  detective: {
    DeleteGraph: { blinds: 'what investigations look back at', mend: 'detective create-graph; what it held is gone' },
  },
  inspector2: {
    Disable: { blinds: 'findings of Inspector', mend: 'inspector2 enable with the same resource types and accounts' },
    DisableDelegatedAdminAccount: {
      blinds: 'findings of Inspector at the administrator',
      mend: 'inspector2 enable-delegated-admin-account --delegated-admin-account-id {delegatedAdminAccountId}',
    },
  },
  eks: {
    UpdateClusterConfig: {
      blinds: 'the audit log of a cluster',
      mend: 'eks update-cluster-config --name {name} --logging with the types it had',
      // A type that is named and not enabled is not exported (EKS API reference, LogSetup).
      ...only('unlogged', { logging: { clusterLogging: { enabled: offOrLeft, types: is('audit') } } }),
    },
  },
  route53: {
    DeleteQueryLoggingConfig: {
      blinds: 'DNS queries for a public zone',
      mend: 'route53 create-query-logging-config --hosted-zone-id and --cloud-watch-logs-log-group-arn as before',
    },
  },
  route53resolver: {
    DeleteResolverQueryLogConfig: {
      blinds: 'DNS queries',
      mend: 'route53resolver create-resolver-query-log-config with the destination it had',
    },
    DisassociateFirewallRuleGroup: {
      blinds: 'DNS queries that a firewall refused, and refuses none of them',
      mend: 'route53resolver associate-firewall-rule-group with the group, the VPC and the priority that {firewallRuleGroupAssociationId} had',
    },
    DisassociateResolverQueryLogConfig: {
      blinds: 'DNS queries',
      mend: 'route53resolver associate-resolver-query-log-config --resolver-query-log-config-id {resolverQueryLogConfigId} --resource-id {resourceId}',
    },
  },
  'network-firewall': {
    UpdateLoggingConfiguration: {
      blinds: 'traffic through a network firewall',
      mend: 'network-firewall update-logging-configuration --firewall-arn {firewallArn} --logging-configuration with the destinations it had',
      // Of several destinations each call takes away one, and the last one leaves none; so does a call without a configuration (Network Firewall API reference).
      ...only('off', { loggingConfiguration: { logDestinationConfigs: { logType: left } } }),
    },
  },
  elasticloadbalancing: {
    ModifyLoadBalancerAttributes: {
      blinds: 'requests to a load balancer',
      mend: 'elbv2 modify-load-balancer-attributes --load-balancer-arn {loadBalancerArn} --attributes Key=access_logs.s3.enabled,Value=true with the bucket it had; of a classic one: aws elb modify-load-balancer-attributes --load-balancer-name {loadBalancerName} --load-balancer-attributes with the access log it had',
      ...only(
        'unlogged',
        { attributes: { key: is('access_logs.s3.enabled', 'connection_logs.s3.enabled'), value: is('false') } },
        // Of a classic one.
        { loadBalancerAttributes: { accessLog: { enabled: off } } },
      ),
    },
  },
  wafv2: {
    DeleteWebACL: {
      blinds: 'web requests, and refuses none of them',
      mend: 'wafv2 create-web-acl as before; then associate it with the same resources',
    },
    DisassociateWebACL: {
      blinds: 'web requests to one resource, and refuses none of them',
      mend: 'wafv2 associate-web-acl --resource-arn {resourceArn} --web-acl-arn with the one it had',
    },
    DeleteLoggingConfiguration: {
      blinds: 'web requests',
      mend: 'wafv2 put-logging-configuration for {resourceArn}',
    },
  },
  bedrock: {
    DeleteModelInvocationLoggingConfiguration: {
      blinds: 'calls of models',
      mend: 'bedrock put-model-invocation-logging-configuration --logging-config with what it was before',
    },
    PutModelInvocationLoggingConfiguration: {
      blinds: 'calls of models',
      mend: 'bedrock put-model-invocation-logging-configuration --logging-config with what it was before',
      ...only(
        'off',
        // Nowhere to deliver to, or nothing to deliver.
        { loggingConfig: { cloudWatchConfig: { logGroupName: left }, s3Config: { bucketName: left } } },
        { loggingConfig: noDelivery },
      ),
    },
  },
  logs: {
    DeleteLogGroup: {
      blinds: 'what was written to the log group',
      mend: 'logs create-log-group --log-group-name {logGroupName}; what it held is gone',
      ...only('of-logs', { logGroupName: logGroups }),
    },
    DeleteLogStream: {
      blinds: 'what was written to the log stream',
      mend: 'logs create-log-stream --log-group-name {logGroupName} --log-stream-name {logStreamName}; what it held is gone',
      ...only('of-logs', { logGroupName: logGroups }),
    },
    DeleteDelivery: {
      blinds: 'logs that a service delivers',
      mend: 'logs create-delivery with the source and the destination that {id} had',
    },
    DeleteDeliverySource: {
      blinds: 'logs that a service delivers',
      mend: 'logs put-delivery-source --name {name} as before; then create its deliveries again',
    },
    DeleteDeliveryDestination: {
      blinds: 'logs that services deliver there',
      mend: 'logs put-delivery-destination --name {name} as before; then create its deliveries again',
    },
    DeleteDeliveryDestinationPolicy: {
      blinds: 'logs that services of other accounts deliver there',
      mend: 'logs put-delivery-destination-policy --delivery-destination-name {deliveryDestinationName} --delivery-destination-policy as before',
    },
    DeleteResourcePolicy: {
      blinds: 'what services write to log groups',
      mend: 'logs put-resource-policy --policy-name {policyName} --policy-document as before',
    },
    DeleteDestination: {
      blinds: 'what other accounts send on from their log groups',
      mend: 'logs put-destination --destination-name {destinationName} as before; then its policy',
    },
    DeleteAccountPolicy: {
      blinds: 'what is sent on from all log groups',
      mend: 'logs put-account-policy --policy-type SUBSCRIPTION_FILTER_POLICY --policy-name {policyName} as before',
      ...only('subscriptions', { policyType: is('SUBSCRIPTION_FILTER_POLICY') }),
    },
    PutSubscriptionFilter: {
      blinds: 'what is sent on from the log group, where a filter of that name was',
      mend: 'logs describe-subscription-filters --log-group-name {logGroupName}; then aws logs put-subscription-filter with the destination it had',
      ...only('of-logs', { logGroupName: logGroups }),
    },
    DeleteSubscriptionFilter: {
      blinds: 'what is sent on from the log group',
      mend: 'logs put-subscription-filter --log-group-name {logGroupName} --filter-name {filterName} as before',
      ...only('of-logs', { logGroupName: logGroups }),
    },
    DeleteMetricFilter: {
      blinds: 'alarms about the log group',
      mend: 'logs put-metric-filter --log-group-name {logGroupName} --filter-name {filterName} as before',
      ...only('of-logs', { logGroupName: logGroups }),
    },
    PutRetentionPolicy: {
      blinds: 'what was written long ago',
      mend: 'logs put-retention-policy --log-group-name {logGroupName} --retention-in-days 365',
      ...only('short', { logGroupName: logGroups, retentionInDays: short }),
    },
  },
  s3: {
    PutBucketLogging: {
      blinds: 'requests to a bucket',
      mend: 's3api put-bucket-logging --bucket {bucketName} with the target it had',
      ...only('off', { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: left } } }),
    },
    PutBucketLifecycle: {
      blinds: 'logs that expire',
      mend: 's3api get-bucket-lifecycle-configuration --bucket {bucketName}; then aws s3api delete-bucket-lifecycle --bucket {bucketName}',
      ...only('of-logs', { bucketName: logBuckets }),
    },
    PutBucketPolicy: {
      blinds: 'logs that are delivered no more',
      mend: 's3api get-bucket-policy --bucket {bucketName}; let the log services write again',
      ...only('of-logs', { bucketName: logBuckets }),
    },
    DeleteBucketPolicy: {
      blinds: 'logs that are delivered no more',
      mend: 's3api put-bucket-policy --bucket {bucketName} with the policy it had',
      ...only('of-logs', { bucketName: logBuckets }),
    },
    PutBucketVersioning: {
      blinds: 'logs that are overwritten or deleted from now on',
      mend: 's3api put-bucket-versioning --bucket {bucketName} --versioning-configuration Status=Enabled',
      ...only('suspended', { bucketName: logBuckets, VersioningConfiguration: { Status: is('Suspended') } }),
    },
    PutBucketEncryption: {
      blinds: 'new logs, where those who deliver or read them may not use the key',
      mend: 's3api put-bucket-encryption --bucket {bucketName} --server-side-encryption-configuration with the key it had',
      // Whose key it is a rule cannot tell.
      ...only('of-logs', { bucketName: logBuckets }),
    },
    DeleteBucketEncryption: {
      blinds: 'who reads new logs, as the calls of their key record it',
      mend: 's3api put-bucket-encryption --bucket {bucketName} --server-side-encryption-configuration with the key it had',
      ...only('of-logs', { bucketName: logBuckets }),
    },
    PutBucketNotification: {
      blinds: 'new logs, for what they are sent on to',
      mend: 's3api put-bucket-notification-configuration --bucket {bucketName} as before',
      ...only('of-logs', { bucketName: logBuckets }),
    },
    DeleteBucketReplication: {
      blinds: 'the copies of logs',
      mend: 's3api put-bucket-replication --bucket {bucketName} as before',
      ...only('of-logs', { bucketName: logBuckets }),
    },
    DeleteBucket: {
      blinds: 'logs that are delivered no more',
      mend: 's3api create-bucket --bucket {bucketName}',
      ...only('of-logs', { bucketName: logBuckets }),
    },
  },
  organizations: {
    LeaveOrganization: { blinds: 'the account, for its administrators', mend: rejoin.replace(/: aws$/, '') },
    RemoveAccountFromOrganization: {
      blinds: 'the account, for its administrators',
      mend: 'organizations invite-account-to-organization --target Id={accountId},Type=ACCOUNT',
    },
    DisableAWSServiceAccess: {
      blinds: 'all members, for one service',
      mend: 'organizations enable-aws-service-access --service-principal {servicePrincipal}',
      ...only('of-watchers', { servicePrincipal: watching }),
    },
    DeregisterDelegatedAdministrator: {
      blinds: 'all members, for one administrator',
      mend: askAdministrator,
      ...only('of-watchers', { servicePrincipal: watching }),
    },
    DetachPolicy: {
      blinds: 'what a policy of the organisation forbade',
      mend: 'organizations attach-policy --policy-id {policyId} --target-id {targetId}',
      // Without this one more is forbidden, not less (AWS Organizations user guide, "SCP evaluation").
      ...only('guard-rail', { policyId: is({ 'anything-but': ['p-FullAWSAccess'] }) }),
    },
    UpdatePolicy: {
      blinds: 'what a policy of the organisation forbade',
      mend: 'organizations describe-policy --policy-id {policyId}; then aws organizations update-policy --policy-id {policyId} --content as before',
      // Of tags, backups and the like the content has no statements.
      ...only('rewritten', { content: is({ wildcard: '*Statement*' }) }),
    },
    DisablePolicyType: {
      blinds: 'what all policies of a kind forbade',
      mend: 'organizations enable-policy-type --root-id {rootId} --policy-type {policyType}; then attach each policy again',
      ...only('guard-rails', { policyType: guardRails }),
    },
  },
  securitylake: {
    DeleteDataLake: lake('logs in Security Lake', 'create-data-lake as before'),
    DeleteAwsLogSource: lake('logs of a source in Security Lake', 'create-aws-log-source for the same sources'),
    DeleteCustomLogSource: lake(
      'logs of a source in Security Lake',
      'create-custom-log-source --source-name {sourceName} as before',
    ),
    DeleteSubscriber: lake('logs, for a subscriber of Security Lake', 'create-subscriber as before'),
    DeleteSubscriberNotification: lake(
      'news of logs, for a subscriber of Security Lake',
      'create-subscriber-notification --subscriber-id {subscriberId} as before',
    ),
    DeleteDataLakeOrganizationConfiguration: lake(
      'logs of new accounts in Security Lake',
      'create-data-lake-organization-configuration as before',
    ),
    DeregisterDataLakeDelegatedAdministrator: lake(
      'logs of all accounts in Security Lake, for its administrator',
      'register-data-lake-delegated-administrator --account-id with the same account',
    ),
    DeleteDataLakeExceptionSubscription: lake(
      'failures of Security Lake',
      'create-data-lake-exception-subscription as before',
    ),
  },
} as const satisfies Readonly<Record<string, Calls>>;

const entries = Object.entries<Calls>(byService).flatMap(([service, calls]) =>
  Object.entries(calls).map(([event, one]) => ({ call: `${service}:${event}`, one })),
);
const typeOf = (call: string, { only: narrow }: Blinding): string => (narrow ? `${call}/${narrow.as}` : call);

/** Every call that blinds, by the type of its finding: `guardduty:CreateFilter/archives`. */
export const blinding: ReadonlyMap<string, Blinding> = new Map(
  entries.map(({ call, one }) => [typeOf(call, one), one] as const),
);
const byCall = new Map(entries.map(({ call, one }) => [call, one] as const));

const daily = (what: string, rule: string): string =>
  `${what} puts single findings aside, as people and Tourniquet's own update-findings do every day: no rule watches it. A rule that does it to all of a kind is watched, by ${rule}`;

/** Calls that look as if they blinded, or put single findings aside, and that nobody is told of: why. */
const unwatched: ReadonlyMap<string, string> = new Map([
  ['guardduty:ArchiveFindings', daily('guardduty:ArchiveFindings', 'guardduty:CreateFilter')],
  ['macie2:ArchiveFindings', daily('macie2:ArchiveFindings', 'macie2:CreateFindingsFilter')],
  ...['BatchUpdateStandardsControlAssociations', 'UpdateStandardsControl', 'UpdateSecurityHubConfiguration'].map(
    (name) =>
      [
        `securityhub:${name}`,
        'A control finds weaknesses, and no attack is seen less without it; to switch off whole standards is watched, as securityhub:BatchDisableStandards',
      ] as const,
  ),
  ...['CreateFilter', 'UpdateFilter'].map(
    (name) =>
      [
        `inspector2:${name}`,
        'Inspector finds weaknesses, and no attack is seen less while some are suppressed; to switch it off is watched, as inspector2:Disable',
      ] as const,
  ),
  ...['DeleteInsight', 'UpdateInsight'].map(
    (name) => [`securityhub:${name}`, 'An insight is a saved search: every finding is still there'] as const,
  ),
  [
    'config:DeleteRetentionConfiguration',
    'Without one AWS Config keeps what it has recorded for as long as it can: nothing is lost',
  ],
  [
    'config:DeleteEvaluationResults',
    'AWS Config evaluates the rule again: the rule stays, and what was recorded of the resources too',
  ],
  [
    'config:DeleteRemediationConfiguration',
    'AWS Config still finds what breaks the rule; it only mends nothing by itself any more',
  ],
  ...['BatchUpdateFindings', 'BatchUpdateFindingsV2'].map((name) => {
    const call = `securityhub:${name}`;
    return [call, daily(call, 'securityhub:CreateAutomationRule')] as const;
  }),
]);

/** Why a call that sometimes blinds does not this time, or is not watched; null of calls that never do, and of those that always do. */
export function harmless(type: string): string | null {
  const reason = unwatched.get(type);
  if (reason) return reason;
  const one = byCall.get(type);
  return one?.only ? `${type} blinds only as ${typeOf(type, one)}` : null;
}

/** Whether a finding says that a log is off which Tourniquet switches on: each time anew, also in one incident. */
export const isMended = ({ type, nature, targets: [first] }: Pick<Finding, 'type' | 'nature' | 'targets'>): boolean =>
  nature === 'attack' && first?.kind === 'log' && blinding.get(type)?.mended !== undefined;

/** What AWS calls things; anything else in the place of a parameter might be read by a shell. */
const plain = /^[\w.:/@+=,-]{1,256}$/;

/** What stands at a path; of a list all that it holds. */
const valuesAt = (inside: unknown, [name, ...rest]: readonly string[]): unknown[] => {
  if (Array.isArray(inside))
    return inside.slice(0, mostFilledIn).flatMap((one) => valuesAt(one, [name ?? '', ...rest].filter(Boolean)));
  if (!name) return [inside];
  return isObject(inside) ? valuesAt(inside[name], rest) : [];
};

/** Things of one call that its command names; of more than these the record tells. */
const mostFilledIn = 10;

/**
 * The command with what the request says; what is missing or no plain name stays as the name of the parameter. Where the request names several, it is for the
 * first, and says for which others it is to be given again.
 */
function filledIn(mend: string, parameters: Readonly<Record<string, unknown>>): string {
  const others: string[] = [];
  const command = `aws ${mend}`.replace(/\{([\w.]+)(\|last)?\}/g, (_, path: string, last?: string) => {
    const names = path.split('.');
    const [value, ...more] = valuesAt(parameters, names).filter(
      (one): one is string => typeof one === 'string' && plain.test(one),
    );
    if (value === undefined) return `<${names.at(-1)}>`;
    others.push(...more);
    return last ? value.slice(value.lastIndexOf('/') + 1) : value;
  });
  return others.length > 0 ? `${command}; the same for ${[...new Set(others)].join(', ')}` : command;
}
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What a call blinds; null where it does not. `parameters` are those of the request, in camel case. */
export function blindedBy(
  call: string,
  parameters: Readonly<Record<string, unknown>>,
): { readonly type: string; readonly mend: string; readonly mended: Blinding['mended'] } | null {
  const one = byCall.get(call);
  if (!one) return null;
  const fits = !one.only || one.only.when.some((when) => matches(inCamelCase(when), parameters));
  return fits ? { type: typeOf(call, one), mend: filledIn(one.mend, parameters), mended: one.mended } : null;
}

/** Findings are read in camel case, and events are matched as AWS sends them: Security Hub writes its parameters large. */
const inCamelCase = (when: Matching): Matching =>
  Object.fromEntries(
    Object.entries(when).map(([field, inner]) => [
      `${field.slice(0, 1).toLowerCase()}${field.slice(1)}`,
      isMatching(inner) ? inCamelCase(inner) : inner,
    ]),
  );
const isMatching = (value: readonly Matcher[] | Matching): value is Matching => !Array.isArray(value);
