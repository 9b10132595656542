# Development: npx cdktf deploy cdc --var-file environments/dev.tfvars
aws_region = "us-east-1"
azs        = ["us-east-1a", "us-east-1b", "us-east-1c"]

# Inside the VPC's 10.0.0.0/16 (setting network.vpcCidr)
public_subnets  = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
private_subnets = ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"]
