/** The tag that marks our quarantine groups; its value is `closed` or `open`. */
export const quarantineTag = 'tourniquet-quarantine';

/** The tag of what an incident made: snapshots, and policies of the organisation. Its value is the incident. */
export const incidentTag = 'tourniquet-incident';
