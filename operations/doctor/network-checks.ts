import { BlockList } from "node:net";
import type { IpPermission } from "@aws-sdk/client-ec2";
import { type Check, Failing, NotCheckable } from "./check";
import type { Connector, Pipeline } from "./pipeline";
import { remedies } from "./remedies";

/** One end of a connection. */
interface End {
  readonly what: string;
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
}

/** What the security groups let through, and the workers' way to S3. Both are looked up, nothing is sent. */
export function networkChecks(pipeline: Pipeline): Check[] {
  const { source, sink } = pipeline;
  return [
    {
      id: "path-database",
      name: "security groups let the source connector reach the database",
      remedy: remedies.connectorFails,
      run: async () => {
        const { Endpoint: endpoint } = await pipeline.databaseInstance();
        return path(pipeline, source, await databaseEnd(pipeline), [endpoint?.Port ?? 5432]);
      },
    },
    ...[source, sink].map((connector) => ({
      id: `path-brokers-${connector.role}`,
      name: `security groups let ${connector.settings.name} reach the brokers`,
      remedy: remedies.clusterRefuses,
      run: async () => path(pipeline, connector, await brokersEnd(pipeline), await brokerPorts(pipeline, connector)),
    })),
    {
      id: "path-s3",
      name: "subnets of the sink have a way to S3",
      remedy: remedies.noFiles,
      run: () => wayToS3(pipeline, sink),
    },
  ];
}

async function databaseEnd(pipeline: Pipeline): Promise<End> {
  const { VpcSecurityGroups: groups = [], DBSubnetGroup: group } = await pipeline.databaseInstance();
  return {
    what: "the database",
    groups: groups.map(({ VpcSecurityGroupId: id = "" }) => id),
    subnets: (group?.Subnets ?? []).map(({ SubnetIdentifier: id = "" }) => id),
  };
}

async function brokersEnd(pipeline: Pipeline): Promise<End> {
  const { BrokerNodeGroupInfo: nodes } = await pipeline.cluster();
  return { what: "the brokers", groups: nodes?.SecurityGroups ?? [], subnets: nodes?.ClientSubnets ?? [] };
}

async function connectorEnd({ settings, describe }: Connector): Promise<End> {
  const vpc = (await describe()).kafkaCluster?.apacheKafkaCluster?.vpc;
  if (vpc === undefined) throw new NotCheckable("MSK Connect doesn't tell the connector's subnets");
  return { what: settings.name, groups: vpc.securityGroups ?? [], subnets: vpc.subnets ?? [] };
}

/** Those that the connector was given: 9092 plaintext, 9094 TLS, 9098 IAM. */
async function brokerPorts({ outputs }: Pipeline, { describe }: Connector): Promise<number[]> {
  const servers = (await describe()).kafkaCluster?.apacheKafkaCluster?.bootstrapServers ?? outputs.bootstrapBrokers;
  return [...new Set(servers.split(",").map((server) => Number(server.split(":")[1])))];
}

async function path(pipeline: Pipeline, connector: Connector, to: End, ports: readonly number[]): Promise<string> {
  const from = await connectorEnd(connector);
  const [outgoing, incoming] = await Promise.all([
    permissions(pipeline, from.groups, "IpPermissionsEgress"),
    permissions(pipeline, to.groups, "IpPermissions"),
  ]);
  const [fromRanges, toRanges] = await Promise.all([ranges(pipeline, from.subnets), ranges(pipeline, to.subnets)]);
  for (const port of ports) {
    for (const { what, admits, unclear } of [
      { what: `out of ${from.what}`, ...judge(outgoing, port, to.groups, toRanges) },
      { what: `into ${to.what}`, ...judge(incoming, port, from.groups, fromRanges) },
    ]) {
      if (admits) continue;
      if (unclear) throw new NotCheckable(`port ${port} ${what} goes by a prefix list`);
      throw new Failing(
        `nothing lets port ${port} ${what}: ${from.groups.join(", ")} (${fromRanges.join(", ")}) → ${to.groups.join(", ")}`,
      );
    }
  }
  return `port ${ports.join(", ")}`;
}

