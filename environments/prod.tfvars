# Production: npx cdktf deploy cdc --var-file environments/prod.tfvars
aws_region = "us-east-1"
azs        = ["us-east-1a", "us-east-1b", "us-east-1c"]

# Inside the VPC's 10.0.0.0/16 (setting network.vpcCidr); larger than in dev
public_subnets  = ["10.0.64.0/20", "10.0.80.0/20", "10.0.96.0/20"]
private_subnets = ["10.0.128.0/20", "10.0.144.0/20", "10.0.160.0/20"]
