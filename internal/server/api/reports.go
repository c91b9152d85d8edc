package api

import (
	"slices"
)

var reportRoutes = []Route{
	{
		Method: "GET", Path: "/reports", Tag: "Reports", Allow: ByCall, Query: []Parameter{
			{Name: "accountId", Help: "Reports of this account"},
			{Name: "groupId", Help: "Reports of this group; accountId goes before it"},
			{Name: "reportConfigId", Help: "Reports made by this report config"},
		},
		Summary: "List the reports of an account, a group or the organisation", Response: reportList{},
		Notes: "Reports of an account: whoever may read it. Reports of a group, and with neither id of the organisation: ADMIN, POWER_USER and READ_ONLY. " +
			"No reports are generated yet, so that the list is always empty; meta says so.",
		Handle: listReports,
	},
	{
		Method: "GET", Path: "/reports/{report}/{entity}/{format}", Tag: "Reports", Allow: ByCall,
		Summary: "Download a report",
		Notes:   "Who may list the reports of {entity} may download them. No reports are generated yet: 404.",
		Handle: func(c *Call) (any, error) {
			if err := c.needReportsOf(c.Param("entity")); err != nil {
				return nil, err
			}
			if format := c.Param("format"); !slices.Contains([]string{"csv", "pdf", "xlsx"}, format) {
				return nil, NotFound("there are no reports in the format %q; use csv, pdf or xlsx", format)
			}
			return nil, NotFound("there is no report %s; reports are not generated yet", c.Param("report"))
		},
	},
}

// reportList is a list of reports.
type reportList struct {
	Data []resourceOf[reportAttributes] `json:"data"`
	Meta reportMeta                     `json:"meta"`
}

// reportAttributes are what an answer says of a report.
type reportAttributes struct {
	Title    string           `json:"title"`
	Created  int64            `json:"created-date"`
	Entity   string           `json:"entity-id"`
	Config   string           `json:"report-config-id"`
	Status   string           `json:"status"`
	Formats  []string         `json:"formats"`
	Included []reportDownload `json:"included"`
}

type reportDownload struct {
	Type     string `json:"type"`
	Endpoint string `json:"report-download-endpoint"`
}

// reportMeta says that the list is empty because nothing makes reports.
type reportMeta struct {
	PageMeta
	Generation string `json:"generation"`
}

func listReports(c *Call) (any, error) {
	if id := c.Query("accountId"); id != "" {
		if _, err := c.AccountToRead(id); err != nil {
			return nil, err
		}
	} else if err := c.needAllReports(); err != nil {
		return nil, err
	} else if id := c.Query("groupId"); id != "" {
		if _, err := c.groupByID(id); err != nil {
			return nil, err
		}
	}
	return reportList{Data: []resourceOf[reportAttributes]{}, Meta: reportMeta{Generation: "not yet"}}, nil
}

// needAllReports is an error unless the caller may see reports across accounts.
func (c *Call) needAllReports() error {
	if !c.Principal.SeesAll() {
		return Forbidden("reports of groups and of the organisation need the role ADMIN, POWER_USER or READ_ONLY; ask with accountId for those of an account")
	}
	return nil
}

// needReportsOf is an error unless the caller may see the reports of an
// account, a group or the organisation.
func (c *Call) needReportsOf(entity string) error {
	if c.Principal.SeesAll() {
		return nil
	}
	_, err := c.AccountToRead(entity)
	return err
}
