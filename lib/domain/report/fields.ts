/** Who fills a field in: the configuration, what is on record (as a draft for people to confirm), or only a person. */
export type FilledFrom = 'config' | 'engine' | 'human';

type Row = readonly [from: FilledFrom, title: string, hint: string];

/** Every field a report can have, by the eight items. A regime's report is a view of these; a new field is one row. */
const table = {
  'Company and contact': {
    'entity.name': ['config', 'Company', 'legal name of the reporting company'],
    'entity.otherNames': ['config', 'Trade names and other legal names', 'each name, or that there are none'],
    'entity.incorporation': ['config', 'State of incorporation', 'where the company is incorporated or formed'],
    'entity.code': ['config', 'Identification code', 'LEI, or another code the authority knows the company by'],
    'entity.parent': ['config', 'Parent undertaking', 'name and LEI of the parent of the group'],
    'entity.submitting': [
      'human',
      'Submitting entity',
      'name and code of who reports for the company, or not applicable',
    ],
    'entity.affected': ['human', 'Affected entities', 'names and codes of the entities it concerns'],
    contacts: ['config', 'Point of contact', 'name, position, address, phones, e-mail'],
    'contacts.second': ['config', 'Second contact', 'who answers when the first does not'],
    'dpo.contact': ['config', 'Data protection officer', 'name and contact of the officer or another contact point'],
    reference: ['engine', 'Our own reference', 'number the company knows the incident by'],
  },
  'Contracts and clearance': {
    'dod.uei': ['config', 'Unique entity identifier (UEI)', 'twelve characters, from SAM.gov'],
    'dod.contracts': ['config', 'Contracts that may be affected', 'contract numbers'],
    'dod.contractingOfficers': ['config', 'Contracting officers', 'name, address, phone, e-mail of each'],
    'dod.programmeManagers': ['config', 'Government programme managers', 'name, address, phone, e-mail of each'],
    'dod.contractClearance': ['config', 'Contract clearance level', 'unclassified, confidential, secret, top secret'],
    'dod.cage': ['config', 'Facility CAGE code', 'five characters'],
    'dod.clearance': ['config', 'Facility clearance', 'unclassified, confidential, secret, top secret'],
    'dod.location.cage': ['human', 'CAGE code of the incident location', 'of the facility where it happened'],
    'dod.programmes': ['config', 'Programmes, platforms or systems involved', 'of the Department of Defense'],
  },
  'Details of the breach': {
    narrative: ['engine', 'What happened', 'the incident in plain words, in order'],
    timeline: ['engine', 'Timeline', 'a line an event, with its time'],
    blindWindows: ['engine', 'Times without logs', 'which log, where, from when to when; they limit what can be said'],
    findings: ['engine', 'Findings', 'what AWS reported'],
    changes: ['engine', 'What the identity changed or made', 'by CloudTrail, since the first sign'],
    'discovery.how': ['engine', 'How it was discovered', 'by a finding, a person, a customer, an authority'],
    'compromise.type': ['engine', 'Type of compromise', 'unauthorised access, unauthorised release, unknown'],
    outcome: ['human', 'Outcome of the attack', 'successful, failed, unknown'],
    severity: ['engine', 'Severity', 'first assessment, with the reason'],
    unlawfulSuspected: ['engine', 'Unlawful or malicious act suspected', 'yes or no, and why'],
    thirdParty: ['human', 'Origin at a third party', 'name of the provider, or that there is none'],
    recurring: ['human', 'Recurring incident', 'whether it has happened before, when and how often'],
    rootCause: ['human', 'Root cause', 'what made it possible, in a sentence'],
    'rootCause.detail': ['human', 'Detailed and additional root causes', 'each cause, and what it led to'],
    'classification.criteria': ['human', 'Criteria by which it counts as major', 'each criterion with its threshold'],
    materiality: ['human', 'Why it is material', 'how the company came to the determination'],
  },
  'Impact on covered information': {
    'impact.statement': ['human', 'Impact on covered defence information', 'none, or what was affected and how'],
    'impact.data': ['human', 'Information accessed', 'categories of information, known or suspected'],
    'impact.operational': ['human', 'Ability to operate', 'what does not work, since when, for whom'],
    'impact.criticalSupport': [
      'human',
      'Ability to provide operationally critical support',
      'affected or not, and how',
    ],
    'impact.financial': ['human', 'Material impact on the company', 'on finances and results, known or likely'],
    'impact.clients': ['human', 'Impact on clients and transactions', 'whom it touches, and how many'],
    'people.categories': ['human', 'Categories of people', 'customers, staff, patients'],
    'people.approximate': ['human', 'Number of people, about', 'a number or a range'],
    'records.categories': ['human', 'Categories of records', 'names, account numbers, diagnoses'],
    'records.approximate': ['human', 'Number of records, about', 'a number or a range'],
    consequences: ['human', 'Likely consequences', 'for the people or services concerned'],
    crossBorder: ['human', 'Impact across borders', 'yes or no, and where'],
    'scope.countries': ['human', 'Countries or Member States concerned', 'each by its name'],
    duration: ['human', 'Duration', 'from the first sign until it was over, in days, hours and minutes'],
    downtime: ['human', 'Downtime', 'actual or estimated, in hours and minutes'],
    'costs.gross': ['human', 'Gross costs and losses', 'amount and currency, direct and indirect'],
    'costs.recovered': ['human', 'Financial recoveries', 'amount and currency'],
  },
  'Date and location': {
    'times.occurredFrom': ['engine', 'First sign', 'a time with its zone'],
    'times.occurredTo': ['engine', 'Last sign so far', 'a time with its zone'],
    'times.detected': ['engine', 'Detected', 'when the first finding was delivered'],
    'times.discovered': ['engine', 'Discovered', 'recorded with the verb `fact`; clocks run from it'],
    'times.aware': ['engine', 'Aware of it', 'recorded with the verb `fact`; clocks run from it'],
    'times.classified': ['engine', 'Classified as major', 'recorded with the verb `fact`; clocks run from it'],
    'times.determined': ['engine', 'Found to be material', 'recorded with the verb `fact`; clocks run from it'],
    'times.resolved': ['engine', 'Handling ended', 'recorded with the verb `fact`'],
    'times.recovered': ['human', 'Regular activities recovered', 'a time with its zone'],
    'times.facts': ['engine', 'Since when it is known, by whom; the clocks count from these', 'recorded with `fact`'],
    location: ['engine', 'Location of the compromise', 'place, system, account and Region'],
    'scope.accounts': ['engine', 'Account', 'AWS account ids'],
    'scope.regions': ['engine', 'Region', 'AWS Regions'],
    'scope.resources': ['engine', 'Resource', 'systems, networks and devices concerned'],
    'scope.identities': ['engine', 'Identities concerned', 'users, roles and sessions that acted or were used'],
    'scope.function': ['human', 'What the affected systems are for', 'function of each system, network, device'],
  },
  'Method and actor': {
    technique: ['engine', 'Technique (MITRE ATT&CK, suggested by the finding type)', 'tactics and techniques'],
    indicators: ['engine', 'Indicators', 'addresses, domains, hashes'],
    vulnerabilities: ['human', 'Vulnerabilities exploited', 'CVE numbers or a description'],
    defences: ['human', 'Defences in place', 'what should have stopped it'],
    actor: ['human', 'Who it was', 'what identifies the actor'],
    malware: ['human', 'Malware isolated', 'whether a sample exists; it goes to DC3, never by mail'],
  },
  Response: {
    actions: ['engine', 'Done so far, with who allowed it', 'a line an action'],
    measures: ['engine', 'Measures to contain and mitigate', 'taken and planned'],
    'measures.people': ['human', 'What people or users should do', 'steps to protect themselves'],
    resolution: ['human', 'How it was resolved', 'what was rebuilt, replaced, patched'],
    continuityPlan: ['human', 'Business continuity plan activated', 'yes or no, since when'],
    otherAuthorities: ['human', 'Reported to other authorities', 'which, when, with which reference'],
  },
  Other: {
    custody: ['engine', 'Evidence kept', 'each artefact with its hash'],
    logs: ['engine', 'Logs: which there are, and which are missing', 'each of seven kinds, with its gaps'],
    hints: ['engine', 'What this report turns on', 'by the type of the incident'],
    'delay.reasons': ['human', 'Reasons for a delay', 'where it is late; else not applicable'],
    'ransom.paidAt': ['engine', 'Ransom paid', 'recorded with the verb `fact`'],
    'ransom.demand': ['human', 'Ransom demanded', 'with the currency or commodity'],
    'ransom.instructions': ['human', 'Payment instructions', 'address or account it was to go to'],
    'ransom.amount': ['human', 'Ransom paid, amount', 'with the currency or commodity'],
    'product.name': ['human', 'Product', 'name and versions of the product concerned'],
    'product.vulnerability': ['human', 'Vulnerability and exploit', 'their general nature'],
    'product.fix': ['human', 'Security update or other correction', 'what it is, and since when it is out'],
    'product.sensitivity': ['human', 'How sensitive this information is', 'who may read it'],
    notes: ['human', 'Anything else', 'anything that fits nowhere else'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Row>>>>;

type Table = typeof table;
type Item = keyof Table;
/** The names, for whoever writes them down in the source. */
export type FieldName = { [I in Item]: keyof Table[I] }[Item] & string;

/** A field as every report knows it. */
export interface Canonical {
  readonly name: string;
  readonly title: string;
  /** Which of the eight items it belongs to. */
  readonly item: string;
  readonly from: FilledFrom;
  /** What to write. */
  readonly hint: string;
}

const rows: Readonly<Record<string, Readonly<Record<string, Row>>>> = table;

/** All fields, in the order of the eight items. */
export const canonical: readonly Canonical[] = Object.entries(rows).flatMap(([item, own]) =>
  Object.entries(own).map(([name, [from, title, hint]]) => ({ name, title, item, from, hint })),
);
