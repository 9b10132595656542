import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadBackend } from "../profiles/backend";
import type { Environment } from "../profiles/environment";
import { loadSettings } from "../profiles/load";

const project = join(__dirname, "..");
const read = (path: string): string => readFileSync(join(project, path), "utf8");
const readme = read("README.md");
const pages = readdirSync(join(project, "docs"), { recursive: true, encoding: "utf8" }).sort();
const documents = ["README.md", ...pages.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];

/** What every README of this pipeline has had; nobody shall look for a section in vain. */
const SECTIONS = [
  "Table of Contents",
  "Architecture",
  "Data Flow",
  "Architecture Components",
  "Features",
  "Use Cases",
  "1. Real-Time Data Lake",
  "2. Event-Driven Architecture",
  "3. Data Warehouse ETL",
  "4. Audit Trail & Compliance",
  "5. Cache Invalidation",
  "6. Search Index Synchronization",
  "7. Multi-Region Replication",
  "Prerequisites",
  "Required Software",
  "AWS Permissions",
  "Vault Setup",
  "Connector Plugins",
  "Cost Considerations",
  "Monthly Cost Estimate (US East-1)",
  "Cost Optimization Strategies",
  "1. Disable NAT Gateway",
  "2. Right-Size RDS Instance",
  "3. Reduce MSK Broker Size",
  "4. S3 Lifecycle Policies",
  "5. Use Single-AZ for Non-Production",
  "6. Reserved Capacity",
  "Cost Monitoring Setup",
  "Quick Start",
  "Step 1: Clone Repository",
  "Step 2: Configure Variables",
  "Step 3: Prepare Connector Plugins",
  "Step 4: Initialize Terraform",
  "Step 5: Plan Deployment",
  "Step 6: Deploy Infrastructure",
  "Step 7: Verify Deployment",
  "Configuration",
  "Key Terraform Variables",
  "PostgreSQL Configuration",
  "Debezium Connector Configuration",
  "S3 Sink Connector Configuration",
  "Auto-Scaling Configuration",
  "Deployment",
  "Full Deployment Workflow",
  "Incremental Updates",
  "Deploying to Multiple Environments",
  "Monitoring",
  "CloudWatch Metrics",
  "RDS Metrics",
  "MSK Metrics",
  "MSK Connect Metrics",
  "Accessing Logs",
  "Creating Custom Dashboards",
  "Setting Up Alarms",
  "Testing the Pipeline",
  "1. Create Test Tables",
  "2. Insert Test Data",
  "3. Verify Kafka Topics",
  "4. Consume Sample Messages",
  "5. Check S3 Destination",
  "6. Test Updates and Deletes",
  "7. Monitor Pipeline Health",
  "Troubleshooting",
  "Common Issues",
  "1. Connector Fails to Start",
  "2. Replication Slot Disk Usage Growing",
  "3. S3 Files Not Appearing",
  "4. MSK Cluster Connection Refused",
  "5. Connector Auto-Scaling Not Working",
  "Debug Checklist",
  "Cleanup",
  "Complete Infrastructure Teardown",
  "Selective Cleanup",
  "Data Preservation Before Cleanup",
  "Pre-Cleanup Checklist",
  "Post-Cleanup Validation",
  "Security",
  "Security Best Practices Implemented",
  "Network Security",
  "Data Security",
  "Access Control",
  "Production Security Hardening",
  "1. Restrict Database Access",
  "2. Enable Encryption at Rest",
  "3. Move to Private Subnets",
  "4. Enable VPC Flow Logs",
  "5. Implement S3 Bucket Policies",
  "6. Enable CloudTrail",
  "7. Rotate Secrets Regularly",
  "Security Checklist",
  "Performance Tuning",
  "Database Optimization",
  "1. Replication Slot Tuning",
  "2. Connection Pooling",
  "MSK Optimization",
  "1. Increase Broker Size",
  "2. Tune Kafka Configuration",
  "Connector Optimization",
  "1. Increase Worker Count",
  "2. Tune Debezium Parameters",
  "3. Optimize S3 Sink",
  "Monitoring Performance",
  "Contributing",
  "Development Setup",
  "Contribution Guidelines",
  "Reporting Issues",
  "License",
  "Support & Resources",
  "Getting Help",
  "External Resources",
  "Community",
  "Acknowledgments",
  "Roadmap",
  "Planned Features",
  "Coming Soon",
];

test("fails if a section of the README is missing", () => {
  const headings = headingsOf(readme);
  expect(SECTIONS.filter((section) => !headings.some((heading) => heading.startsWith(section)))).toEqual([]);
});

const snippets = [...readme.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => text);

test.each(snippets)("fails if a JSON snippet isn't valid or isn't accepted as settings: %#", (snippet) => {
  const json = JSON.parse(snippet) as Record<string, unknown>;
  const [key] = Object.keys(json);
  if (key === "settings") expect(() => loadSettings(environment({ profile: "standard", ...json }))).not.toThrow();
  if (key === "backend") expect(() => loadBackend(environment(json))).not.toThrow();
});

test("fails if the snippets aren't found any more", () => {
  expect(snippets.filter((snippet) => /^\{\s*"(settings|backend)"/.test(snippet)).length).toBeGreaterThan(20);
});

test.each(documents)("fails if a link of %s leads nowhere", (document) => {
  const links = [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  const broken = links.filter((target) => {
    if (/^(https?|mailto):/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(project, file))) return true;
    return anchor !== undefined && !headingsOf(read(file)).map(slug).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(documents)("fails if %s names a script that doesn't exist", (document) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = [...read(document).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test.each(documents)("fails if %s holds something that isn't meant for its readers", (document) => {
  expect(read(document)).not.toMatch(/\/work\b|\/tmp\b|TODO|FIXME/);
});

function environment(context: Record<string, unknown>): Environment {
  return { context, variables: {}, underCdktfCli: false };
}

function headingsOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```$/gms, "");
}

/** A heading's anchor, as GitHub makes it. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}
