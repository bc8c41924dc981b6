/** Whether it is an id such as `incidents` lists them, and not the name of a file. */
export const isIncidentId = (text: string): boolean => /^inc-[0-9a-f]{12}$/.test(text);
