package account

import "github.com/aws/aws-sdk-go-v2/service/ec2/types"

// A script as it should be, and one that says too much.
const (
	agentScript  = "#!/bin/bash\ndnf install -y amazon-cloudwatch-agent\nsystemctl enable --now amazon-cloudwatch-agent\n"
	secretScript = "#!/bin/bash\nexport DB_HOST=db.staging.harbourline.example\nexport DB_USER=shop\nexport DB_PASSWORD='summer-sale-2021'\n/opt/shop/start\n"
)

// builders are instances that images are made from.
var builders = []instance{
	{name: "image-builder", image: amazonLinux, kind: types.InstanceTypeT3Small, subnet: "tools-a", groups: []string{"harbourline-tools"},
		profile: "HarbourlineBastion", key: "harbourline-web", size: 20, imdsV2: true, optimise: true, sleeps: true, tags: production("platform", "harbourline-prod-image-builder")},
}

var productionInstances = []instance{
	{name: "bastion", image: amazonLinux, kind: types.InstanceTypeT3Micro, subnet: "web-a", groups: []string{"harbourline-prod-bastion"},
		profile: "HarbourlineBastion", login: "harbourline-prod", key: "harbourline-web", size: 8, imdsV2: true, monitor: true, keep: true, optimise: true, public: true,
		tags: production("platform", "harbourline-prod-bastion")},
	{name: "search", image: "harbourline-app-2026.10", kind: types.InstanceTypeM6iLarge, subnet: "app-a", groups: []string{"harbourline-prod-app"},
		profile: "HarbourlineApp", key: "harbourline-app", size: 50, script: agentScript, imdsV2: true, monitor: true, keep: true, optimise: true,
		tags: production("storefront", "harbourline-prod-search").with("Tier", "app")},
	{name: "erp", image: windows2012, kind: types.InstanceTypeM5Xlarge, subnet: "app-a", groups: []string{"harbourline-prod-erp"},
		profile: "HarbourlineERP", size: 200, disk: types.VolumeTypeGp2, monitor: true, host: true, tags: named("ERP")},
	{name: "reports", image: amazonLinux, kind: types.InstanceTypeM4Large, subnet: "web-a", groups: []string{"reports", "launch-wizard-3"},
		login: "harbourline-prod", size: 100, disk: types.VolumeTypeGp2, public: true, tags: named("reports")},
	{name: "migration", image: ubuntu14, kind: types.InstanceTypeT2Medium, subnet: "app-b", groups: []string{"harbourline-prod-app"},
		size: 500, disk: types.VolumeTypeGp2, stopped: true, tags: named("migration 2023 - delete")},
}

var stagingInstances = []instance{
	{name: "staging-web", image: ubuntu14, kind: types.InstanceTypeT2Medium, subnet: "staging-a", groups: []string{"staging-web"},
		login: "staging", size: 30, disk: types.VolumeTypeGp2, script: secretScript, public: true, tags: owned("staging", "storefront", "staging-web-1").with("Tier", "web")},
	{name: "staging-app", image: amazonLinux, kind: types.InstanceTypeT3Large, subnet: "staging-a", groups: []string{"staging-databases"},
		login: "staging", size: 30, public: true, tags: owned("staging", "storefront", "staging-app-1").with("Tier", "app")},
	{name: "staging-windows", image: windows2012, kind: types.InstanceTypeT3Large, subnet: "staging-b", groups: []string{"staging-windows"},
		size: 80, disk: types.VolumeTypeGp2, public: true, tags: named("agency jump host")},
	{name: "staging-search", image: amazonLinux, kind: types.InstanceTypeM5Large, subnet: "staging-b", groups: []string{"staging-search"},
		size: 100, disk: types.VolumeTypeGp2, stopped: true, tags: named("elastic test")},
}

var labInstances = []instance{
	{name: "notebook", image: amazonLinux, kind: types.InstanceTypeG4dnXlarge, subnet: "default-ap-southeast-2a", groups: []string{"notebooks", "allow-all"},
		profile: "LabNotebooks", login: "lab", size: 300, public: true, tags: owned("lab", "data", "recommendations-notebook")},
	{name: "kafka", image: amazonLinuxARM, kind: types.InstanceTypeM6gLarge, subnet: "default-ap-southeast-2b", groups: []string{"streaming-trial"},
		login: "lab", size: 100, public: true, tags: named("kafka-1")},
	{name: "gpu", image: amazonLinux, kind: types.InstanceTypeP32xlarge, subnet: "default-ap-southeast-2a",
		size: 100, stopped: true},
}
