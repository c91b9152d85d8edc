package report

import "github.com/surety-cloud/surety/internal/rule"

// The attributes of OCSF's class 2003 and of its objects that are written, in
// the order in which OCSF groups them.
type (
	ocsfFinding struct {
		ActivityID   int              `json:"activity_id"`
		ActivityName string           `json:"activity_name"`
		CategoryUID  int              `json:"category_uid"`
		CategoryName string           `json:"category_name"`
		ClassUID     int              `json:"class_uid"`
		ClassName    string           `json:"class_name"`
		TypeUID      int              `json:"type_uid"`
		TypeName     string           `json:"type_name"`
		Time         int64            `json:"time"` // milliseconds since 1970
		SeverityID   int              `json:"severity_id"`
		Severity     string           `json:"severity"`
		StatusID     int              `json:"status_id"`
		Status       string           `json:"status"`
		StatusCode   string           `json:"status_code"`
		StatusDetail string           `json:"status_detail,omitempty"`
		Message      string           `json:"message"`
		Metadata     ocsfMetadata     `json:"metadata"`
		FindingInfo  ocsfInfo         `json:"finding_info"`
		Compliance   ocsfCompliance   `json:"compliance"`
		Remediation  *ocsfRemediation `json:"remediation,omitempty"`
		Resources    []ocsfResource   `json:"resources"`
		Cloud        *ocsfCloud       `json:"cloud,omitempty"`
		Unmapped     *ocsfUnmapped    `json:"unmapped,omitempty"`
	}
	ocsfMetadata struct {
		Version   string      `json:"version"`
		EventCode string      `json:"event_code"`
		Profiles  []string    `json:"profiles,omitempty"`
		Product   ocsfProduct `json:"product"`
	}
	ocsfProduct struct {
		UID        string `json:"uid"`
		Name       string `json:"name"`
		VendorName string `json:"vendor_name"`
		Version    string `json:"version,omitempty"`
		URL        string `json:"url_string"`
	}
	ocsfInfo struct {
		UID      string       `json:"uid"`
		Title    string       `json:"title"`
		Desc     string       `json:"desc"`
		Types    []string     `json:"types,omitempty"`
		Analytic ocsfAnalytic `json:"analytic"`
	}
	ocsfAnalytic struct {
		UID    string `json:"uid"`
		Name   string `json:"name"`
		TypeID int    `json:"type_id"`
		Type   string `json:"type"`
	}
	ocsfCompliance struct {
		Control       string      `json:"control"`
		Desc          string      `json:"desc"`
		Standards     []string    `json:"standards,omitempty"`
		Requirements  []string    `json:"requirements,omitempty"`
		StatusID      int         `json:"status_id"`
		Status        string      `json:"status"`
		StatusDetails []string    `json:"status_details,omitempty"`
		Checks        []ocsfCheck `json:"checks"`
	}
	ocsfCheck struct {
		UID        string   `json:"uid"`
		Name       string   `json:"name"`
		Standards  []string `json:"standards,omitempty"`
		StatusID   int      `json:"status_id"`
		Status     string   `json:"status"`
		SeverityID int      `json:"severity_id"`
		Severity   string   `json:"severity"` // as the rule has it: "very-high"
	}
	ocsfRemediation struct {
		Desc       string   `json:"desc"`
		References []string `json:"references,omitempty"`
	}
	ocsfResource struct {
		UID         string        `json:"uid"`
		AltUID      string        `json:"uid_alt,omitempty"`
		Name        string        `json:"name"`
		Type        string        `json:"type"`
		Region      string        `json:"region,omitempty"`
		Partition   string        `json:"cloud_partition,omitempty"`
		RoleID      int           `json:"role_id"`
		Role        string        `json:"role"`
		CreatedTime int64         `json:"created_time,omitempty"`
		Tags        []ocsfTag     `json:"tags,omitempty"`
		Data        *locationJSON `json:"data,omitempty"`
	}
	ocsfTag struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	ocsfCloud struct {
		Provider  string      `json:"provider"`
		Account   ocsfAccount `json:"account"`
		Region    string      `json:"region,omitempty"`
		Partition string      `json:"cloud_partition,omitempty"`
	}
	ocsfAccount struct {
		UID    string `json:"uid"`
		TypeID int    `json:"type_id"`
		Type   string `json:"type"`
	}
	// ocsfUnmapped is what OCSF has no attribute for.
	ocsfUnmapped struct {
		Risk            rule.Risk `json:"risk"`
		Categories      []string  `json:"categories,omitempty"`
		SuppressedUntil string    `json:"suppressed_until,omitempty"`
	}
)
