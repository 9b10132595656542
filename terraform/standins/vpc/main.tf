# Stands in for terraform-aws-modules/vpc/aws 5.21 where there is no network: the part of its variables, outputs and
# resource addresses that a VPC with public and private subnets uses. Written for this project.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

locals {
  public       = var.create_vpc ? length(var.public_subnets) : 0
  private      = var.create_vpc ? length(var.private_subnets) : 0
  nat_gateways = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : length(var.private_subnets)

  # Through the additional address ranges, so that subnets wait for them.
  vpc_id = try(aws_vpc_ipv4_cidr_block_association.this[0].vpc_id, aws_vpc.this[0].id, "")

  public_route_tables = local.public == 0 ? 0 : var.create_multiple_public_route_tables ? local.public : 1
  nat_routes          = var.enable_nat_gateway && local.private > 0 ? local.nat_gateways : 0
  nat_eip_ids         = var.reuse_nat_ips ? var.external_nat_ip_ids : aws_eip.nat[*].id
}

resource "aws_vpc" "this" {
  count = var.create_vpc ? 1 : 0

  cidr_block                           = var.cidr
  instance_tenancy                     = var.instance_tenancy
  enable_dns_hostnames                 = var.enable_dns_hostnames
  enable_dns_support                   = var.enable_dns_support
  enable_network_address_usage_metrics = var.enable_network_address_usage_metrics
  tags                                 = merge({ Name = var.name }, var.tags, var.vpc_tags)
}

resource "aws_vpc_ipv4_cidr_block_association" "this" {
  count = var.create_vpc ? length(var.secondary_cidr_blocks) : 0

  vpc_id     = aws_vpc.this[0].id
  cidr_block = var.secondary_cidr_blocks[count.index]
}

resource "aws_subnet" "public" {
  count = local.public

  vpc_id                                         = local.vpc_id
  cidr_block                                     = var.public_subnets[count.index]
  availability_zone                              = var.azs[count.index]
  map_public_ip_on_launch                        = var.map_public_ip_on_launch
  assign_ipv6_address_on_creation                = false
  enable_dns64                                   = false
  enable_resource_name_dns_a_record_on_launch    = false
  enable_resource_name_dns_aaaa_record_on_launch = false
  ipv6_native                                    = false
  tags = merge(
    { Name = try(var.public_subnet_names[count.index], "${var.name}-${var.public_subnet_suffix}-${var.azs[count.index]}") },
    var.tags,
    var.public_subnet_tags,
    lookup(var.public_subnet_tags_per_az, var.azs[count.index], {}),
  )
}

resource "aws_route_table" "public" {
  count = local.public_route_tables

  vpc_id = local.vpc_id
  tags = merge(
    {
      Name = var.create_multiple_public_route_tables ? "${var.name}-${var.public_subnet_suffix}-${var.azs[count.index]}" : "${var.name}-${var.public_subnet_suffix}"
    },
    var.tags,
    var.public_route_table_tags,
  )
}

resource "aws_route_table_association" "public" {
  count = local.public

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public[var.create_multiple_public_route_tables ? count.index : 0].id
}

resource "aws_route" "public_internet_gateway" {
  count = var.create_igw ? local.public_route_tables : 0

  route_table_id         = aws_route_table.public[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id

  timeouts {
    create = "5m"
  }
}

resource "aws_subnet" "private" {
  count = local.private

  vpc_id                                         = local.vpc_id
  cidr_block                                     = var.private_subnets[count.index]
  availability_zone                              = var.azs[count.index]
  assign_ipv6_address_on_creation                = false
  enable_dns64                                   = false
  enable_resource_name_dns_a_record_on_launch    = false
  enable_resource_name_dns_aaaa_record_on_launch = false
  ipv6_native                                    = false
  tags = merge(
    { Name = try(var.private_subnet_names[count.index], "${var.name}-${var.private_subnet_suffix}-${var.azs[count.index]}") },
    var.tags,
    var.private_subnet_tags,
    lookup(var.private_subnet_tags_per_az, var.azs[count.index], {}),
  )
}

resource "aws_route_table" "private" {
  count = local.private == 0 ? 0 : local.nat_gateways

  vpc_id = local.vpc_id
  tags = merge(
    {
      Name = var.single_nat_gateway ? "${var.name}-${var.private_subnet_suffix}" : "${var.name}-${var.private_subnet_suffix}-${var.azs[count.index]}"
    },
    var.tags,
    var.private_route_table_tags,
  )
}

resource "aws_route_table_association" "private" {
  count = local.private

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[var.single_nat_gateway ? 0 : count.index].id
}

resource "aws_internet_gateway" "this" {
  count = var.create_igw && local.public > 0 ? 1 : 0

  vpc_id = local.vpc_id
  tags   = merge({ Name = var.name }, var.tags, var.igw_tags)
}

resource "aws_eip" "nat" {
  count = var.create_vpc && var.enable_nat_gateway && !var.reuse_nat_ips ? local.nat_gateways : 0

  domain     = "vpc"
  tags       = merge({ Name = "${var.name}-${var.azs[var.single_nat_gateway ? 0 : count.index]}" }, var.tags, var.nat_eip_tags)
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count = var.create_vpc && var.enable_nat_gateway ? local.nat_gateways : 0

  allocation_id = local.nat_eip_ids[var.single_nat_gateway ? 0 : count.index]
  subnet_id     = aws_subnet.public[var.single_nat_gateway ? 0 : count.index].id
  tags          = merge({ Name = "${var.name}-${var.azs[var.single_nat_gateway ? 0 : count.index]}" }, var.tags, var.nat_gateway_tags)
  depends_on    = [aws_internet_gateway.this]
}

resource "aws_route" "private_nat_gateway" {
  count = var.create_private_nat_gateway_route ? local.nat_routes : 0

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = var.nat_gateway_destination_cidr_block
  nat_gateway_id         = aws_nat_gateway.this[count.index].id

  timeouts {
    create = "5m"
  }
}
