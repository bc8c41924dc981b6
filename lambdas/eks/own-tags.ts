type Tags = Readonly<Record<string, string>>;

/** Tags without those that AWS sets itself, such as `aws:cloudformation:stack-name`: nobody else may set them (EKS API reference, CreateAccessEntry, tags). */
export const ownTags = (tags: Tags): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key)));
