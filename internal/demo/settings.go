package demo

// What users of the world have configured, as the API takes it.
const (
	channel = `{"data":{"attributes":{"type":"communication","channel":"slack","enabled":true,
		"filter":{"riskLevels":["VERY_HIGH","EXTREME"],"categories":["security"]},
		"configuration":{"channelName":"Cloud security","url":"https://hooks.slack.com/services/T00000000/B00000000/not-a-real-one","channel":"#cloud-security","displayTags":true}}}}`

	customRule = `{"name":"Buckets say which team keeps them","description":"Whoever is called at night has to find the team that keeps a bucket.",
		"service":"S3","resourceType":"s3-bucket","severity":"MEDIUM","enabled":true,"provider":"aws","categories":["operational-excellence"],
		"remediationNotes":"Add the tag Team with the name of the team.",
		"attributes":[{"name":"tags","path":"data.Tags","required":false}],
		"rules":[{"conditions":{"any":[{"fact":"tags","path":"$[?(@.Key=='Team')].Value","operator":"isNullOrUndefined","value":false}]},
			"event":{"type":"The bucket says which team keeps it"}}]}`

	standardOfOurs = `{"data":{"name":"Harbourline baseline","version":"3","description":"What every account of Harbourline has to meet.","isEnabled":true,"type":"PUBLISHED","controls":[
		{"aid":"1.1","title":"Data at rest is encrypted","headings":{"level1":"Data"},"awsRules":["EBS-001","RDS-004","S3-016","DynamoDB-001"]},
		{"aid":"1.2","title":"Nothing is public by accident","headings":{"level1":"Data"},"awsRules":["S3-001","RDS-008","EBS-009"]},
		{"aid":"2.1","title":"Passwords are long and not used again","headings":{"level1":"People"},"awsRules":["IAM-006","IAM-012"]},
		{"aid":"3.1","title":"What happens is written down","headings":{"level1":"Traces"},"awsRules":["CT-001","S3-011","VPC-001"]},
		{"aid":"3.2","title":"Incidents are rehearsed twice a year","headings":{"level1":"Traces"},"awsRules":[]}]}}`

	weeklyReport = `{"data":{"attributes":{"configuration":{"title":"Weekly risks","scheduled":true,"frequency":"* * MON","tz":"Europe/Berlin",
		"sendEmail":true,"emails":["security@harbourline.example"],"generateReportType":"GENERIC","includeChecks":true,
		"shouldEmailIncludePdf":true,"shouldEmailIncludeCsv":true,
		"filter":{"riskLevels":["HIGH","VERY_HIGH","EXTREME"],"statuses":["FAILURE"],"suppressed":false}}}}}`

	profile = `{"data":{"type":"profiles","attributes":{"name":"Production","description":"What production is held to beyond the pages' defaults."}},"included":[
		{"type":"rules","id":"EC2-030","attributes":{"enabled":true,"riskLevel":"HIGH","provider":"aws"}},
		{"type":"rules","id":"S3-024","attributes":{"enabled":false,"riskLevel":"LOW","provider":"aws"}},
		{"type":"rules","id":"EC2-022","attributes":{"enabled":true,"riskLevel":"LOW","provider":"aws",
			"extraSettings":[{"name":"days","type":"single-number-value","value":365}]}},
		{"type":"rules","id":"ACM-003","attributes":{"enabled":true,"riskLevel":"HIGH","provider":"aws"}}]}`

	certificateSetting = `{"data":{"attributes":{"note":"The certificate of the partners takes six weeks to renew.",
		"ruleSetting":{"id":"ACM-003","enabled":true,"riskLevel":"HIGH","provider":"aws","extraSettings":[{"name":"days","type":"single-number-value","value":42}]}}}}`

	bucketException = `{"data":{"attributes":{"note":"Logs are written by AWS and expire by themselves; nobody deletes versions by hand.",
		"ruleSetting":{"id":"S3-013","enabled":true,"riskLevel":"LOW","provider":"aws","exceptions":{"tags":["Team::platform"]}}}}}`
)