/** Whether rules let a port through to or from these groups or subnets. */
export function judge(
  rules: readonly IpPermission[],
  port: number,
  groups: readonly string[],
  subnets: readonly string[],
): { readonly admits: boolean; readonly unclear: boolean } {
  const fitting = rules.filter(
    ({ IpProtocol: protocol, FromPort: first = 0, ToPort: last = 65535 }) =>
      protocol === "-1" || (protocol === "tcp" && first <= port && port <= last),
  );
  const byGroup = fitting.some(({ UserIdGroupPairs: pairs = [] }) =>
    pairs.some(({ GroupId: id = "" }) => groups.includes(id)),
  );
  const blocks = fitting.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp: range = "" }) => range));
  const byRange = subnets.length > 0 && subnets.every((subnet) => blocks.some((block) => contains(block, subnet)));
  return { admits: byGroup || byRange, unclear: fitting.some(({ PrefixListIds: lists = [] }) => lists.length > 0) };
}

/** Whether all addresses of a range of IPv4 are in another. */
function contains(block: string, range: string): boolean {
  const [[blockAddress = "", blockPrefix], [address = "", prefix]] = [block.split("/"), range.split("/")];
  if (Number(blockPrefix) > Number(prefix)) return false;
  const list = new BlockList();
  list.addSubnet(blockAddress, Number(blockPrefix));
  return list.check(address);
}

async function permissions(
  { aws }: Pipeline,
  GroupIds: readonly string[],
  direction: "IpPermissions" | "IpPermissionsEgress",
): Promise<IpPermission[]> {
  if (GroupIds.length === 0) throw new NotCheckable("AWS tells no security groups");
  const { SecurityGroups: groups = [] } = await (await aws.ec2()).describeSecurityGroups({ GroupIds: [...GroupIds] });
  return groups.flatMap((group) => group[direction] ?? []);
}

async function ranges({ aws }: Pipeline, SubnetIds: readonly string[]): Promise<string[]> {
  if (SubnetIds.length === 0) return [];
  const { Subnets: subnets = [] } = await (await aws.ec2()).describeSubnets({ SubnetIds: [...SubnetIds] });
  return subnets.map(({ CidrBlock: range = "" }) => range);
}

/** A worker has no public address, so an internet gateway is none (MSK developer guide, "Enabling internet access"). */
async function wayToS3({ aws }: Pipeline, connector: Connector): Promise<string> {
  const { subnets } = await connectorEnd(connector);
  const ec2 = await aws.ec2();
  const { Subnets: found = [] } = await ec2.describeSubnets({ SubnetIds: [...subnets] });
  const Filters = [{ Name: "vpc-id", Values: [found[0]?.VpcId ?? ""] }];
  const [{ RouteTables: tables = [] }, { VpcEndpoints: all = [] }] = await Promise.all([
    ec2.describeRouteTables({ Filters }),
    ec2.describeVpcEndpoints({ Filters }),
  ]);
  const endpoints = all.filter(({ ServiceName: name = "" }) => name.endsWith(".s3"));
  const tableOf = (subnet: string): (typeof tables)[number] | undefined =>
    tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
    tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  const without = subnets.filter((subnet) => {
    const table = tableOf(subnet);
    const { RouteTableId: id = "", Routes: routes = [] } = table ?? {};
    const gateway = endpoints.some(({ RouteTableIds: ids = [] }) => ids.includes(id));
    const elsewhere = routes.some(
      ({ DestinationCidrBlock: to, NatGatewayId, TransitGatewayId, NetworkInterfaceId }) =>
        to === "0.0.0.0/0" && (NatGatewayId ?? TransitGatewayId ?? NetworkInterfaceId) !== undefined,
    );
    return !gateway && !elsewhere && !endpoints.some(({ VpcEndpointType: type }) => type === "Interface");
  });
  if (without.length === 0) return `${subnets.length} subnets`;
  throw new Failing(
    `neither a gateway endpoint for S3 nor NAT in the route table of ${without.join(", ")}: set network.s3GatewayEndpoint`,
  );
}
