package account

import "fmt"

var productionGroups = []securityGroup{
	{
		name: "harbourline-prod-alb", vpc: "harbourline-prod", description: "Load balancer of the shop", tags: production("storefront", "harbourline-prod-alb").with("Tier", "web"),
		ingress: []rule{
			{"tcp", 443, 443, anywhere, "customers"},
			{"tcp", 443, 443, anywhereV6, "customers over IPv6"},
			{"tcp", 80, 80, anywhere, "redirected to HTTPS"},
		},
		closed: true, egress: []rule{{"tcp", 8443, 8443, "10.20.0.0/23", "web servers"}},
	},
	{
		name: "harbourline-prod-web", vpc: "harbourline-prod", description: "Web servers", tags: production("storefront", "harbourline-prod-web").with("Tier", "web"),
		ingress: []rule{tcp(8443, "harbourline-prod-alb", "load balancer")},
		closed:  true, egress: []rule{{"tcp", 8080, 8080, "10.20.10.0/23", "order services"}, {"tcp", 443, 443, anywhere, "AWS APIs"}},
	},
	{
		name: "harbourline-prod-app", vpc: "harbourline-prod", description: "Order services", tags: production("storefront", "harbourline-prod-app").with("Tier", "app"),
		ingress: []rule{tcp(8080, "harbourline-prod-web", "web servers")},
		closed:  true, egress: []rule{{"tcp", 5432, 5432, "10.20.20.0/23", "orders"}, {"tcp", 6379, 6379, "10.20.20.0/23", "cache"}, {"tcp", 443, 443, anywhere, "AWS APIs"}},
	},
	{
		name: "harbourline-prod-data", vpc: "harbourline-prod", description: "Databases and caches", tags: production("data", "harbourline-prod-data").with("Tier", "data"),
		ingress: []rule{tcp(5432, "harbourline-prod-app", "order services"), tcp(3306, "harbourline-prod-app", "catalogue"), tcp(6379, "harbourline-prod-app", "cache")},
		closed:  true,
	},
	{
		name: "harbourline-prod-bastion", vpc: "harbourline-prod", description: "Way in for engineers", tags: production("platform", "harbourline-prod-bastion"),
		ingress: []rule{tcp(22, office, "office")},
	},
	{
		name: "harbourline-prod-erp", vpc: "harbourline-prod", description: "ERP system",
		ingress: []rule{{"tcp", 1, 65535, "10.0.0.0/8", ""}, tcp(443, "203.0.113.40/32", "")},
	},
	{
		name: "launch-wizard-3", vpc: "harbourline-prod", description: "launch-wizard-3 created 2023-03-14",
		ingress: []rule{tcp(22, anywhere, ""), tcp(8080, anywhere, "")},
	},
	{
		name: "reports", vpc: "harbourline-prod", description: "Reporting for finance", tags: named("reports"),
		ingress: []rule{tcp(5432, anywhere, "until the VPN works"), tcp(3389, anywhere, "")},
	},
	{
		name: "old-ftp", vpc: "harbourline-prod", description: "Supplier uploads, replaced in 2022",
		ingress: []rule{{"tcp", 20, 21, anywhere, ""}},
	},
	{
		name: "harbourline-suppliers", vpc: "harbourline-prod", description: "Every supplier by address", tags: production("warehouse", "harbourline-suppliers"),
		ingress: suppliers(52),
	},
	{
		name: "harbourline-tools", vpc: "harbourline-tools", description: "Build servers", tags: production("platform", "harbourline-tools"),
		ingress: []rule{{"tcp", 443, 443, "10.20.0.0/16", "production"}},
	},
}

// suppliers are rules that grew one by one.
func suppliers(n int) []rule {
	var rules []rule
	for i := range n {
		rules = append(rules, tcp(443, fmt.Sprintf("192.0.2.%d/32", i+1), fmt.Sprintf("supplier %d", i+1)))
	}
	return rules
}

var stagingGroups = []securityGroup{
	{
		name: "staging-web", vpc: "harbourline-staging", description: "staging", tags: owned("staging", "storefront", "staging-web").with("Tier", "web"),
		ingress: []rule{tcp(80, anywhere, ""), tcp(443, anywhere, ""), tcp(22, anywhere, ""), {"icmp", -1, -1, anywhere, ""}},
	},
	{
		name: "staging-databases", vpc: "harbourline-staging", description: "staging",
		ingress: []rule{tcp(3306, anywhere, ""), tcp(5432, anywhere, ""), tcp(1433, anywhere, ""), tcp(1521, anywhere, ""), tcp(27017, anywhere, "")},
	},
	{
		name: "staging-search", vpc: "harbourline-staging", description: "staging",
		ingress: []rule{tcp(9200, anywhere, ""), tcp(5601, anywhere, ""), tcp(6379, anywhere, ""), {"udp", 11211, 11211, anywhere, ""}},
	},
	{
		name: "staging-windows", vpc: "harbourline-staging", description: "Jump host of the agency",
		ingress: []rule{
			tcp(3389, anywhere, ""), tcp(445, anywhere, ""), tcp(135, anywhere, ""), {"tcp", 137, 139, anywhere, ""}, {"udp", 137, 138, anywhere, ""},
			{"tcp", 5985, 5986, anywhere, ""}, tcp(23, anywhere, ""),
		},
	},
	{
		name: "staging-mail", vpc: "harbourline-staging", description: "Test mails",
		ingress: []rule{tcp(25, anywhere, ""), tcp(53, anywhere, ""), {"udp", 53, 53, anywhere, ""}},
	},
	{
		name: "staging-v6", vpc: "harbourline-staging", description: "IPv6 trial",
		ingress: []rule{tcp(22, anywhereV6, ""), tcp(3389, anywhereV6, "")},
	},
}

var labGroups = []securityGroup{
	{
		name: "notebooks", vpc: "default", description: "Jupyter", tags: owned("lab", "data", "notebooks"),
		ingress: []rule{tcp(8888, anywhere, "temporary"), tcp(22, office, "office")},
	},
	{
		name: "streaming-trial", vpc: "default", description: "Kafka and friends",
		ingress: []rule{tcp(9092, anywhere, ""), tcp(2375, anywhere, ""), tcp(9042, anywhere, "")},
	},
	{
		name: "allow-all", vpc: "default", description: "allow all",
		ingress: []rule{{"-1", 0, 0, anywhere, ""}, {"-1", 0, 0, anywhereV6, ""}},
	},
}
