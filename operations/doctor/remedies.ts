/** A place in the README. */
export interface Remedy {
  readonly title: string;
  readonly link: string;
}

/** The README's entries, by their headings; a test compares them with it. */
export const remedies = {
  connectorFails: entry("1. Connector Fails to Start"),
  slotGrows: entry("2. Replication Slot Disk Usage Growing"),
  noFiles: entry("3. S3 Files Not Appearing"),
  clusterRefuses: entry("4. MSK Cluster Connection Refused"),
  logs: entry("Accessing Logs"),
  plugins: entry("Connector Plugins"),
  permissions: entry("Access Control"),
  incremental: entry("Incremental Updates"),
} as const;

/** GitHub makes a heading's anchor by leaving out punctuation and writing blanks as hyphens. */
function entry(title: string): Remedy {
  const anchor = title
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .replace(/\s/g, "-");
  return { title, link: `README.md#${anchor}` };
}
