package report

// The attributes of the AWS Security Finding Format that are written, in the
// order of the format's reference.
type (
	asffFinding struct {
		SchemaVersion string            `json:"SchemaVersion"`
		ID            string            `json:"Id"`
		ProductARN    string            `json:"ProductArn"`
		ProductName   string            `json:"ProductName"`
		CompanyName   string            `json:"CompanyName"`
		Region        string            `json:"Region"`
		GeneratorID   string            `json:"GeneratorId"`
		AccountID     string            `json:"AwsAccountId"`
		CreatedAt     string            `json:"CreatedAt"`
		UpdatedAt     string            `json:"UpdatedAt"`
		Title         string            `json:"Title"`
		Description   string            `json:"Description"`
		Remediation   *asffRemediation  `json:"Remediation,omitempty"`
		ProductFields map[string]string `json:"ProductFields"`
		Resources     []asffResource    `json:"Resources"`
		Compliance    asffCompliance    `json:"Compliance"`
		Workflow      *asffWorkflow     `json:"Workflow,omitempty"`
		RecordState   string            `json:"RecordState"`
		Provider      asffProvider      `json:"FindingProviderFields"`
	}
	asffRemediation struct {
		Recommendation asffRecommendation `json:"Recommendation"`
	}
	asffRecommendation struct {
		Text string `json:"Text"`
		URL  string `json:"Url,omitempty"`
	}
	asffResource struct {
		Type      string            `json:"Type"`
		ID        string            `json:"Id"`
		Partition string            `json:"Partition,omitempty"`
		Region    string            `json:"Region"`
		Tags      map[string]string `json:"Tags,omitempty"`
	}
	asffCompliance struct {
		Status       string       `json:"Status"`
		Requirements []string     `json:"RelatedRequirements,omitempty"`
		Reasons      []asffReason `json:"StatusReasons,omitempty"`
		ControlID    string       `json:"SecurityControlId"`
	}
	asffReason struct {
		Code        string `json:"ReasonCode"`
		Description string `json:"Description"`
	}
	asffWorkflow struct {
		Status string `json:"Status"`
	}
	// asffProvider holds what a provider of findings says of severity and
	// kind; Security Hub makes the attributes of the finding from it and keeps
	// what a customer changes there.
	asffProvider struct {
		Severity asffSeverity `json:"Severity"`
		Types    []string     `json:"Types"`
	}
	asffSeverity struct {
		Label    string `json:"Label"`
		Original string `json:"Original"`
	}
)
